"""Which deliveries of a conversation a person has to know of: they fail, or wait too long."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from comity.node.cases.conversations import is_without_node
from comity.node.cases.queries import Event, Thread
from comity.node.core.node import Node
from comity.node.models import OutboxRow

UNTRIED: Final = timedelta(minutes=2)
"""How long a message may wait for its first attempt before people are told."""


def late_deliveries(
    node: Node, thread: Thread, *, at: datetime
) -> Iterator[tuple[Event, OutboxRow]]:
    """Yield the deliveries of a conversation that were given up, fail, or wait untried for long.

    What goes as a letter is none of them: nobody tries to deliver it.

    Args:
        node: this node.
        thread: the conversation.
        at: this node's clock.
    """
    for event in () if thread.row.paper else thread.events:
        for row in event.deliveries:
            if row.stage == OutboxRow.Stage.DEAD or (
                (row.last_fault or at - row.queued_at >= UNTRIED)
                and not is_without_node(node.directory, row.addressee)
            ):
                yield event, row
