"""Carrying queued messages to partners, and fetching from those that cannot reach us."""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import connection
from django.db.models import Max

from comity.canonical import (
    ComityError,
    OperationError,
    PeerError,
    b64,
    decode,
    encode,
    members,
    unb64,
)
from comity.evidence import age, age_keys
from comity.exchange import write_parcel
from comity.node.cases.conversations import message_of, sections_of
from comity.node.core.clock import now, real_now
from comity.node.core.node import Node
from comity.node.core.partner_http import (
    PartnerBusyError,
    PartnerClient,
    PartnerRefusedError,
    PartnerUnreachableError,
    check_accepted,
    fault_code,
)
from comity.node.core.randomness import random_bytes
from comity.node.federation import receive_message
from comity.node.federation.receive_receipt import take_receipt
from comity.node.log import refusals
from comity.node.log.group_commit import Committer
from comity.node.log.guarded_log import ensure_guarded
from comity.node.log.partner_checkpoints import known_checkpoint
from comity.node.log.refusals import CLOCK_STEP, Job
from comity.node.messages import outbox
from comity.node.messages.outbox import Lease
from comity.node.models import MessageRow, OutboxRow, PartnerCursor

PLACES: Final = 16
PLACES_EACH: Final = 4
OUTBOX_PAGE: Final = 64
EARLY_PAUSE: Final = timedelta(seconds=30)
"""Between two rounds of early attempts: a partner may ask us every second and take nothing."""
_LOG = logging.getLogger("comity.delivery")


class AddresseeKeylessError(OperationError, code="addressee-keyless"):
    """The directory lists no active sealing key of an addressee."""


def sealed_parcel(node: Node, row: MessageRow, addressee: str) -> bytes:
    """Return a message of ours as it travels: sealed to the addressee's active keys.

    Raises:
        AddresseeKeylessError: there are none.
        LogUnguardedError, HeadGuardError, RegisterBehindError: its log entry is not guarded.
    """
    ensure_guarded(node, row.epoch, row.index + 1)
    recipients = node.directory.recipients(addressee, at=now())
    if not recipients:
        raise AddresseeKeylessError(f"the directory has no sealing key of {addressee}")
    known = known_checkpoint(addressee)
    parcel = write_parcel(
        message_of(row).envelope,
        sections_of(row.record),
        known=known.tree_size if known else None,
    )
    parsed = [age_keys.parse_recipient(text) for text in recipients]
    return age.seal_bytes(parcel, parsed, random=random_bytes)


def _nothing() -> None:
    """Do nothing."""


