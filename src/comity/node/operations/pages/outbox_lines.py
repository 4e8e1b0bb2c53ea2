"""Deliveries as lines of the outbox: of which case, how urgent, to whom, and whom to call."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.node.cases.call_back_numbers import Number, numbers
from comity.node.cases.severity import EMERGENCY
from comity.node.cases.urgency import said
from comity.node.core.node import Node
from comity.node.models import Conversation, MessageRow, OutboxRow
from comity.node.people.access.visible_cases import Circle


@dataclass(frozen=True)
class Delivery:
    """One line.

    Attributes:
        row: as stored.
        type: of the message, or empty.
        case: number of its case, or empty where the reader may not see that.
        urgency: ``emergency``, ``urgent`` or empty.
        telephone: numbers of the addressee by the directory or the register.
    """

    row: OutboxRow
    type: str
    case: str
    urgency: str
    telephone: tuple[Number, ...]


def deliveries_of(node: Node, rows: Sequence[OutboxRow], circle: Circle) -> list[Delivery]:
    """Return deliveries as lines, in their order, by three statements for all.

    An addressee that stands in the register only costs one more, however many deliveries it has.

    Args:
        node: this node.
        rows: of the outbox.
        circle: of whoever reads them.
    """
    sent = MessageRow.objects.filter(record__in=[row.record for row in rows])
    told = {one[0]: one[1:] for one in sent.values_list("record", "type", "conversation")}
    digests = {conversation for _, conversation in told.values()}
    threads = Conversation.objects.filter(digest__in=digests).annotate(says=said())
    press = {
        digest: EMERGENCY if measure == EMERGENCY else says
        for digest, measure, says in threads.order_by().values_list("digest", "measure", "says")
    }
    seen = circle.conversations().filter(digest__in=digests)
    cases = dict(seen.order_by().values_list("digest", "case"))
    phones = {party: numbers(node, party) for party in {row.addressee for row in rows}}
    found = []
    for row in rows:
        message_type, digest = told.get(row.record, ("", ""))
        found.append(
            Delivery(
                row,
                message_type,
                cases.get(digest, ""),
                press.get(digest, ""),
                phones[row.addressee],
            )
        )
    return found
