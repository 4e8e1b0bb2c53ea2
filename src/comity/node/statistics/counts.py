"""What is counted of requests, from facts about each; no database, no clock.

Every figure is defined in docs/reference/statistics.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.node.people.goals import Goals
from comity.node.statistics.by_month import MonthTimes, month_times
from comity.node.statistics.durations import Spread, spread

EMERGENCY: Final = "emergency"
STEPS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "acknowledged": ("request.submitted", frozenset({"request.acknowledged"})),
    "decided": (
        "request.submitted",
        frozenset({"request.accepted", "request.accepted-in-part", "request.refused"}),
    ),
    "preserved": ("request.submitted", frozenset({"preservation.confirmed"})),
    "executed": ("request.submitted", frozenset({"request.executed"})),
    "extended": ("request.extension-asked", frozenset({"request.extended"})),
    "countersigned": ("request.submitted", frozenset({"request.countersigned"})),
}
"""What is timed: from which message on, until the first of which."""
TIMED: Final = frozenset(kind for start, ends in STEPS.values() for kind in (start, *ends))
SPLITS: Final = ("months", "states", "measures", "stands")
"""By what requests are split where figures leave the office; partners are shown at home only."""
SPREADS: Final = (*STEPS, "emergency")
"""What has durations: the steps, and the acknowledgement of emergencies on its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is counted of one request.

    Attributes:
        incoming: whether we are asked.
        partner, state: the other side.
        month: when it was opened, ``2026-05``.
        measure: what is asked; empty where the request names none.
        stands: where it stands now, a main state of the conversation.
        urgency: what its opening says, one of `URGENCIES`; the measure `emergency` counts as one.
        paper: led on paper; counted, and not timed.
        seconds: by kind of message, when the first one that counts was recorded here, as seconds
            since the request was; only kinds of `TIMED`.
    """

    incoming: bool
    partner: str
    state: str
    month: str
    measure: str
    stands: str
    urgency: str = "normal"
    paper: bool = False
    seconds: Mapping[str, int]


@dataclass(frozen=True)
class Split:
    """Requests split by something.

    Attributes:
        key: by what: one of `SPLITS`, or ``partners``.
        rows: code to (received, sent).
    """

    key: str
    rows: Mapping[str, tuple[int, int]]

    @property
    def counts(self) -> list[tuple[int, int]]:
        """The counts of all rows, in order."""
        return list(self.rows.values())


@dataclass(frozen=True)
class Timed:
    """How long one step took, for requests to us and for our own."""

    step: str
    received: Spread
    sent: Spread


@dataclass(frozen=True)
class Volume:
    """Sealed evidence of one direction: packages, and bytes as sealed."""

    packages: int = 0
    size_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class OpenWork:
    """Work items that wait for this office at the moment of counting.

    Attributes:
        critical, high, normal, low: by severity.
        overdue: those whose deadline has passed.
        unassigned: those without an owner.
    """

    critical: int = 0
    high: int = 0
    normal: int = 0
    low: int = 0
    overdue: int = 0
    unassigned: int = 0

    @property
    def all(self) -> int:
        """How many there are."""
        return self.critical + self.high + self.normal + self.low


@dataclass(frozen=True, kw_only=True)
class Besides:
    """What is counted apart from requests.

    Attributes:
        refusals: ground to (received, sent) requests refused on it; one refusal may have several.
        evidence_in, evidence_out: packages of requests in the period.
        translations_asked, translations_delivered: in the period.
        open_work: work items that wait for this office now, whatever the period.
    """

    refusals: Mapping[str, tuple[int, int]]
    evidence_in: Volume
    evidence_out: Volume
    translations_asked: int
    translations_delivered: int
    open_work: OpenWork


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All figures of a period."""

    received: int
    sent: int
    on_paper: int
    splits: Mapping[str, Split]
    timed: tuple[Timed, ...]
    by_month: tuple[MonthTimes, ...]
    besides: Besides

    @property
    def all(self) -> int:
        """How many requests there are in both directions."""
        return self.received + self.sent


def figures(
    requests: Iterable[Asked], *, months: Sequence[str], goals: Goals, besides: Besides
) -> Figures:
    """Return the figures of requests.

    Args:
        requests: each once; read once.
        months: of the period, each gets a row.
        goals: for `SPREADS`.
        besides: what was counted elsewhere.
    """
    counted: dict[str, Counter[tuple[str, bool]]] = {
        key: Counter() for key in (*SPLITS, "partners")
    }
    taken: dict[tuple[str, bool], list[int]] = {}
    taken_in: dict[tuple[str, str, str, bool], list[int]] = {}
    total, paper = Counter[bool](), 0
    for one in requests:
        total[one.incoming] += 1
        paper += one.paper
        counted["months"][one.month, one.incoming] += 1
        counted["states"][one.state, one.incoming] += 1
        counted["measures"][one.measure, one.incoming] += 1
        counted["stands"][one.stands, one.incoming] += 1
        counted["partners"][one.partner, one.incoming] += 1
        for step, seconds in durations(one):
            taken.setdefault((step, one.incoming), []).append(seconds)
            place = (step, one.urgency, one.month, one.incoming)
            taken_in.setdefault(place, []).append(seconds)
    splits = {key: _split(key, counts, months) for key, counts in counted.items()}
    timed = [
        Timed(step, *(_spread(taken, (step, incoming), goals) for incoming in (True, False)))
        for step in SPREADS
    ]
    return Figures(
        received=total[True],
        sent=total[False],
        on_paper=paper,
        splits=splits,
        timed=tuple(timed),
        by_month=month_times(taken_in, months=months, goals=goals),
        besides=besides,
    )


def durations(one: Asked) -> list[tuple[str, int]]:
    """Return how long each step of a request took, in seconds; none on paper."""
    if one.paper:
        return []
    found = []
    for step, (start, ends) in STEPS.items():
        begun = one.seconds.get(start)
        ended = min((one.seconds[end] for end in ends if end in one.seconds), default=None)
        if begun is not None and ended is not None:
            found.append((step, ended - begun))
            if step == "acknowledged" and one.measure == EMERGENCY:
                found.append(("emergency", ended - begun))
    return found


def _split(key: str, counts: Counter[tuple[str, bool]], months: Sequence[str]) -> Split:
    codes = months if key == "months" else sorted({code for code, _ in counts})
    return Split(key, {code: (counts[code, True], counts[code, False]) for code in codes})


def _spread(
    taken: Mapping[tuple[str, bool], list[int]], key: tuple[str, bool], goals: Goals
) -> Spread:
    return spread(taken.get(key, ()), goal_s=goals.seconds(key[0]))
