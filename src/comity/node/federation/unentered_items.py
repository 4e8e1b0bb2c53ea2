"""What a partner gave back to a restored node, and what of it could not be entered.

One thing that cannot be entered keeps nothing else out: the partner counts as heard. A message that
we signed and that is not here keeps its own conversation closed: its number must not be used twice.

Source: spec/13-transport.md section 13.2 (recovery).
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Q

from comity.canonical import ComityError, PeerError, digest, digest_text, encode
from comity.exchange import Message, parse_message, read_parcel, verify_message
from comity.exchange.receipts import parse_receipt
from comity.keys import jws
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.log.refusals import Job
from comity.node.messages.recovery_marker import ReconcileFirstError
from comity.node.models import Conversation, Refusal

MOST: Final = 64
"""Things of one partner that are kept besides our own messages: it may invent any number."""
_LOG = logging.getLogger("comity.recovery")


class OpeningMissingError(PeerError, code="restitution-opening"):
    """A message was given back, and what opens its conversation is not here."""


def keep_leftover(node: Node, party: str, item: Mapping[str, Any], fault: ComityError) -> None:
    """Keep the fact that something a partner gave back could not be entered.

    Args:
        node: this node.
        party: the partner.
        item: what it gave back, untrusted.
        fault: why not.
    """
    message = _own_message(node, item)
    subject = message.record if message else digest_text(digest("record", encode(item)))
    rows = Refusal.objects.filter(job=Job.RETURNED, party=party)
    if message is None and rows.exclude(subject=subject).count() >= MOST:
        return
    told = {
        "conversation": message.conversation if message else "",
        "fault": fault.code,
        "since": now(),
        "until": None,
    }
    Refusal.objects.update_or_create(job=Job.RETURNED, party=party, subject=subject, defaults=told)
    _LOG.warning("something that %s gave back is not entered: %s", party, fault.code)


def _own_message(node: Node, item: Mapping[str, Any]) -> Message | None:
    """Return the message of a thing that was given back if this node signed it, else None."""
    try:
        message = parse_message(read_parcel(encode(item["parcel"])).envelope)
        moment = parse_receipt(jws.parse_value(item["receipt"]).payload).received_at
        verify_message(message, node.directory, proved_at=moment)
    except (ComityError, LookupError, TypeError):
        return None
    return message if message.draft.author == node.party else None


def forget_leftover(party: str, record: str) -> None:
    """Forget that a message was not entered: it is here now."""
    rows = Refusal.objects.filter(job=Job.RETURNED, party=party, subject=record)
    if rows.exists():
        rows.delete()


def partners_to_ask() -> frozenset[str]:
    """Return the partners to be asked again: on a person's word, or as an opening has come."""
    rows = Refusal.objects.filter(job=Job.RETURNED)
    if not rows.exists():
        return frozenset()
    opened = rows.filter(
        fault=OpeningMissingError.code, conversation__in=Conversation.objects.values("digest")
    )
    found = rows.filter(Q(until__isnull=False) | Q(pk__in=opened.values("pk")))
    return frozenset(found.values_list("party", flat=True))


def close_hearing(party: str) -> None:
    """Settle what a partner was asked for again and did not give: only our own stay open."""
    asked = Refusal.objects.filter(job=Job.RETURNED, party=party, until__isnull=False)
    asked.filter(conversation="").delete()
    asked.update(until=None)


def check_open(conversation: str) -> None:
    """Raise `ReconcileFirstError` if a conversation lacks a message of ours that was given back."""
    if Refusal.objects.filter(job=Job.RETURNED, conversation=conversation).exists():
        raise ReconcileFirstError(
            "this node was restored, and a message of ours in this conversation could not be "
            "entered again: System health says which partner gave it back"
        )
