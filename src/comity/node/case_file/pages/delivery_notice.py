"""What a case says of a message of ours that the partner has not got yet, and what to do meanwhile.

It stands until the receipt comes; then the timeline says who received the message and when.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from django.urls import reverse

from comity.node.cases.call_back_numbers import Number, numbers
from comity.node.cases.late_deliveries import late_deliveries
from comity.node.cases.queries import Event, Thread
from comity.node.compose.letter_preview import has_letter
from comity.node.core.node import Node
from comity.node.models import Officer, OutboxRow
from comity.node.people.permissions import Right, may

_NOTE: Final = "note.written"


@dataclass(frozen=True)
class Failing:
    """A delivery of which no attempt succeeded so far.

    Attributes:
        row: of the outbox.
        type: of the message.
        given_up: whether it is not tried again by itself.
        telephone: numbers of the partner by the directory or the register.
        note: address of the form that records a telephone call, or empty.
        letter: address of the message as a letter, or empty.
        outbox: whether the officer may open the outbox.
    """

    row: OutboxRow
    type: str
    given_up: bool
    telephone: tuple[Number, ...]
    note: str
    letter: str
    outbox: bool


def failing(
    node: Node, officer: Officer, number: str, threads: Sequence[Thread], *, at: datetime
) -> list[Failing]:
    """Return the deliveries of a case that fail or wait longer than they should.

    Args:
        node: this node.
        officer: who looks at the case.
        number: of the case.
        threads: its conversations.
        at: this node's clock.
    """
    return [
        _failing(node, officer, number, event, row)
        for thread in threads
        for event, row in late_deliveries(node, thread, at=at)
    ]


def _failing(node: Node, officer: Officer, number: str, event: Event, row: OutboxRow) -> Failing:
    note = letter = ""
    if may(officer, Right.DOCKET):
        note = f"{reverse('docket-new', args=[_NOTE])}?case={quote(number)}"
    if may(officer, Right.READ_CONTENT) and has_letter(event.row.type) and not event.erased:
        letter = reverse("message-letter", args=[row.record])
    return Failing(
        row=row,
        type=event.row.type,
        given_up=row.stage == OutboxRow.Stage.DEAD,
        telephone=numbers(node, row.addressee),
        note=note,
        letter=letter,
        outbox=may(officer, Right.READ_OUTBOX),
    )
