"""Giving a restored partner back what it had said and acknowledged; taking back our own."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, F, QuerySet, When

from comity.bundle import moments
from comity.canonical import MisuseError, PeerError, decode, encode, members, time_text
from comity.evidence import age, age_keys
from comity.exchange import (
    Message,
    Refused,
    Verified,
    accept,
    check_receipt,
    parse_message,
    read_parcel,
    verify_content,
    verify_message,
    write_parcel,
)
from comity.exchange.conversation import ILLEGAL
from comity.exchange.receipts import Receipt, parse_receipt
from comity.keys import Jws, jws
from comity.node.cases.conversations import message_of, sections_of
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.partner_http import PartnerClient, check_accepted
from comity.node.core.randomness import random_bytes
from comity.node.core.signals import work_changed
from comity.node.federation import unentered_items
from comity.node.federation.issue_receipt import receipt_for
from comity.node.federation.receive_message import record_received
from comity.node.federation.receive_receipt import receipt_leaf, take_refusal
from comity.node.log import audit
from comity.node.log.consistency import LogsDisagreeError
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.messages.drafts import record_sent
from comity.node.models import Conversation, DraftRow, MessageRow, ReceiptRow

PAGE: Final = 32
FULL_PAGE_BYTES: Final = 8 * 1024 * 1024
MAX_PAGE_BYTES: Final = 14 * 1024 * 1024  # one more parcel with its receipt


class RestitutionError(PeerError, code="restitution-false"):
    """A partner gives back something that we never said or acknowledged."""


def give_back(node: Node, caller: str, *, since: datetime, skip: int) -> bytes:
    """Return one page of what a partner said to us and acknowledged to us, sealed to it.

    Args:
        node: this node.
        caller: the restored partner.
        since: nothing older is missing there.
        skip: rows it has had already.

    Source: spec/13-transport.md section 13.2 (recovery).
    """
    return _page(node, caller, since=since, skip=skip)[0]


def give_back_pages(node: Node, caller: str, *, since: datetime) -> Iterator[bytes]:
    """Yield all such pages, for a partner that is reached by file only."""
    skip: int | None = 0
    while skip is not None:
        page, skip = _page(node, caller, since=since, skip=skip)
        yield page


def _page(node: Node, caller: str, *, since: datetime, skip: int) -> tuple[bytes, int | None]:
    """Return a sealed page, and how many rows to skip for the next one; None after the last."""
    items: list[dict[str, Any]] = []
    size, following = 0, None
    for number, row in enumerate(shared_rows(caller, since)[skip : skip + PAGE + 1].iterator()):
        if number == PAGE or size > FULL_PAGE_BYTES:
            following = skip + number
            break
        item = _item(node, row, caller)
        if item is not None:
            items.append(item)
            size += len(encode(item))
    body = encode({"items": items, "next": following})
    recipients = node.directory.recipients(caller, at=now())
    keys = [age_keys.parse_recipient(text) for text in recipients]
    return age.seal_bytes(body, keys, random=random_bytes), following


def shared_rows(caller: str, since: datetime) -> QuerySet[MessageRow]:
    """Return the messages of conversations with a partner, openings first, then as they came.

    Many are of one second; their places in the log tell their order, and what was said of evidence
    can be entered only after its offer.
    """
    everything = Conversation.objects.values_list("digest", "members")
    shared = [digest for digest, parties in everything if caller in parties]
    opening_first = Case(When(content=F("conversation"), then=0), default=1)
    rows = MessageRow.objects.filter(conversation__in=shared, recorded_at__gte=since)
    return rows.order_by(opening_first, "epoch", "index")


def _item(node: Node, row: MessageRow, caller: str) -> dict[str, Any] | None:
    if row.author == caller:
        receipt: Jws | None = receipt_for(node, row, None)
    elif row.outgoing:
        # A log that became smaller is a matter for a person; the caller's signature stands.
        good = ReceiptRow.objects.filter(fault__in=("", LogsDisagreeError.code))
        kept = good.filter(record=row.record, party=caller).order_by("fault").first()
        receipt = jws.parse(bytes(kept.jws)) if kept else None
    else:
        return None
    if receipt is None:
        return None
    parcel = write_parcel(message_of(row).envelope, sections_of(row.record), known=None)
    value = decode(parcel, max_bytes=len(parcel))
    return {"parcel": value, "receipt": receipt.value}


def take_back(
    node: Node, committer: Committer, client: PartnerClient, party: str, *, since: datetime
) -> int:
    """Fetch and enter what a partner gives back; return how many records were missing here.

    What cannot be entered is kept for a person, and keeps nothing else out.

    Raises:
        PartnerUnreachableError, PartnerBusyError: it is asked again later.
        PartnerRefusedError: it refused, perhaps for good.
        PeerError: a page is none; nothing of it was entered.
    """
    came = 0
    skip: int | None = 0
    while skip is not None:
        body = encode({"since": time_text(since), "skip": skip})
        answer = client.call(party, "POST", "/exchange/v1/recovery", body=body)
        check_accepted(answer, 200)
        entered, following = _take(node, committer, party, answer.body)
        if following is not None and following <= skip:
            raise RestitutionError("the pages lead backwards")
        came, skip = came + entered, following
    return came


def take_page(node: Node, committer: Committer, party: str, sealed: bytes) -> int:
    """Enter one page that came by file; return how many records were missing here."""
    return _take(node, committer, party, sealed)[0]


def _take(node: Node, committer: Committer, party: str, sealed: bytes) -> tuple[int, int | None]:
    opened = age.open_bytes(sealed, node.keys.sealing)
    page = members(
        decode(opened, max_bytes=MAX_PAGE_BYTES), {"items": list, "next": (int, type(None))}
    )
    came = 0
    for item in in_causal_order(page["items"]):
        try:
            came += _enter(node, committer, party, item)
        except (PeerError, MisuseError) as fault:
            unentered_items.keep_leftover(node, party, item, fault)
    return came, page["next"]


def in_causal_order(items: Sequence[Any]) -> list[Any]:
    """Return the items of a page, each after those whose messages its author had seen.

    A partner may order its page as it likes. What cannot be read stays behind what can.
    """
    there: dict[str, Message] = {}
    of: dict[str, list[Any]] = {}
    unread = []
    for item in items:
        try:
            message = parse_message(read_parcel(encode(item["parcel"])).envelope)
        except (PeerError, LookupError, TypeError):
            unread.append(item)
        else:
            there[message.content] = message
            of.setdefault(message.content, []).append(item)
    ordered = moments.in_order(there.values(), there)
    return [item for message in ordered for item in of[message.content]] + unread


def _enter(node: Node, committer: Committer, party: str, item: object) -> int:
    fields = members(item, {"parcel": dict, "receipt": dict})
    parcel = read_parcel(encode(fields["parcel"]))
    receipt = jws.parse_value(fields["receipt"])
    message = parse_message(parcel.envelope)
    if MessageRow.objects.filter(record=message.record).exists():
        unentered_items.forget_leftover(party, message.record)
        return 0
    claim = parse_receipt(receipt.payload)
    moment = claim.received_at
    if party not in (message.draft.author, claim.addressee):
        raise RestitutionError("a record of others than the two of us")
    verify_message(message, node.directory, proved_at=moment)
    check_receipt(receipt, message, node.directory, known=None)
    if message.draft.author == node.party:
        opening = Conversation.objects.filter(digest=message.conversation)
        if message.draft.conversation is not None and not opening.exists():
            raise unentered_items.OpeningMissingError("what opens its conversation is not here")
        verified = verify_content(message, parcel.sections, node.directory, proved_at=moment)
        committer.run(lambda b: _ours(node, b, verified, receipt=receipt, claim=claim))
    else:
        if claim.addressee != node.party:
            raise RestitutionError("a receipt that is not ours for a message that is not ours")
        decision = _as_acknowledged(
            accept(parcel, node.directory, us=node.party, received_at=moment), claim
        )
        committer.run(lambda b: _theirs(node, b, decision, receipt=receipt, claim=claim))
    unentered_items.forget_leftover(party, message.record)
    return 1


def _as_acknowledged(decision: Verified | Refused, claim: Receipt) -> Verified | Refused:
    """Return the decision of then: what was refused for what it says stays refused."""
    code = claim.outcome.removeprefix("refused:")
    if claim.outcome in (code, ILLEGAL):
        return decision
    return Refused(decision.message, code)


def _ours(node: Node, batch: Batch, verified: Verified, *, receipt: Jws, claim: Receipt) -> None:
    """Enter a message of our own that we had forgotten, with the partner's receipt for it."""
    record_sent(
        node,
        batch,
        verified.message,
        sections=verified.sections,
        bodies=verified.bodies,
        at=verified.message.draft.sent_at,
        second_due=None,
        delivered_to=claim.addressee,
    )
    _keep(receipt, claim)
    receipt_leaf(batch, receipt, now())
    if claim.outcome.startswith("refused:"):
        take_refusal(node, claim.record, claim.outcome, now())
    # The draft of it, forgotten in between, must not be signed a second time.
    DraftRow.objects.filter(id=verified.message.draft.id).update(
        stage=DraftRow.Stage.QUEUED, record=verified.message.record
    )
    work_changed.send(None, drafts=[verified.message.draft.id])
    _note_recovered(verified.message.record)


def _theirs(
    node: Node, batch: Batch, decision: Verified | Refused, *, receipt: Jws, claim: Receipt
) -> None:
    """Enter a message that we had acknowledged, as of the moment we had received it."""
    record_received(
        node,
        batch,
        decision,
        known=None,
        received_at=claim.received_at,
        via="recovery",
        told=claim,
    )
    _keep(receipt, claim)
    _note_recovered(decision.message.record)


def _note_recovered(record: str) -> None:
    audit.note(at=now(), actor=audit.SYSTEM, action="message.recovered", subject=record)


def _keep(receipt: Jws, claim: Receipt) -> None:
    ReceiptRow.objects.create(
        record=claim.record,
        party=claim.addressee,
        jws=receipt.record,
        received_at=claim.received_at,
        outcome=claim.outcome,
        linked=False,
        kept_at=now(),
    )
