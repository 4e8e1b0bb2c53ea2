"""The work item: what needs a person, a pure function of facts and the moment.

One incident (a request, a task, a partner that is silent) may matter for several reasons: it was
not acknowledged, its deadline is near, a second signature is due. It is one item, told by the
reason that presses most.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from comity.node.cases.severity import RANK, Facts, Kind, Severity, changes_at, severity_of
from comity.node.models.work import NEVER

OFFICE: Final = "office"
"""The rule of a deadline that the office sets itself."""
SIGN: Final = "sign"
"""The action of a message of ours that is to be countersigned."""
CONFIRM: Final = "confirm-handover"
"""The action of a shift that is handed over."""
_LATEST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One reason why an incident needs a person, or will.

    Attributes:
        facts: what its severity depends on.
        subject: with the kind its name: a digest, an item, a party; never what a message says.
        party: the other side, or empty.
        case: of the office, or empty.
        conversation: digest of the conversation it is in, or empty.
        what: a code: a measure, a type of message, a state, an error.
        count: how many things it stands for.
        deadline: what falls due, by code; empty without a deadline.
        rule: the rule that the deadline comes from, or `OFFICE`.
        move: type of the message to write next, or empty where its kind says what to do.
        listed_from: when people are told first; None: at once; `NEVER`: it only stands.
    """

    facts: Facts
    subject: str
    party: str = ""
    case: str = ""
    conversation: str = ""
    what: str = ""
    count: int = 1
    deadline: str = ""
    rule: str = ""
    move: str = ""
    listed_from: datetime | None = None

    def is_listed(self, at: datetime) -> bool:
        """Tell whether people are told of it by a moment."""
        return self.listed_from is None or self.listed_from <= at


@dataclass(frozen=True, kw_only=True)
class Item:
    """A work item at a moment.

    Attributes:
        incident: what it is about: a sort and a name.
        matter: what of it presses most.
        dated: what of it names the deadline: what presses most, if it has one, else what falls due
            first of what the same side has to do.
        severity: how much; None before people are told.
        emergency: whether the incident is one, by its measure or its urgency.
        owner: identifier of the officer whose it is, or empty.
        changes_at: when time alone changes it next, or None.
    """

    incident: str
    matter: Matter
    dated: Matter
    severity: Severity | None
    emergency: bool
    owner: str = ""
    changes_at: datetime | None = None

    @property
    def waits_for(self) -> str:
        """Tell who has to act: ``us`` or ``them``."""
        return "them" if self.matter.facts.kind in THEIRS else "us"

    @property
    def action(self) -> str:
        """Return the one thing to do next: the type of a message to write, or a code."""
        return self.matter.move or ACTIONS[self.matter.facts.kind]


def work_item(
    incident: str, matters: Iterable[Matter], *, at: datetime, owner: str = ""
) -> Item | None:
    """Return the work item of an incident at a moment; None where nothing of it needs a person.

    Args:
        incident: a sort and a name.
        matters: every reason why it needs a person, or will.
        at: aware UTC.
        owner: identifier of the officer whose it is, or empty.
    """
    known = list(matters)
    if not known:
        return None
    listed = [one for one in known if one.is_listed(at)]
    first = min(listed or known, key=lambda one: pressing_first(one, at=at))
    return Item(
        incident=incident,
        matter=first,
        dated=_dated(first, known),
        severity=severity_of(first.facts, at=at) if listed else None,
        emergency=any(one.facts.emergency for one in known),
        owner=owner,
        changes_at=min(filter(None, (_changes(one, at) for one in known)), default=None),
    )


def _dated(first: Matter, known: Iterable[Matter]) -> Matter:
    """Return which of the matters of an incident names its deadline."""
    if first.facts.due_at is not None:
        return first
    theirs = first.facts.kind in THEIRS
    same = [one for one in known if one.deadline and (one.facts.kind in THEIRS) is theirs]
    return min(same, key=lambda one: (one.facts.due_at or _LATEST, one.subject), default=first)


def _changes(matter: Matter, at: datetime) -> datetime | None:
    if matter.listed_from is not None and matter.listed_from > at:
        return None if matter.listed_from == NEVER else matter.listed_from
    return changes_at(matter.facts, after=at)


def pressing_first(matter: Matter, *, at: datetime) -> tuple[int, datetime, datetime, str, str]:
    """Return the key that sorts matters: what presses most first, then what is due first."""
    facts = matter.facts
    rank = RANK[severity_of(facts, at=at)]
    return rank, facts.due_at or _LATEST, facts.since or _LATEST, facts.kind, matter.subject


THEIRS: Final = frozenset(
    {Kind.UNANSWERED, Kind.THEIR_CLOCK, Kind.THEIR_SECOND, Kind.PARTNER, Kind.REFUSED}
)
"""Kinds in which the other side has to act."""
ACTIONS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.UNREAD: "request.acknowledged",
        Kind.UNANSWERED: "open-case",
        Kind.UNDELIVERED: "call-partner",
        Kind.CLOCK: "open-case",
        Kind.THEIR_CLOCK: "open-case",
        Kind.EXTENSION: "open-case",
        Kind.TASK: "open-task",
        Kind.RETENTION: "open-exhibit",
        Kind.SECOND: SIGN,
        Kind.THEIR_SECOND: "open-case",
        Kind.CALL: "call-back",
        Kind.SHIFT: CONFIRM,
        Kind.MAIL: "open-mail",
        Kind.DRAFT: "open-draft",
        Kind.DEAD: "open-outbox",
        Kind.PARTNER: "open-outbox",
        Kind.LETTER: "open-outbox",
        Kind.QUOTA: "open-cases",
        Kind.REVIEW: "open-case",
        Kind.TWO_WORDS: "open-case",
        Kind.UNREAD_MESSAGE: "open-case",
        Kind.NEW: "open-case",
        Kind.OWN_CERTIFICATE: "renew-certificate",
        Kind.CERTIFICATE: "certify-officer",
        **dict.fromkeys((Kind.PACKAGE, Kind.SPACE, Kind.STRAY), "open-evidence"),
        **dict.fromkeys(
            (
                Kind.REFUSED,
                Kind.LOGS,
                Kind.AUDIT,
                Kind.DISK,
                Kind.STORE,
                Kind.WORK,
                Kind.DIRECTORY,
                Kind.ENTRY,
                Kind.KEYS,
                Kind.EDITIONS,
                Kind.STAMP,
            ),
            "open-health",
        ),
        **dict.fromkeys(
            (Kind.REACH, Kind.GAP, Kind.ROSTER, Kind.NOTICES, Kind.UNWAKEABLE, Kind.GLASS),
            "open-alarm",
        ),
    }
)
"""What to do next by kind, where no message is to be written; each code has words on pages."""
