"""How much a thing presses: one table that an office can read, and the function that reads it.

Work items, the alarms they raise and whom these tell, the API and the exit status of ``comity
watch`` all go by what `severity_of` says; nothing else decides it (ADR 0101).
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib import resources
from types import MappingProxyType
from typing import Final


class Severity(StrEnum):
    """How much it presses; the order of the members is that of the screen."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def is_critical(self) -> bool:
        """Whether a person has to act this minute."""
        return self is Severity.CRITICAL

    @property
    def is_pressing(self) -> bool:
        """Whether it needs a person now: critical or high."""
        return self in {Severity.CRITICAL, Severity.HIGH}

    @property
    def is_low(self) -> bool:
        """Whether nothing about it is due soon."""
        return self is Severity.LOW


class Kind(StrEnum):
    """What it is; the words are stable, programs go by them."""

    CLOCK = "clock"
    THEIR_CLOCK = "their-clock"
    EXTENSION = "extension-asked"
    TASK = "task"
    RETENTION = "retention-ends"
    UNREAD = "unread"
    UNANSWERED = "unanswered"
    UNDELIVERED = "undelivered"
    SECOND = "second-signature"
    THEIR_SECOND = "their-second-signature"
    CALL = "call-not-called-back"
    SHIFT = "shift-handed-over"
    MAIL = "mail"
    DRAFT = "draft"
    DEAD = "dead-letter"
    PARTNER = "partner-silent"
    QUOTA = "over-quota"
    LETTER = "letter-to-post"
    REFUSED = "partner-refused"
    LOGS = "logs-disagree"
    TWO_WORDS = "double-speak"
    AUDIT = "audit-changed"
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
    OWN_CERTIFICATE = "own-certificate"
    CERTIFICATE = "officer-certificate"
    REVIEW = "assistance-review"
    REACH = "reach-asked"
    GAP = "roster-gap"
    ROSTER = "roster-row"
    NOTICES = "notice-failed"
    UNWAKEABLE = "cannot-wake"
    GLASS = "glass-broken"
    UNREAD_MESSAGE = "unread-message"
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


ALARM: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.UNREAD: "request-in",
        Kind.UNANSWERED: "unanswered",
        Kind.UNDELIVERED: "undelivered",
        Kind.CLOCK: "clock",
        Kind.THEIR_CLOCK: "clock",
        Kind.EXTENSION: "clock",
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
        Kind.AUDIT: "audit-changed",
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
    if severity.is_pressing:
        return True
    return severity is Severity.NORMAL and kind in _TOLD_SOON


def worst(*found: Severity) -> Severity:
    """Return what presses most."""
    return min(found, key=RANK.__getitem__)


RANK: Final[Mapping[Severity, int]] = MappingProxyType(
    {severity: number for number, severity in enumerate(Severity)}
)
"""Place of each severity on the screen; what presses most is 0."""

CRITICAL_RANK: Final = RANK[Severity.CRITICAL]
LOWEST_RANK: Final = RANK[Severity.LOW]


@dataclass(frozen=True)
class SeverityRule:
    """One line of the table.

    Attributes:
        kinds: of which kinds it speaks.
        when: codes of the conditions that all must hold.
        severity: what it says.
    """

    kinds: tuple[Kind, ...]
    when: tuple[str, ...]
    severity: Severity


@dataclass(frozen=True)
class SeverityTable:
    """What stands in ``severity.toml``.

    Attributes:
        severities: each severity in words.
        conditions: each condition in words.
        rules: in their order; the first that holds decides.
    """

    severities: Mapping[str, str]
    conditions: Mapping[str, str]
    rules: tuple[SeverityRule, ...]


def _table() -> SeverityTable:
    told = tomllib.loads(resources.files(__package__).joinpath("severity.toml").read_text("utf-8"))
    rules = tuple(
        SeverityRule(
            tuple(map(Kind, row["kinds"])), tuple(row.get("when", ())), Severity(row["severity"])
        )
        for row in told["rule"]
    )
    return SeverityTable(told["severity"], told["condition"], rules)


TABLE: Final = _table()
_OF_KIND: Final[Mapping[Kind, tuple[SeverityRule, ...]]] = MappingProxyType(
    {kind: tuple(rule for rule in TABLE.rules if kind in rule.kinds) for kind in Kind}
)


def severity_of(facts: Facts, *, at: datetime) -> Severity:
    """Return how much a thing presses at a moment.

    Args:
        facts: all that counts.
        at: aware UTC.
    """
    for rule in _OF_KIND[facts.kind]:
        if all(_holds(code, facts, at) for code in rule.when):
            return rule.severity
    raise AssertionError(f"no rule for {facts.kind}")


def changes_at(facts: Facts, *, after: datetime) -> datetime | None:
    """Return the first moment after another at which time alone changes how much a thing presses.

    Args:
        facts: all that counts.
        after: aware UTC.
    """
    codes = {code for rule in _OF_KIND[facts.kind] for code in rule.when}
    moments = {since for code in codes if (since := _since(code, facts)) and since > after}
    stands = severity_of(facts, at=after)
    return next((one for one in sorted(moments) if severity_of(facts, at=one) is not stands), None)


def _holds(code: str, facts: Facts, at: datetime) -> bool:
    since = _since(code, facts)
    return since is not None and since <= at


def _since(code: str, facts: Facts) -> datetime | None:
    """Return the moment from which on a condition holds; None if it never does."""
    return CONDITIONS[code](facts)


_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)


def _if(holds: bool) -> datetime | None:  # noqa: FBT001 - one value in, one out
    return _ALWAYS if holds else None


def _before_due(facts: Facts, ahead: timedelta) -> datetime | None:
    return facts.due_at - ahead if facts.due_at else None


def _waited(facts: Facts, long: timedelta) -> datetime | None:
    return facts.since + long if facts.since else None


def _at_hand(facts: Facts) -> datetime | None:
    if facts.due_at is None:
        return None
    ahead = AT_ONCE
    if facts.begun_at is not None and facts.begun_at < facts.due_at:
        ahead = min(AT_ONCE, (facts.due_at - facts.begun_at) / SHARE)
    return facts.due_at - ahead


CONDITIONS: Final[Mapping[str, Callable[[Facts], datetime | None]]] = MappingProxyType(
    {
        "emergency": lambda facts: _if(facts.emergency),
        "unacknowledged": lambda facts: _if(not facts.acknowledged),
        "urgent": lambda facts: _if(facts.urgency == URGENT),
        "preservation": lambda facts: _if(facts.measure == PRESERVATION),
        "from-node": lambda facts: _if(not facts.on_paper),
        "ours": lambda facts: _if(facts.ours),
        "late": lambda facts: _if(facts.late),
        "waited-1h": lambda facts: _waited(facts, timedelta(hours=1)),
        "waited-24h": lambda facts: _waited(facts, timedelta(hours=24)),
        "due-at-hand": _at_hand,
        "due-in-3-days": lambda facts: _before_due(facts, NEAR),
        "due-in-4-hours": lambda facts: _before_due(facts, SECOND_AHEAD),
        "due-in-30-days": lambda facts: _before_due(facts, ENTRY_NEAR),
        "over": lambda facts: facts.due_at,
    }
)
"""Each condition of the table: the moment from which on it holds, or None."""
