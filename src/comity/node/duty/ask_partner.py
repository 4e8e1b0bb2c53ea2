"""Asking a partner's watch, and answering one, by a person."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from comity.canonical import ComityError
from comity.node.duty import partner_tests_schedule, partner_tests_text
from comity.node.messages import draft_changes, partner_tests
from comity.node.models import MessageRow
from comity.node.service.handle import Service


def ask(service: Service, party: str, *, by: str) -> MessageRow:
    """Ask whether a party's watch answers.

    Raises:
        ReachQuotaError, ReachAddresseeError: it is not sent.
    """
    return _sent(service, partner_tests.PING, by=by, to=(party,))


def ask_by_itself(service: Service, party: str) -> MessageRow:
    """Ask as the node does where no person did: with a text that says so, in the party's language.

    Raises:
        ReachQuotaError, ReachAddresseeError: it is not sent.
    """
    values = {"note": partner_tests_text.note(service.node, party)}
    return _sent(
        service, partner_tests.PING, by=partner_tests_schedule.BY_NODE, to=(party,), values=values
    )


def answer(service: Service, conversation: str, *, by: str) -> MessageRow:
    """Answer a test, as the person who is there.

    Raises:
        MoveIllegalError: it is answered already.
        LookupError: no such conversation.
    """
    return _sent(service, partner_tests.ANSWER, by=by, conversation=conversation)


def _sent(
    service: Service,
    message_type: str,
    *,
    by: str,
    to: tuple[str, ...] = (),
    conversation: str | None = None,
    values: Mapping[str, Any] = MappingProxyType({}),
) -> MessageRow:
    row = draft_changes.prepare(
        service,
        message_type=message_type,
        values=values,
        by=by,
        to=to,
        conversation=conversation,
    )
    try:
        return draft_changes.send(service, row.id, by=by)
    except ComityError:
        draft_changes.discard(row.id, by=by)
        raise