class Delivery:
    """Pushes due messages and polls partners.

    Each partner has a few places at a time, so one that hangs holds up its own messages only.
    """

    def __init__(self, node: Node, committer: Committer, client: PartnerClient) -> None:
        self._node, self._committer, self._client = node, committer, client
        self._pool = ThreadPoolExecutor(max_workers=PLACES, thread_name_prefix="deliver")
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()
        self._known: dict[str, int] = {}
        """How often a party had been heard when the attempt began that failed last."""
        self._early: dict[str, datetime] = {}
        """When what waits for a party was last made due because the party was heard."""
        self.on_done: Callable[[], None] = _nothing
        """Called whenever a delivery ended, so that the next can be begun."""

    def step(self) -> int:
        """Begin whatever is due and has a place; return how many deliveries were begun."""
        queued = OutboxRow.objects.filter(stage=OutboxRow.Stage.QUEUED).order_by()
        begun = 0
        for party, fault in queued.values_list("addressee").annotate(fault=Max("last_fault")):
            until = self._client.busy.get(party)
            waits = until is not None and until > real_now()
            if fault:
                self._hasten(party, only_emergencies=waits)
            with self._lock:
                free = PLACES_EACH - self._under_way[party]
            if free <= 0 or not self._client.reachable(party):
                continue
            if until is not None and waits:
                outbox.hold(party, until=until)  # what was queued since
            for lease in outbox.claim(at=real_now(), most=free, reachable=frozenset({party})):
                with self._lock:
                    self._under_way[party] += 1
                self._pool.submit(self._deliver, lease)
                begun += 1
        return begun

    def _hasten(self, party: str, *, only_emergencies: bool) -> None:
        """Make due what waits for a party that was heard since an attempt failed."""
        heard = self._client.heard[party]
        if heard == self._known.get(party, 0):
            return
        self._known[party] = heard
        real, last = real_now(), self._early.get(party)
        due = real if last is None else max(last if last > real else last + EARLY_PAUSE, real)
        if outbox.hasten(party, at=due, only_emergencies=only_emergencies):
            self._early[party] = due
            _LOG.info("deliveries to %s go early: it was heard", party)

    def _deliver(self, lease: Lease) -> None:
        try:
            self.attempt(lease)
        except Exception:  # noqa: BLE001 - the lease ends by itself, and it is tried again
            _LOG.exception("delivery to %s failed", lease.addressee)
        finally:
            connection.close()
            with self._lock:
                self._under_way[lease.addressee] -= 1
            self.on_done()

    def attempt(self, lease: Lease) -> None:
        """Push one message; if it is not receipted, write down why, and when it is tried again."""
        party = lease.addressee
        heard = self._client.heard[party]
        try:
            self.push(lease)
            self._client.hear(party)
        except PartnerBusyError as fault:
            real = real_now() + CLOCK_STEP  # else it would come again before that time
            self._client.busy[party] = real + fault.wait
            outbox.put_off(lease, at=now(), real=real, wait=fault.wait, fault=fault.code)
            _LOG.info("deliveries to %s wait, as it asked", party)
        except ComityError as fault:
            told = fault_code(fault)
            if isinstance(fault, PartnerRefusedError) and fault.final:
                outbox.give_up(lease, fault=told)
                _LOG.warning("delivery to %s is given up: %s", party, told)
                return
            self._known[party] = heard
            if isinstance(fault, PartnerUnreachableError) and heard != self._client.heard[party]:
                told = outbox.HEARD_SINCE
            outbox.failed(lease, at=now(), real=real_now(), fault=told)
            _LOG.info("delivery to %s waits: %s", party, fault.code)

    def push(self, lease: Lease) -> None:
        """Push one message and take the receipt.

        Raises:
            PartnerRefusedError: the partner answered with an error, perhaps for good.
            PartnerBusyError: it asked to come again later.
            ComityError: it is not receipted; the delivery stays due.
        """
        row = MessageRow.objects.get(record=lease.record)
        sealed = sealed_parcel(self._node, row, lease.addressee)
        answer = self._client.call(lease.addressee, "POST", "/exchange/v1/messages", body=sealed)
        check_accepted(answer, HTTPStatus.OK)
        take_receipt(self._node, self._committer, answer.body, expected=lease.record)

    def poll(self, party: str) -> int:
        """Fetch what a partner holds for us; return how many messages came.

        One that refuses for good is asked again when a person says so.

        Source: spec/13-transport.md section 13.2 (outbox).
        """
        if refusals.is_held(Job.POLL, party):
            return 0
        cursor, _ = PartnerCursor.objects.get_or_create(party=party)
        with refusals.asking(Job.POLL, party):
            answer = self._client.call(
                party, "GET", "/exchange/v1/outbox", query=f"after={cursor.number}"
            )
            check_accepted(answer, HTTPStatus.OK)
        self._client.hear(party)
        page = members(decode(answer.body, max_bytes=len(answer.body)), {"items": list})
        items = page["items"][:OUTBOX_PAGE]
        came = sum(self._polled(party, item, cursor) for item in items)
        if len(items) < OUTBOX_PAGE:
            cursor.number = 0  # what is not receipted comes again; a restored partner counts anew
        cursor.save()
        return came

    def _polled(self, party: str, item: object, cursor: PartnerCursor) -> int:
        """Take in one item of an outbox and give the receipt; a bad one stops no other."""
        try:
            fields = members(item, {"number": int, "parcel": str})
            cursor.number = max(cursor.number, fields["number"])
            taken = receive_message.take_within(
                self._node,
                self._committer,
                unb64(fields["parcel"]),
                via="poll",
                caller=party,
                quotas=self._node.quotas,
            )
        except receive_message.OverQuotaError:
            return 0  # it stays there, and comes again
        except PeerError as fault:
            _LOG.info("a message polled from %s is refused: %s", party, fault.code)
            return 0
        return self._hand_over(party, taken)

    def _hand_over(self, party: str, taken: receive_message.Taken) -> int:
        """Give a partner our receipt, unless it refused that one for good; return 1 if it is new.

        Until the partner has it, the message stays in its outbox, and comes again.
        """
        record = taken.row.record
        if refusals.is_held(Job.RECEIPT, party, record):
            return 0
        try:
            with refusals.asking(Job.RECEIPT, party, record):
                receipt = taken.receipt.record
                answer = self._client.call(party, "POST", "/exchange/v1/receipts", body=receipt)
                check_accepted(answer, HTTPStatus.OK, HTTPStatus.NO_CONTENT)
        except (PartnerRefusedError, PartnerBusyError) as fault:
            _LOG.info("a receipt for %s is not taken: %s", party, fault_code(fault))
            return 0
        return 1


def outbox_page(node: Node, caller: str, *, after: int) -> bytes:
    """Return the queued messages for a party that polls, as the answer's body."""
    rows = OutboxRow.objects.filter(
        addressee=caller, stage=OutboxRow.Stage.QUEUED, pk__gt=after
    ).order_by("pk")[:OUTBOX_PAGE]
    items = []
    for row in rows:
        message = MessageRow.objects.get(record=row.record)
        items.append({"number": row.pk, "parcel": b64(sealed_parcel(node, message, caller))})
    return encode({"items": items})
