"""How long each clock runs: the treaty's numbers with their articles, and the office's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from comity.canonical import MisuseError
from comity.instruments.model import Instrument

type Whom = str
"""``officer``, ``second`` (whoever stands in for the officer) or ``deputy`` (of the head)."""

NOTICES: Final[tuple[tuple[int, Whom], ...]] = (
    (14, "officer"),
    (7, "officer"),
    (3, "second"),
    (1, "deputy"),
    (0, "deputy"),
)

HOUR_NOTICES: Final[tuple[tuple[int, Whom], ...]] = (
    (24, "officer"),
    (6, "officer"),
    (2, "second"),
    (1, "deputy"),
    (0, "deputy"),
)
"""Of clocks that count hours: hours left, and who is told then."""

_LIMITS: Final = (
    "preservation_min_days",
    "order_max_days",
    "safe_conduct_days",
    "serve_days",
    "return_subscriber_days",
    "return_traffic_days",
)
"""Limits of measures, as instruments name them, that are terms here."""

_ABOUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "oral-confirmation": "route.oral_at",
        "status": "request.status_asked",
        "emergency": "request.emergency_danger",
        "review": "decision.review_date",
        "deadline": "request.deadline",
    }
)
"""Kind of clock to the fact by which a rule about it is known."""


@dataclass(frozen=True)
class Term:
    """How long something may or must last.

    Attributes:
        length: from the moment at which it starts.
        cite: articles that give the number, or say what it is for.
        policy: the number is local policy; the treaty gives none.
    """

    length: timedelta
    cite: tuple[str, ...] = ()
    policy: bool = False


@dataclass(frozen=True)
class Local:
    """Numbers that no treaty gives and an office sets.

    Attributes:
        notices: days left and who is told then, most days first; the last is for the moment
            itself, and whoever is told then is told each day after.
        oral_hours: until an oral request has to be confirmed in writing.
        emergency_hours: until an emergency has to be answered.
        status_days: until a question about progress has to be answered.
    """

    notices: tuple[tuple[int, Whom], ...] = NOTICES
    oral_hours: int = 48
    emergency_hours: int = 24
    status_days: int = 14

    def __post_init__(self) -> None:
        """Refuse notices out of order, and a time that is none."""
        days = [left for left, _ in self.notices]
        if not days or days[-1] != 0 or any(one <= two for one, two in pairwise(days)):
            raise MisuseError("notices count down to 0 days, each once")
        if min(self.oral_hours, self.emergency_hours, self.status_days) < 1:
            raise MisuseError("a local time limit is at least 1")


@dataclass(frozen=True)
class Policy:
    """All that `clocks` needs to know besides what happened.

    Attributes:
        terms: name, with its unit in it, to term; a term that the treaty lacks is not there.
        cites: kind of clock to the articles about it, for clocks without a term.
        notices: as in `Local`.
        hour_notices: the same for clocks that count hours.
    """

    terms: Mapping[str, Term]
    cites: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[tuple[int, Whom], ...] = NOTICES
    hour_notices: tuple[tuple[int, Whom], ...] = HOUR_NOTICES


def policy_of(instrument: Instrument | None, local: Local | None = None) -> Policy:
    """Return the terms under an instrument, each marked as the treaty's or the office's.

    Args:
        instrument: whose limits and articles; None where no law is named: only local terms.
        local: the office's own numbers; without them the numbers above.

    Source: docs/reference/instruments.md, "Clocks".
    """
    own = local or Local()
    cites = {} if instrument is None else _cites(instrument)
    terms = {} if instrument is None else _limits(instrument)
    for name, length, kind in (
        ("oral_hours", timedelta(hours=own.oral_hours), "oral-confirmation"),
        ("emergency_hours", timedelta(hours=own.emergency_hours), "emergency"),
        ("status_days", timedelta(days=own.status_days), "status"),
    ):
        terms[name] = Term(length, cites.get(kind, ()), policy=True)
    return Policy(terms, cites, own.notices)


def _limits(instrument: Instrument) -> dict[str, Term]:
    """Return the limits of all measures; of two for one term the first in the file holds."""
    rules = {rule.limit: rule.cite for rule in instrument.rules.values() if rule.limit}
    found: dict[str, Term] = {}
    for measure in instrument.measures.values():
        for name, days in measure.limits.items():
            if name in _LIMITS:
                found.setdefault(name, Term(timedelta(days=days), rules.get(name, measure.cite)))
    return found


def _cites(instrument: Instrument) -> dict[str, tuple[str, ...]]:
    """Return the articles of the first rule that asks for a clock's own fact."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in instrument.rules.values():
        facts = rule.when.facts()
        for kind, fact in _ABOUT.items():
            if fact in facts:
                found.setdefault(kind, rule.cite)
    return found
