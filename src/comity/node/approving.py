"""What waits for a signature: drafts, and messages that went with one.

Lists only; the signatures themselves are taken by `acts` and `second`.
"""

from dataclasses import dataclass
from typing import Final

from comity.exchange.moves import Floor
from comity.exchange.types import MOVES
from comity.node import acts
from comity.node.access.circle import Circle
from comity.node.casebook import needs_of
from comity.node.models import Conversation, DraftRow, MessageRow, Officer
from comity.node.node import Node

MOST: Final = 200
"""Drafts and messages looked at: more have never waited in one office, and the page says so."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A draft that waits for signatures.

    Attributes:
        row: the draft.
        needs: approvals due by role.
        missing: roles that still lack one, in the order author, approver.
        mine: whether the officer who asks has signed it.
        wanted: whether that officer could give what is missing.
    """

    row: DraftRow
    needs: Floor
    missing: tuple[str, ...]
    mine: bool
    wanted: bool


@dataclass(frozen=True, kw_only=True)
class Late:
    """A message of ours that went with one signature and waits for the second."""

    row: MessageRow
    case: str


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


def role_of(officer: Officer) -> str:
    """Return the role in which an officer signs by the office's own division of work."""
    return "approver" if officer.role == Officer.Role.APPROVER else "author"


def waiting(node: Node, circle: Circle) -> list[Waiting]:
    """Return the drafts of a circle that wait for signatures, the oldest first."""
    officer, rows = circle.officer, circle.drafts().filter(stage=DraftRow.Stage.AWAITING)
    rows = rows.order_by("made_at", "id")
    found = []
    for row in rows[:MOST]:
        needs = acts.draft_needs(node, row)
        good = [signed for signed in acts.signed_by(node, row) if not signed.fault]
        missing = tuple(
            role
            for role in ("author", "approver")
            if sum(signed.role == role for signed in good) < getattr(needs, role)
        )
        mine = any(signed.officer == officer.identifier for signed in good)
        wanted = not mine and role_of(officer) in missing
        found.append(Waiting(row=row, needs=needs, missing=missing, mine=mine, wanted=wanted))
    return found


def late(circle: Circle) -> list[Late]:
    """Return our messages of a circle whose second signature is due, the nearest first."""
    rows = list(
        circle.messages()
        .filter(outgoing=True, second_due_at__isnull=False)
        .order_by("second_due_at", "record")[:MOST]
    )
    cases = dict(
        Conversation.objects.filter(digest__in={row.conversation for row in rows}).values_list(
            "digest", "case"
        )
    )
    return [Late(row=row, case=cases[row.conversation]) for row in rows]


def rules(node: Node) -> list[Rule]:
    """Return who must sign each type of message that this authority sends."""
    return [
        Rule(type=name, needs=needs, stricter=needs != move.floor)
        for name, move in MOVES.items()
        if (needs := needs_of(node, move)).author or needs.approver
    ]
