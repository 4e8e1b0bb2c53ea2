"""What waits for a signature: drafts, and messages that went with one.

Lists only; the signatures themselves are taken by `draft_changes.add_approval` and
`send_second_signature`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.exchange.moves import Floor
from comity.exchange.types import MOVES
from comity.node.cases import second_signature
from comity.node.cases.queries import needs_of
from comity.node.core.node import Node
from comity.node.core.pagination import oldest_first
from comity.node.messages import draft_changes, summary_line
from comity.node.messages.signing_role import role_of
from comity.node.messages.summary_line import Gist
from comity.node.models import Conversation, DraftRow, MessageRow, Officer
from comity.node.people.access.visible_cases import Circle
from comity.node.people.permissions import Right, may

PAGE: Final = 50


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A draft that waits for signatures.

    Attributes:
        row: the draft.
        needs: approvals due by role.
        missing: roles that still lack one, in the order author, approver.
        mine: whether the officer who asks has signed it.
        wanted: whether that officer could give what is missing.
        gist: what it is about; nothing for who may not read content.
    """

    row: DraftRow
    needs: Floor
    missing: tuple[str, ...]
    mine: bool
    wanted: bool
    gist: Gist

    @property
    def before_sending(self) -> tuple[str, ...]:
        """Return the missing roles without which it cannot go; a countersignature follows."""
        return tuple(r for r in self.missing if r != "approver" or self.needs.late_hours is None)


@dataclass(frozen=True, kw_only=True)
class Late:
    """A message of ours that went with one signature and waits for the second."""

    row: MessageRow
    case: str
    gist: Gist


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Who must sign a type of message here.

    Attributes:
        type: of the message.
        needs: by the protocol and this authority's signed policy, the stricter counts.
        stricter: whether the policy asks more than the protocol.
    """

    type: str
    needs: Floor
    stricter: bool


def waiting(
    node: Node, circle: Circle, *, after: str = "", most: int = PAGE
) -> tuple[list[Waiting], str]:
    """Return the drafts of a circle that wait for signatures, the oldest first, page by page.

    Args:
        node: this node.
        circle: of whoever asks.
        after: a place that a page before gave, or empty.
        most: drafts of a page.

    Raises:
        PlaceError: ``after`` is no such place.
    """
    officer, drafts = circle.officer, circle.drafts().filter(stage=DraftRow.Stage.AWAITING)
    drafts = drafts.prefetch_related("approvals")
    rows, following = oldest_first(drafts, since="made_at", key="id", after=after, most=most)
    return of_rows(node, officer, rows), following


def of_rows(node: Node, officer: Officer, rows: Sequence[DraftRow]) -> list[Waiting]:
    """Return how far drafts are signed, and whether an officer is wanted for them."""
    told = summary_line.of_drafts(rows) if may(officer, Right.READ_CONTENT) else {}
    found = []
    for row in rows:
        needs = draft_changes.draft_needs(node, row)
        good = [signed for signed in draft_changes.signed_by(node, row) if not signed.fault]
        missing = tuple(
            role
            for role in ("author", "approver")
            if sum(signed.role == role for signed in good) < getattr(needs, role)
        )
        mine = any(signed.officer == officer.identifier for signed in good)
        wanted = not mine and role_of(officer) in missing
        about = told.get(row.id, summary_line.NOTHING)
        found.append(
            Waiting(row=row, needs=needs, missing=missing, mine=mine, wanted=wanted, gist=about)
        )
    return found


def late(circle: Circle, *, after: str = "", most: int = PAGE) -> tuple[list[Late], str]:
    """Return our messages of a circle whose second signature is due, the nearest first.

    Arguments and faults as `waiting`.
    """
    due = second_signature.lacking(circle.messages())
    rows, following = oldest_first(due, since="second_due_at", key="record", after=after, most=most)
    reads = may(circle.officer, Right.READ_CONTENT)
    told = summary_line.of_conversations(row.conversation for row in rows) if reads else {}
    cases = dict(
        Conversation.objects.filter(digest__in={row.conversation for row in rows}).values_list(
            "digest", "case"
        )
    )
    found = [
        Late(
            row=row,
            case=cases[row.conversation],
            gist=told.get(row.conversation, summary_line.NOTHING),
        )
        for row in rows
    ]
    return found, following


def rules(node: Node) -> list[Rule]:
    """Return who must sign each type of message that this authority sends."""
    return [
        Rule(type=name, needs=needs, stricter=needs != move.floor)
        for name, move in MOVES.items()
        if (needs := needs_of(node, move)).author or needs.approver
    ]
