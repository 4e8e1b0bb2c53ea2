"""A register of who signed and joined one instrument, read from its status.toml."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from comity.canonical.members import MemberError, members
from comity.instruments.errors import InstrumentError
from comity.instruments.library import read_table
from comity.instruments.model import CONFIDENCES

CONSENTS: Final = ("ratification", "acceptance", "approval", "accession")
NOTICES: Final = ("reservation", "declaration", "notification", "authority", "languages")
COUNTED: Final = ("signatures", "consents")
TAG: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
"""A language, BCP 47 in lower case."""

_STATE = re.compile(r"[a-z]{2}")
_MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])")


class StatusError(InstrumentError, code="law-status"):
    """A register cannot be read: facts ``file`` and ``key`` name the place."""


@dataclass(frozen=True)
class Consent:
    """A State's consent to be bound; of the three days at most one is given.

    Attributes:
        kind: ``ratification``, ``acceptance``, ``approval`` or ``accession``.
        deposited: day on which the depositary received it.
        deposited_by: day on which it lay there, where the day of receipt is not known.
        reported: month ``YYYY-MM`` by whose end it is said to have been done; nothing is
            computed from it.
    """

    kind: str
    deposited: date | None = None
    deposited_by: date | None = None
    reported: str | None = None

    @property
    def certain(self) -> date | None:
        """The first day on which the deposit is certain, or None if it is only reported."""
        return self.deposited or self.deposited_by


@dataclass(frozen=True)
class Notice:
    """A reservation, a declaration or a notification of a State.

    Attributes:
        kind: one of ``NOTICES``.
        cite: articles it is about.
        text: what it says, our paraphrase; empty for ``languages``.
        language: tag of the text.
        languages: for ``languages``, the tags in which requests are accepted.
        made: when it was made, if that is known.
        withdrawn: from when on it no longer holds.
        source: where it was read.
    """

    kind: str
    cite: tuple[str, ...]
    text: str
    language: str
    languages: tuple[str, ...]
    made: date | None
    withdrawn: date | None
    source: str

    def holds(self, on: date) -> bool:
        """Return whether it holds on a day; one without a day of its own counts as made."""
        begun = self.made is None or self.made <= on
        return begun and (self.withdrawn is None or on < self.withdrawn)


@dataclass(frozen=True)
class StateRow:
    """What the sources say about one State or organization.

    Attributes:
        key: ISO 3166-1 alpha-2 in lower case, or ``eu``.
        organization: a regional economic integration organization.
        signed: day of signature.
        signed_reported: month by whose end it had signed, where the day is not confirmed.
        consent: consent to be bound, if any is known.
        in_force: day published by the depositary.
        ended: day on which a denunciation takes effect.
        notices: reservations, declarations, notifications.
        source: where the row was read.
        as_of: day up to which that source speaks.
        confidence: how sure the row is.
    """

    key: str
    organization: bool
    signed: date | None
    signed_reported: str | None
    consent: Consent | None
    in_force: date | None
    ended: date | None
    notices: tuple[Notice, ...]
    source: str
    as_of: date
    confidence: str

    @property
    def joined(self) -> bool:
        """Whether a consent is known or reported."""
        return self.consent is not None or self.in_force is not None


@dataclass(frozen=True)
class Count:
    """A total that a source gives.

    Attributes:
        what: ``signatures`` or ``consents``.
        number: all of them.
        organizations: how many of these are organizations.
        as_of: day of which the source speaks.
        source: where it was read.
        confidence: how sure it is.
    """

    what: str
    number: int
    organizations: int
    as_of: date
    source: str
    confidence: str


@dataclass(frozen=True)
class Register:
    """Who signed and joined one instrument, as far as sources say so.

    Attributes:
        complete: whether a State that is not listed has neither signed nor joined by ``as_of``.
        as_of: day up to which the list is complete; if it is not, the day of its newest source.
        note: for the reader, may be empty.
        counts: totals that sources give.
        states: rows by key.
    """

    complete: bool
    as_of: date
    note: str
    counts: tuple[Count, ...]
    states: Mapping[str, StateRow]


def parse_status(raw: bytes, *, file: str = "status.toml") -> Register:
    """Return the register that a file holds, or say which row breaks the format.

    Args:
        raw: the file; untrusted.
        file: its name, one of the format.

    Raises:
        LawFileError: no TOML in UTF-8, or too large.
        LawTextError: a text too long, or with an unseen character.
        StatusError: an unknown or missing member, one of the wrong kind, two rows of one State,
            or days that contradict each other.

    Source: docs/reference/instruments.md, status.toml.
    """
    return parse_table(read_table(file, raw), file=file)


def parse_table(tree: Mapping[str, Any], *, file: str = "status.toml") -> Register:
    """Return the register of a status.toml that was read; for the rest as ``parse_status``.

    Raises:
        StatusError: as there.
    """
    where = "register"
    try:
        members(dict(tree), {"register": dict}, frozenset({"count", "state"}))
        head = _table(
            tree["register"], {"complete": bool, "as_of": date}, {"note": str}, _Day(None)
        )
        where = "count"
        counts = tuple(_count(item) for item in _list(tree, "count"))
        states: dict[str, StateRow] = {}
        for item in _list(tree, "state"):
            where = f"state {item.get('key')!s:.20}" if isinstance(item, dict) else "state"
            row = _state(item)
            if row.key in states:
                raise MemberError("this State has two rows")
            states[row.key] = row
    except (MemberError, ValueError) as fault:
        raise StatusError(f"{file}: {where}: {fault}", file=file, key=where) from fault
    return Register(head["complete"], head["as_of"], head.get("note", ""), counts, states)


@dataclass(frozen=True)
class _Day:
    """Judges days: no source knows a day after its own."""

    as_of: date | None

    def check(self, name: str, day: date, *, may_come: bool) -> None:
        if not 1900 <= day.year <= 2199:
            raise MemberError(f"{name} is no day of our time")
        if self.as_of is not None and not may_come and day > self.as_of:
            raise MemberError(f"{name} lies after as_of")


_MAY_COME = frozenset({"in_force", "ended", "withdrawn"})


def _table(
    value: object, required: Mapping[str, type], optional: Mapping[str, type], days: _Day
) -> dict[str, Any]:
    table = members(value, required, frozenset(optional))
    for name, kind in {**required, **optional}.items():
        if name not in table:
            continue
        found = table[name]
        if type(found) is not kind:  # a moment is a date to Python, a flag is a number
            raise MemberError(f"member {name} is of the wrong kind", member=name)
        if isinstance(found, str):
            if not found.strip():
                raise MemberError(f"{name} is empty")
        elif isinstance(found, date):
            days.check(name, found, may_come=name in _MAY_COME)
    return table


def _list(table: Mapping[str, Any], name: str) -> list[Any]:
    found = table.get(name, [])
    if not isinstance(found, list):
        raise MemberError(f"{name} is no list")
    return found


def _texts(table: Mapping[str, Any], name: str, fits: Callable[[str], object]) -> tuple[str, ...]:
    found = _list(table, name)
    for item in found:
        if not isinstance(item, str) or not fits(item):
            raise MemberError(f"{name} holds a wrong value")
    if len(set(found)) != len(found):
        raise MemberError(f"{name} names one twice")
    return tuple(found)


def _one_of(table: Mapping[str, Any], name: str, allowed: Iterable[str]) -> str:
    found = table[name]
    if found not in tuple(allowed):
        raise MemberError(f"{name} is none of {', '.join(allowed)}")
    return str(found)


def _month(table: Mapping[str, Any], name: str) -> str | None:
    found = table.get(name)
    if found is not None and not _MONTH.fullmatch(found):
        raise MemberError(f"{name} is no month such as 2026-02")
    return found


_SOURCED: Final[Mapping[str, type]] = {"source": str, "as_of": date, "confidence": str}


def _count(item: object) -> Count:
    table = _table(
        item, {"what": str, "number": int, **_SOURCED}, {"organizations": int}, _Day(None)
    )
    number, organizations = table["number"], table.get("organizations", 0)
    if not 0 <= organizations <= number <= 999:
        raise MemberError("number is no count of States")
    return Count(
        what=_one_of(table, "what", COUNTED),
        number=number,
        organizations=organizations,
        as_of=table["as_of"],
        source=table["source"],
        confidence=_one_of(table, "confidence", CONFIDENCES),
    )


_ROW: Final[Mapping[str, type]] = {
    "organization": bool, "signed": date, "signed_reported": str, "consent": dict,
    "in_force": date, "ended": date, "notice": list,
}  # fmt: skip


def _state(item: object) -> StateRow:
    as_of = item.get("as_of") if isinstance(item, dict) else None
    days = _Day(as_of if type(as_of) is date else None)
    table = _table(item, {"key": str, **_SOURCED}, _ROW, days)
    if not _STATE.fullmatch(table["key"]):
        raise MemberError("key is not two lower-case letters")
    row = StateRow(
        key=table["key"],
        organization=table.get("organization", False),
        signed=table.get("signed"),
        signed_reported=_month(table, "signed_reported"),
        consent=_consent(table["consent"], days) if "consent" in table else None,
        in_force=table.get("in_force"),
        ended=table.get("ended"),
        notices=tuple(_notice(notice, days) for notice in table.get("notice", [])),
        source=table["source"],
        as_of=table["as_of"],
        confidence=_one_of(table, "confidence", CONFIDENCES),
    )
    _in_order(row)
    return row


def _consent(item: object, days: _Day) -> Consent:
    table = _table(
        item, {"kind": str}, {"deposited": date, "deposited_by": date, "reported": str}, days
    )
    if len(table) > 2:
        raise MemberError("a consent has one day: deposited, deposited_by or reported")
    return Consent(
        kind=_one_of(table, "kind", CONSENTS),
        deposited=table.get("deposited"),
        deposited_by=table.get("deposited_by"),
        reported=_month(table, "reported"),
    )


def _notice(item: object, days: _Day) -> Notice:
    optional = {
        "text": str, "language": str, "languages": list, "date": date, "withdrawn": date,
    }  # fmt: skip
    table = _table(item, {"kind": str, "cite": list, "source": str}, optional, days)
    kind = _one_of(table, "kind", NOTICES)
    wanted = {"languages"} if kind == "languages" else {"text", "language"}
    if wanted != {"languages", "text", "language"} & set(table):
        raise MemberError(f"a notice of kind {kind} has {' and '.join(sorted(wanted))}")
    cite = _texts(table, "cite", str.strip)
    languages = _texts(table, "languages", TAG.fullmatch)
    if not cite or (kind == "languages" and not languages):
        raise MemberError("a notice cites an article; one of languages names some")
    if "language" in table and not TAG.fullmatch(table["language"]):
        raise MemberError("language is no tag")
    return Notice(
        kind=kind,
        cite=cite,
        text=table.get("text", ""),
        language=table.get("language", ""),
        languages=languages,
        made=table.get("date"),
        withdrawn=table.get("withdrawn"),
        source=table["source"],
    )


def _in_order(row: StateRow) -> None:
    if row.signed and row.signed_reported:
        raise MemberError("signed and signed_reported exclude each other")
    deposited = row.consent.deposited if row.consent else None
    if row.signed and deposited and deposited < row.signed:
        raise MemberError("deposited before it was signed")
    if row.in_force and deposited and row.in_force < deposited:
        raise MemberError("in force before it was deposited")
    if row.ended and (not row.joined or (row.in_force and row.ended <= row.in_force)):
        raise MemberError("ended before it was in force")
