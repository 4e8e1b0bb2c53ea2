"""Whether a treaty is in force for a State on a day, as far as a register proves it.

Two days bound every answer: before ``earliest`` the treaty cannot be in force, from ``latest`` on
it is. Between them, and where a source has become too old to speak of the day asked for, the
answer is ``unknown``. Where fewer consents are confirmed than the treaty needs, it is not in force
on any source seen: nobody may rely on it because a register is old. A State once bound counts as
bound until a row says that it left.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from comity.instruments.calendars import EntryRule
from comity.instruments.model import CONFIDENCES
from comity.instruments.status import Consent, Register, StateRow

type Value = Literal["in-force", "not-in-force", "unknown"]

REASONS: Final[Mapping[str, Value]] = {
    "published": "in-force",
    "computed": "in-force",
    "computed-latest": "in-force",
    "treaty-not-in-force": "not-in-force",
    "too-few-consents": "not-in-force",
    "not-joined": "not-in-force",
    "not-yet-bound": "not-in-force",
    "ended": "not-in-force",
    "not-listed": "unknown",
    "deposit-unconfirmed": "unknown",
    "row-too-old": "unknown",
    "start-unknown": "unknown",
}
"""Every reason and the value it goes with."""


@dataclass(frozen=True)
class TreatyEntry:
    """When a treaty enters into force, between two days.

    Attributes:
        earliest: not in force before this day; None if nothing proves such a day.
        latest: in force from this day on at the latest; None if nothing proves one.
        published: whether the day is the depositary's own.
        confidence: of the weakest source used, or None if none was.
        source: of the total that proves ``earliest``, or empty.
    """

    earliest: date | None
    latest: date | None
    published: bool
    confidence: str | None
    source: str


@dataclass(frozen=True)
class Standing:
    """Whether a treaty is in force for one State on one day.

    Attributes:
        state: the State's key.
        on: the day.
        reason: one of ``REASONS``.
        since: for ``in-force``, from when on; for ``computed-latest``, from then on at the latest.
        earliest: otherwise the first day on which it may be in force, where one is proved.
        confidence: of the weakest source used, or None if none was.
        as_of: day up to which the State's own source speaks, if it is listed.
        sources: what the answer rests on.
    """

    state: str
    on: date
    reason: str
    since: date | None = None
    earliest: date | None = None
    confidence: str | None = None
    as_of: date | None = None
    sources: tuple[str, ...] = ()

    @property
    def value(self) -> Value:
        """``in-force``, ``not-in-force`` or ``unknown``."""
        return REASONS[self.reason]


@dataclass(frozen=True)
class Projection:
    """How far a treaty is from its entry into force.

    Attributes:
        threshold: consents it takes.
        confirmed: consents whose deposit is certain and that count.
        known: the highest number that rows or a total give, confirmed or not.
        missing: ``threshold`` less ``known``, never below 0.
        if_filled: entry into force if the missing ones were deposited on the day asked for; None
            where nothing is missing.
        as_of: day of the newest total or row that was counted, if any.
    """

    threshold: int
    confirmed: int
    known: int
    missing: int
    if_filled: date | None
    as_of: date | None


def weakest(*confidences: str | None) -> str | None:
    """Return the weakest of some confidences; None among them is left out."""
    given = [confidence for confidence in confidences if confidence is not None]
    return max(given, key=CONFIDENCES.index, default=None)


def treaty_entry(register: Register, rule: EntryRule) -> TreatyEntry:
    """Return the two days between which the treaty enters into force.

    A total is used only where the confirmed deposits of its day do not exceed it; so the deposit
    that fills the threshold came after that day, and ``latest`` is never before ``earliest``.

    Source: docs/reference/instruments.md, What is computed; un-2024 Article 65(1).
    """
    if rule.in_force:
        return TreatyEntry(rule.in_force, rule.in_force, True, None, "")
    counting = _counting(register, rule)
    certain = [day for row in counting if (day := _certain(row))]
    latest = rule.filled(certain)
    sure = weakest(*(row.confidence for row in counting)) if latest else None
    exact = all(row.consent and row.consent.deposited for row in counting)
    if latest and register.complete and exact:
        return TreatyEntry(latest, latest, False, sure, "")
    earliest, confidence, source = _not_before(register, rule, counting, certain)
    return TreatyEntry(earliest, latest, False, weakest(sure, confidence), source)


def _counting(register: Register, rule: EntryRule) -> list[StateRow]:
    return [
        row
        for row in register.states.values()
        if row.joined and (rule.organizations_count or not row.organization)
    ]


def _certain(row: StateRow) -> date | None:
    return row.consent.certain if row.consent else None


def _not_before(
    register: Register, rule: EntryRule, counting: list[StateRow], certain: list[date]
) -> tuple[date | None, str | None, str]:
    proofs: list[tuple[date, str | None, str]] = []
    if register.complete and len(counting) < rule.threshold:
        sure = weakest(*(row.confidence for row in counting))
        proofs.append((rule.delay.after(register.as_of), sure, ""))
    for count in register.counts:
        number = count.number if rule.organizations_count else count.number - count.organizations
        by_then = sum(day <= count.as_of for day in certain)
        if count.what == "consents" and by_then <= number < rule.threshold:
            proofs.append((rule.delay.after(count.as_of), count.confidence, count.source))
    return max(proofs, key=lambda proof: proof[0], default=(None, None, ""))


def standing(register: Register, rule: EntryRule, state: str, on: date) -> Standing:
    """Return whether the treaty is in force for a State on a day.

    Args:
        register: of that treaty.
        rule: its entry into force.
        state: key of a State or an organization.
        on: the day asked for.

    Returns:
        The answer, its reason and its sources. ``unknown`` proves nothing in either direction.

    Source: docs/reference/instruments.md, What is computed.
    """
    treaty = treaty_entry(register, rule)
    row = register.states.get(state)
    if row is None:
        return _unlisted(register, rule, treaty, state, on)
    answer = _listed(row, rule, treaty, on)
    weak = weakest(row.confidence, treaty.confidence if _rests_on_treaty(answer) else None)
    sources = (row.source, treaty.source) if _rests_on_treaty(answer) else (row.source,)
    return Standing(
        state,
        on,
        answer.reason,
        since=answer.since,
        earliest=answer.earliest,
        confidence=weak,
        as_of=row.as_of,
        sources=tuple(source for source in sources if source),
    )


@dataclass(frozen=True)
class _Answer:
    reason: str
    since: date | None = None
    earliest: date | None = None


def _rests_on_treaty(answer: _Answer) -> bool:
    return answer.reason in {"treaty-not-in-force", "computed", "computed-latest"}


def _unlisted(
    register: Register, rule: EntryRule, treaty: TreatyEntry, state: str, on: date
) -> Standing:
    if treaty.earliest and on < treaty.earliest:
        sources = (treaty.source,) if treaty.source else ()
        return Standing(
            state,
            on,
            "treaty-not-in-force",
            earliest=treaty.earliest,
            confidence=treaty.confidence,
            sources=sources,
        )
    if treaty.latest is None and (register.states or register.counts):
        return Standing(state, on, "too-few-consents")
    if register.complete and on < (earliest := rule.later.after(register.as_of)):
        return Standing(state, on, "not-joined", earliest=earliest)
    return Standing(state, on, "not-listed")


def _listed(row: StateRow, rule: EntryRule, treaty: TreatyEntry, on: date) -> _Answer:
    if row.ended and on >= row.ended:
        return _Answer("ended")
    if row.in_force:
        if on >= row.in_force:
            return _Answer("published", since=row.in_force)
        return _Answer("not-yet-bound", earliest=row.in_force)
    if treaty.earliest and on < treaty.earliest:
        return _Answer("treaty-not-in-force", earliest=treaty.earliest)
    if treaty.latest is None:
        return _Answer("too-few-consents")
    if row.consent is None:
        own = rule.later.after(row.as_of)
        return _Answer("not-joined", earliest=own) if on < own else _Answer("row-too-old")
    exact = treaty.earliest == treaty.latest
    return _joined(row.consent, rule, treaty.latest, on, exact=exact)


def _joined(consent: Consent, rule: EntryRule, latest: date, on: date, *, exact: bool) -> _Answer:
    deposited, by = consent.deposited, consent.deposited_by
    if deposited and on < (own := rule.later.after(deposited)):
        return _Answer("not-yet-bound", earliest=own)
    certain = deposited or by
    if certain is None:
        return _Answer("deposit-unconfirmed")
    bound = rule.bound(certain, latest)
    if on < bound:
        return _Answer("start-unknown")
    known = exact and deposited is not None
    return _Answer("computed" if known else "computed-latest", since=bound)


def projection(register: Register, rule: EntryRule, on: date) -> Projection:
    """Return how many consents are missing, and the day if they all came on ``on``.

    Source: un-2024 Article 65(1).
    """
    counting = _counting(register, rule)
    confirmed = sum(_certain(row) is not None for row in counting)
    totals = [count for count in register.counts if count.what == "consents"]
    numbers = [
        count.number - (0 if rule.organizations_count else count.organizations) for count in totals
    ]
    known = max([len(counting), *numbers])
    missing = max(rule.threshold - known, 0)
    days = [count.as_of for count in totals] + [row.as_of for row in counting]
    return Projection(
        threshold=rule.threshold,
        confirmed=confirmed,
        known=known,
        missing=missing,
        if_filled=rule.delay.after(on) if missing else None,
        as_of=max(days, default=None),
    )
