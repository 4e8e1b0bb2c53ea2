"""An alert: one thing that needs a person."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How much it presses; the order of the members is that of the screen."""

    NOW = "now"
    SOON = "soon"
    NOTE = "note"


class Kind(StrEnum):
    """What it is; the words are stable, programs go by them."""

    CLOCK = "clock"
    TASK = "task"
    UNREAD = "unread"
    UNANSWERED = "unanswered"
    SECOND = "second-signature"
    THEIR_SECOND = "their-second-signature"
    CALL = "call-not-called-back"
    MAIL = "mail"
    DRAFT = "draft"
    DEAD = "dead-letter"
    PARTNER = "partner-silent"
    LETTER = "letter-to-post"
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
    STAMP = "time-stamp"
    REVIEW = "assistance-review"
    NEW = "new-message"


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One thing that needs a person; the pair of kind and subject names it as long as it stands.

    Attributes:
        kind: what it is.
        subject: of what: a digest, an item, a party; never what a message says.
        severity: how much it presses at the moment asked about.
        since: from when on it stands, or None where nobody knows.
        due_at: by when a person must act, or None.
        party: the other side, or empty.
        case: of the office, or empty.
        detail: a code: a measure, a type of message, a state, an error.
        count: how many things it stands for.
    """

    kind: Kind
    subject: str
    severity: Severity
    since: datetime | None = None
    due_at: datetime | None = None
    party: str = ""
    case: str = ""
    detail: str = ""
    count: int = 1

    @property
    def key(self) -> str:
        """Return the name under which somebody can say that it was seen."""
        return f"{self.kind}:{self.subject}"

    def overdue(self, at: datetime) -> bool:
        """Tell whether its time is over at a moment."""
        return self.due_at is not None and self.due_at < at


def pressing(due_at: datetime | None, *, at: datetime, near_s: int = 86_400) -> Severity:
    """Return how much a clock presses: over, near, or neither.

    Args:
        due_at: when it falls due, or None.
        at: the moment asked about.
        near_s: what counts as near, in seconds.
    """
    if due_at is None:
        return Severity.NOTE
    left_s = (due_at - at).total_seconds()
    if left_s < 0:
        return Severity.NOW
    return Severity.SOON if left_s <= near_s else Severity.NOTE
