"""What in a file of facts contradicts itself, or cannot be what somebody meant; no rule says so."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.instruments.identifiers.text import text_notices
from comity.instruments.library import Library
from comity.instruments.model import Instrument

OFFENCE: Final = "case.offence"
SCOPE: Final = "case.scope"
REMARKS: Final = (
    "offence-unknown",
    "offence-outside",
    "ends-before-it-begins",
    "below-zero",
    "text-hidden",
    "text-lookalike",
)
"""Every code of a remark."""


@dataclass(frozen=True)
class Remark:
    """One fact that deserves a second look.

    Attributes:
        code: one of REMARKS.
        fact: which, by its dotted name.
        other: the fact it contradicts, or the key that may have been meant; else empty.
    """

    code: str
    fact: str
    other: str = ""


def remarks(
    library: Library, instrument: Instrument, facts: Mapping[str, Any]
) -> tuple[Remark, ...]:
    """Return what deserves a second look, sorted by fact.

    Args:
        library: whose instruments say which offences there are.
        instrument: by which the facts are judged.
        facts: checked, by dotted name.
    """
    found = [*_offence(library, instrument, facts)]
    for fact, value in facts.items():
        found += _fact(fact, value, facts)
    return tuple(sorted(found, key=lambda remark: (remark.fact, remark.code)))


def _offence(
    library: Library, instrument: Instrument, facts: Mapping[str, Any]
) -> Iterator[Remark]:
    offence = facts.get(OFFENCE)
    if offence is None:
        return
    known = {key for one in library.instruments.values() for key in one.offences}
    if offence not in known:
        closest = difflib.get_close_matches(offence, sorted(known), n=1)
        yield Remark("offence-unknown", OFFENCE, "".join(closest))
    elif offence in instrument.offences and facts.get(SCOPE) == "other":
        yield Remark("offence-outside", OFFENCE, SCOPE)


def _fact(fact: str, value: object, facts: Mapping[str, Any]) -> Iterator[Remark]:
    if isinstance(value, str):
        for code in text_notices(value.replace("\n", " ").replace("\t", " ")):
            yield Remark(code, fact)
    elif isinstance(value, datetime):
        other = fact.removesuffix("start") + "end"
        end = facts.get(other) if fact.endswith("start") else None
        if isinstance(end, datetime) and end < value:
            yield Remark("ends-before-it-begins", other, fact)
    elif isinstance(value, int | float) and value < 0:
        yield Remark("below-zero", fact)
