"""Small registers and rules for the tests of status."""

from datetime import date
from pathlib import Path
from typing import Final

from comity.instruments.calendars import Delay, EntryRule
from comity.instruments.status import Register, parse_status

DATA: Final = Path(__file__).parents[2] / "src" / "comity" / "instruments" / "data"

UN: Final = EntryRule(40, Delay(days=90), Delay(days=30))
"""Entry into force of un-2024, Article 65."""
SMALL: Final = EntryRule(2, Delay(days=90), Delay(days=30))
"""As un-2024, but of two consents."""
COE: Final = EntryRule(5, Delay(months=3), Delay(months=3), in_force=date(2004, 7, 1))
"""Entry into force of coe-2001, Article 36."""

HEAD: Final = "[register]\ncomplete = {complete}\nas_of = {as_of}\n"
ROW: Final = """
[[state]]
key = "{key}"
{members}
source = "the depositary's page"
as_of = {as_of}
confidence = "{confidence}"
"""


def row(key: str, members: str = "", *, as_of: str = "2026-06-01", confidence: str = "text") -> str:
    """Return one row as TOML."""
    return ROW.format(key=key, members=members, as_of=as_of, confidence=confidence)


def deposit(day: str) -> str:
    """Return a ratification deposited on a day."""
    return f'consent = {{ kind = "ratification", deposited = {day} }}'


def total(number: int, *, as_of: str, organizations: int = 0) -> str:
    """Return a total of consents."""
    return (
        f'[[count]]\nwhat = "consents"\nnumber = {number}\norganizations = {organizations}\n'
        f'as_of = {as_of}\nsource = "a report"\nconfidence = "low"\n'
    )


def text(*rows: str, complete: bool = False, as_of: str = "2026-06-01") -> bytes:
    """Return a status.toml of these rows."""
    return (HEAD.format(complete=str(complete).lower(), as_of=as_of) + "".join(rows)).encode()


def register(*rows: str, complete: bool = False, as_of: str = "2026-06-01") -> Register:
    """Return the register of these rows."""
    return parse_status(text(*rows, complete=complete, as_of=as_of))


def shipped(key: str) -> Register:
    """Return the register that is shipped for an instrument."""
    return parse_status((DATA / key / "status.toml").read_bytes(), file=f"{key}/status.toml")
