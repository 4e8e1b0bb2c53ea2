"""The head of a case: what it is about, how much it presses, by when, and what to do first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from comity.node.case_file.deadlines import Deadline, is_unread, next_deadline
from comity.node.case_file.pages.letter_links import Letters, posting_link
from comity.node.cases.next_move import next_move
from comity.node.cases.queries import Thread
from comity.node.cases.severity import EMERGENCY, URGENT
from comity.node.core.clock import now
from comity.node.evidence.offers import is_unoffered
from comity.node.messages.send_second_signature import may_countersign
from comity.node.models import Alarm, Conversation, Officer, Package, WorkItem
from comity.node.people.office_settings import goals
from comity.node.people.permissions import Right, may
from comity.node.watch import labels as watch_labels
from comity.node.watch.alert import of_row
from comity.node.watch.first_step import may_do, waiting_step, writing_step
from comity.node.work.queries import of_cases, severity_of_row
from comity.node.work.requests import REQUEST

type Move = tuple[str, str]
"""Type of a message, and the message it answers, or empty."""


@dataclass(frozen=True)
class CaseHead:
    """What the head of a case says.

    Attributes:
        lead: the conversation that presses most, or the newest.
        urgency: ``emergency``, ``urgent`` or ``normal``.
        critical: whether it is an open emergency.
        unread: whether nobody here has acknowledged it yet.
        deadline: the next one, or None.
        owner: identifier of the officer whose it is, or empty.
        link: address of the first thing to do, or empty.
        label: words of the link.
        countersigned_by: until when another officer has to countersign, or None.
        acknowledges: name of the critical work item that is to be acknowledged first, or empty;
            then there is no link.
    """

    lead: Thread
    urgency: str
    critical: bool
    unread: bool
    deadline: Deadline | None
    owner: str
    link: str
    label: Any
    countersigned_by: datetime | None
    acknowledges: str


def case_head(
    officer: Officer,
    number: str,
    threads: Sequence[Thread],
    moves: Mapping[str, Sequence[Move]],
    letters: Mapping[str, Letters],
    *,
    packages: Sequence[Package],
) -> CaseHead:
    """Return the head of a case.

    Args:
        officer: who looks at it.
        number: of the case.
        threads: its conversations, at least one, in the order of the page.
        moves: what may be written in each conversation now, by its digest.
        letters: of each conversation that goes by letter, by its digest.
        packages: of the case.
    """
    rows = of_cases({number}, at=now())
    by_digest = {one.row.digest: one for one in threads}
    requests = [one for one in rows if one.incident.startswith(REQUEST)]
    first = next((one for one in requests if one.conversation in by_digest), None)
    if first is not None:
        lead = by_digest[first.conversation]
    else:
        lead = next((one for one in threads if one.row.main != "closed"), threads[-1])
    emergency = any(one.emergency for one in requests)
    unread = is_unread(first)
    waiting = _to_acknowledge(officer, first)
    link, label = "", watch_labels.acknowledging(first.kind).act if first is not None else ""
    if not waiting:
        digest = lead.row.digest
        link, label = _first_step(
            officer, lead, moves.get(digest, ()), letters.get(digest, {}), packages
        )
    pressing = first is not None and severity_of_row(first).is_pressing
    return CaseHead(
        lead=lead,
        urgency=_urgency(first, lead.row, emergency=emergency),
        critical=emergency and pressing,
        unread=unread,
        deadline=next_deadline(rows, first, goals() if unread else None),
        owner=first.owner if first is not None else next((o.owner for o in rows if o.owner), ""),
        link=link,
        label=label,
        countersigned_by=None if may_countersign(officer) else _second_due(lead),
        acknowledges=waiting,
    )


def _to_acknowledge(officer: Officer, first: WorkItem | None) -> str:
    """Return the name of a critical work item that nobody has acknowledged, or an empty text."""
    if first is None or not may(officer, Right.ACKNOWLEDGE):
        return ""
    if not severity_of_row(first).is_critical or not of_row(first).raises_alarm:
        return ""
    seen = ~Q(acknowledged_at=None)
    if not may_do(officer, first.action):
        seen |= ~Q(owner="")
    done = Alarm.objects.filter(seen, incident=first.incident, ended_at=None)
    return "" if done.exists() else first.incident


def _urgency(first: WorkItem | None, row: Conversation, *, emergency: bool) -> str:
    if emergency or row.measure == EMERGENCY:
        return EMERGENCY
    return URGENT if first is not None and first.urgency == URGENT else "normal"


def _first_step(
    officer: Officer,
    thread: Thread,
    moves: Sequence[Move],
    letters: Letters,
    packages: Sequence[Package],
) -> tuple[str, Any]:
    """Return address and words of what to do first in a conversation, or two empty texts."""
    rows = () if thread.is_over else [event.row for event in thread.events]
    second = next((row.record for row in rows if row.second_due_at and row.outgoing), "")
    draft = thread.drafts[0].id if thread.drafts else ""
    if any(found := waiting_step(officer, draft=draft, second=second)):
        return found
    if not may(officer, Right.DRAFT):
        return "", ""
    if any(due := posting_link(letters)):
        return due
    here = [one for one in packages if one.conversation == thread.row.digest]
    name = next_move(thread.row, sealed=any(map(is_unoffered, here)))
    return writing_step(officer, thread.row, name if name in dict(moves) else "")


def _second_due(thread: Thread) -> datetime | None:
    """Return until when a message of ours in a conversation is to be countersigned, or None."""
    if thread.is_over:
        return None
    due = [e.row.second_due_at for e in thread.events if e.row.outgoing and e.row.second_due_at]
    return min(due, default=None)


def move_link(digest: str, message_type: str, about: str) -> str:
    """Return the address of the form of a message in a conversation."""
    link = reverse("move", args=[digest, message_type])
    return f"{link}?about={about}" if about else link
