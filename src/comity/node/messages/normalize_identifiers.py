"""Identifiers of a message: in their normal form before it goes, with what deserves a look after.

Source: spec/07-types.md section 7.3; docs/reference/identifiers.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.instruments.identifiers import IdentifierError
from comity.instruments.identifiers.errors import IdentifierTextError
from comity.instruments.identifiers.lines import line_of, read_line
from comity.instruments.identifiers.text import isolated, text_notices

MAX_CHARS: Final = 300


@dataclass(frozen=True)
class Seen:
    """What is said of an account that came in or is about to go.

    Attributes:
        display: for people: isolated, hidden characters and look-alikes made visible.
        notices: codes of the warnings.
        fault: error code where it has not the form of its type, or empty.
    """

    display: str
    notices: tuple[str, ...]
    fault: str = ""


def normal(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return section values whose typed identifiers stand in their normal form.

    Args:
        values: section name to value; their shape may still be wrong, and then stays.

    Raises:
        IdentifierError: one has not the form of its type; the message names its place.
    """
    found = dict(values)
    subject = found.get("subject")
    if not isinstance(subject, dict) or not isinstance(subject.get("accounts"), list):
        return found
    rows = [_normal(row, place) for place, row in enumerate(subject["accounts"])]
    return found | {"subject": subject | {"accounts": rows}}


def _is_typed(row: object) -> bool:
    return isinstance(row, dict) and {"identifier", "service", "type"} <= set(row)


def _normal(row: Any, place: int) -> Any:
    if not _is_typed(row) or not all(isinstance(value, str) for value in row.values()):
        return row  # untyped, or malformed: the section's schema says so
    where = f"subject/accounts/{place}/identifier"
    try:
        line = line_of(read_line(row["type"], row["service"], row["identifier"]))
        if len(line) > MAX_CHARS:
            raise IdentifierTextError(
                "identifier", "it is too long", f"write at most {MAX_CHARS} characters"
            )
    except IdentifierError as fault:
        why, advice = (str(fault.facts[name]) for name in ("why", "next"))
        raise type(fault)(f"{where}: {fault.facts['what']}", why, advice) from None
    return {**row, "identifier": line}


def seen(account: Mapping[str, Any]) -> Seen | None:
    """Return what is to be said of an account, or None where nothing is: it has no type.

    Without a type its form cannot be judged, but what deceives the eye is seen all the same.
    """
    service, line = (account[name] for name in ("service", "identifier"))
    if "type" not in account:
        told = dict.fromkeys(
            code for text in (line, service) for code in text_notices(text, technical=True)
        )
        return Seen(isolated(line, technical=True), tuple(told)) if told else None
    kind = account["type"]
    try:
        found = read_line(kind, service, line)
    except IdentifierError as fault:
        return Seen(isolated(line, technical=True), (), fault.code)
    display = found.display if kind != "account" else isolated(line, technical=True)
    codes = tuple(notice.code for notice in found.warnings)
    return Seen(display, codes if line_of(found) == line else (*codes, "line-not-normal"))
