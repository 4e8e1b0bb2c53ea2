"""How much a thing presses: one pure function, from facts and the moment alone.

The watch, its colour, the alarms and whom they tell, the API and the exit status of ``comity
watch`` all go by what `severity_of` says; nothing else decides it (ADR 0076).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Severity(StrEnum):
    """How much it presses; the order of the members is that of the screen."""

    NOW = "now"
    SOON = "soon"
    NOTE = "note"


class Kind(StrEnum):
    """What it is; the words are stable, programs go by them."""

    CLOCK = "clock"
    TASK = "task"
    RETENTION = "retention-ends"
    UNREAD = "unread"
    UNANSWERED = "unanswered"
    SECOND = "second-signature"
    THEIR_SECOND = "their-second-signature"
    CALL = "call-not-called-back"
    MAIL = "mail"
    DRAFT = "draft"
    DEAD = "dead-letter"
    PARTNER = "partner-silent"
    QUOTA = "over-quota"
    LETTER = "letter-to-post"
    REFUSED = "partner-refused"
    LOGS = "logs-disagree"
    TWO_WORDS = "double-speak"
    PACKAGE = "package-failed"
    SPACE = "package-waits"
    STRAY = "package-unexplained"
    DISK = "disk"
    STORE = "store"
    WORK = "work-stands-still"
    DIRECTORY = "directory"
    ENTRY = "entry-ends"
    KEYS = "own-keys"
    EDITIONS = "own-editions"
    STAMP = "time-stamp"
    REVIEW = "assistance-review"
    REACH = "reach-asked"
    GAP = "roster-gap"
    ROSTER = "roster-row"
    NOTICES = "notice-failed"
    UNWAKEABLE = "cannot-wake"
    GLASS = "glass-broken"
    NEW = "new-message"


EMERGENCY: Final = "emergency"
"""Both a measure and an urgency: life or limb is in danger."""
PRESERVATION: Final = "preservation"
URGENT: Final = "urgent"

NEAR: Final = timedelta(days=3)
"""Before a deadline: it is to be seen to soon."""
AT_ONCE: Final = timedelta(hours=24)
"""Before a deadline: it needs a person now, unless the whole period is short (`SHARE`)."""
SHARE: Final = 4
"""Of a short period, the last quarter needs a person now; so one of 24 hours does for six."""
SECOND_AHEAD: Final = timedelta(hours=4)
"""Before a second signature of ours is due."""
UNREAD_LATE: Final = timedelta(hours=1)
"""After which an urgent request that nobody here acknowledged needs a person now."""
UNANSWERED_LATE: Final = timedelta(hours=24)
"""After which a request of ours that nobody there acknowledged is to be seen to."""
EMERGENCY_UNANSWERED: Final = timedelta(hours=1)
"""After which an emergency of ours that nobody there acknowledged needs a person now."""
ENTRY_NEAR: Final = timedelta(days=30)
"""Before our entry of the directory ends."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that severity depends on besides the moment.

    Attributes:
        kind: what it is.
        urgency: what the request says: ``normal``, ``urgent``, ``emergency``; or empty.
        measure: of the request, or empty.
        acknowledged: whether the request was acknowledged to the State that sent it.
        on_paper: whether somebody of this office wrote the request down from paper.
        since: from when on it waits, or None.
        begun_at: when the period that ends at ``due_at`` began, or None.
        due_at: the deadline, or None.
        ours: whether it is of this office: its entry, its keys.
        late: whether it lasts longer than the office's settings allow; of refusals, whether one
            keeps everything from a partner, or to it.
    """

    kind: Kind
    urgency: str = ""
    measure: str = ""
    acknowledged: bool = False
    on_paper: bool = False
    since: datetime | None = None
    begun_at: datetime | None = None
    due_at: datetime | None = None
    ours: bool = False
    late: bool = False

    @property
    def emergency(self) -> bool:
        """Tell whether it is an emergency, by its measure or by its urgency."""
        return EMERGENCY in (self.measure, self.urgency)


_FIXED: Final[Mapping[Kind, Severity]] = MappingProxyType(
    {
        Kind.DEAD: Severity.NOW,
        Kind.LOGS: Severity.NOW,
        Kind.TWO_WORDS: Severity.NOW,
        Kind.DISK: Severity.NOW,
        Kind.STORE: Severity.NOW,
        Kind.WORK: Severity.NOW,
        Kind.DIRECTORY: Severity.NOW,
        Kind.NOTICES: Severity.NOW,
        Kind.THEIR_SECOND: Severity.SOON,
        Kind.LETTER: Severity.SOON,
        Kind.PACKAGE: Severity.SOON,
        Kind.SPACE: Severity.SOON,
        Kind.STAMP: Severity.SOON,
        Kind.EDITIONS: Severity.SOON,
        Kind.REACH: Severity.SOON,
        Kind.GAP: Severity.SOON,
        Kind.ROSTER: Severity.SOON,
        Kind.UNWAKEABLE: Severity.SOON,
        Kind.GLASS: Severity.SOON,
        Kind.STRAY: Severity.NOTE,
        Kind.NEW: Severity.NOTE,
    }
)
"""Kinds that press alike whatever their facts."""

ALARM: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.UNREAD: "request-in",
        Kind.UNANSWERED: "unanswered",
        Kind.CLOCK: "clock",
        Kind.TASK: "clock",
        Kind.RETENTION: "clock",
        Kind.SECOND: "second-signature",
        Kind.CALL: "call",
        Kind.DEAD: "dead-letter",
        Kind.PARTNER: "unreachable",
        Kind.REFUSED: "unreachable",
        Kind.QUOTA: "over-quota",
        Kind.LOGS: "log-disagreement",
        Kind.TWO_WORDS: "log-disagreement",
        Kind.DISK: "disk",
        Kind.STORE: "store",
        Kind.WORK: "work",
        Kind.DIRECTORY: "directory",
        Kind.ENTRY: "directory",
        Kind.KEYS: "directory",
        Kind.REACH: "reach-asked",
        Kind.GAP: "roster-gap",
        Kind.ROSTER: "roster-row",
        Kind.NOTICES: "notice-failed",
        Kind.UNWAKEABLE: "cannot-wake",
        Kind.GLASS: "glass-broken",
    }
)
"""The kind of alarm that a kind raises; one that is not here never needs a person now."""

_TOLD_SOON: Final = frozenset(
    {Kind.REACH, Kind.GAP, Kind.ROSTER, Kind.UNWAKEABLE, Kind.GLASS, Kind.QUOTA}
)
"""Kinds that have to be acknowledged although there is time."""


def raises_alarm(kind: Kind, severity: Severity) -> bool:
    """Tell whether a person must acknowledge it: all that needs one now, and a few besides."""
    return severity is Severity.NOW or (severity is Severity.SOON and kind in _TOLD_SOON)


def worst(*found: Severity) -> Severity:
    """Return what presses most."""
    return min(found, key=list(Severity).index)


def severity_of(facts: Facts, *, at: datetime) -> Severity:
    """Return how much a thing presses at a moment.

    Args:
        facts: all that counts.
        at: aware UTC.
    """
    if facts.kind in _FIXED:
        return _FIXED[facts.kind]
    waited = at - facts.since if facts.since else timedelta(0)
    match facts.kind:
        case Kind.UNREAD:
            return worst(_unacknowledged(facts, waited), _deadline(facts, at))
        case Kind.UNANSWERED:
            return _unanswered(facts, waited)
        case Kind.SECOND:
            left = facts.due_at - at if facts.due_at else AT_ONCE
            return Severity.NOW if left <= SECOND_AHEAD else Severity.SOON
        case Kind.CALL:
            return Severity.NOW if facts.emergency else worst(Severity.SOON, _deadline(facts, at))
        case Kind.MAIL:
            return Severity.SOON if waited >= UNREAD_LATE else Severity.NOTE
        case Kind.DRAFT:
            return Severity.SOON if facts.emergency else Severity.NOTE
        case Kind.PARTNER | Kind.REFUSED:
            return Severity.NOW if facts.late else Severity.SOON
        case Kind.QUOTA:
            return Severity.NOW if facts.emergency else Severity.SOON
        case Kind.ENTRY | Kind.KEYS:
            return _ending(facts, at) if facts.ours else Severity.NOTE
        case Kind.REVIEW:
            found = _deadline(facts, at)
            return Severity.SOON if found is Severity.NOW else found
    floor = Severity.SOON if facts.emergency else Severity.NOTE
    return worst(floor, _deadline(facts, at))


def _unacknowledged(facts: Facts, waited: timedelta) -> Severity:
    """Return how much a request presses that nobody here acknowledged to its sender."""
    if facts.acknowledged:
        return Severity.NOTE
    if facts.emergency or (facts.measure == PRESERVATION and not facts.on_paper):
        return Severity.NOW
    late = facts.urgency == URGENT and not facts.on_paper and waited >= UNREAD_LATE
    return Severity.NOW if late else Severity.SOON


def _unanswered(facts: Facts, waited: timedelta) -> Severity:
    """Return how much a request of ours presses that nobody there acknowledged."""
    if facts.emergency:
        return Severity.NOW if waited >= EMERGENCY_UNANSWERED else Severity.SOON
    return Severity.SOON if waited >= UNANSWERED_LATE else Severity.NOTE


def _deadline(facts: Facts, at: datetime) -> Severity:
    """Return how much a deadline presses: over or at hand, near, or neither."""
    if facts.due_at is None:
        return Severity.NOTE
    left, ahead = facts.due_at - at, AT_ONCE
    if facts.begun_at is not None and facts.begun_at < facts.due_at:
        ahead = min(AT_ONCE, (facts.due_at - facts.begun_at) / SHARE)
    if left <= ahead:
        return Severity.NOW
    return Severity.SOON if left <= NEAR else Severity.NOTE


def _ending(facts: Facts, at: datetime) -> Severity:
    """Return how much an entry or a key of ours presses that ends."""
    if facts.due_at is None or facts.due_at - at > ENTRY_NEAR:
        return Severity.NOTE
    return Severity.NOW if facts.due_at <= at else Severity.SOON
