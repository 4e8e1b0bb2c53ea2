"""Asking a partner's watch, and answering one, by a person."""

from comity.canonical import ComityError
from comity.node import acts
from comity.node.duty import reach
from comity.node.models import MessageRow
from comity.node.service import Service


def ask(service: Service, party: str, *, by: str) -> MessageRow:
    """Ask whether a party's watch answers.

    Raises:
        ReachQuotaError, ReachAddresseeError: it is not sent.
    """
    return _sent(service, reach.PING, by=by, to=(party,))


def answer(service: Service, conversation: str, *, by: str) -> MessageRow:
    """Answer a test, as the person who is there.

    Raises:
        MoveIllegalError: it is answered already.
        LookupError: no such conversation.
    """
    return _sent(service, reach.ANSWER, by=by, conversation=conversation)


def _sent(
    service: Service,
    message_type: str,
    *,
    by: str,
    to: tuple[str, ...] = (),
    conversation: str | None = None,
) -> MessageRow:
    row = acts.prepare(
        service, message_type=message_type, values={}, by=by, to=to, conversation=conversation
    )
    try:
        return acts.send(service, row.id, by=by)
    except ComityError:
        acts.discard(row.id, by=by)
        raise
