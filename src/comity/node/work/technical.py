"""What fails without a sound: deliveries, partners, logs, packages, disk, directory, keys."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Min, OuterRef, Q, Subquery

from comity.node.cases.conversations import is_without_node
from comity.node.cases.severity import ENTRY_NEAR, Facts, Kind
from comity.node.core.clock import real_now
from comity.node.core.node import Node
from comity.node.evidence.storage.store_health import last
from comity.node.health.status import LITTLE_DISK_BYTES, LOG_FAULTS, WORK_IS_LATE
from comity.node.log import refusals
from comity.node.log.editions import are_published
from comity.node.log.store import read_head
from comity.node.log.timestamps import stampings
from comity.node.messages.officer_certificates import ending_certificates
from comity.node.models import (
    AuditCheck,
    Conversation,
    MessageRow,
    OutboxRow,
    Package,
    ReceiptRow,
    StrayPackage,
)
from comity.node.work.item import OFFICE, Matter
from comity.node.work.undelivered import without_own_item

WAITS: Final = timedelta(minutes=30)
"""How long a message may wait before its addressee counts as silent."""
MOST: Final = 2000
"""Rows of one sort that are read, those that wait longest first."""


def failures(node: Node, at: datetime) -> Iterator[Matter]:
    """Yield what the machine cannot mend by itself.

    Args:
        node: this node.
        at: this node's clock.
    """
    yield from dead_letters()
    yield from _partners(node, at)
    yield from _refusals()
    yield from _logs()
    yield from _audit()
    yield from _packages()
    for stamping in stampings(node, epoch=read_head().epoch):
        if stamping.fault:
            facts = Facts(kind=Kind.STAMP, since=stamping.stamped_at)
            yield Matter(facts=facts, subject=stamping.address, what=stamping.fault)
    yield from standing(node)
    yield from _places(node, at)
    yield from _directory(node, at)
    yield from certificates(at)


def certificates(at: datetime) -> Iterator[Matter]:
    """Yield each officer's certificate that has ended or ends soon, twice.

    Once it is the officer's own work, and once that of those who have it renewed.

    Args:
        at: this node's clock.
    """
    for row, held in ending_certificates(at=at):
        for kind in (Kind.OWN_CERTIFICATE, Kind.CERTIFICATE):
            yield Matter(
                facts=Facts(kind=kind, due_at=held.not_after),
                subject=row.identifier,
                what=row.user.get_username(),
                deadline="certificate-end",
                rule=OFFICE,
            )


def standing(node: Node) -> Iterator[Matter]:
    """Yield the works of this process that stand still."""
    for one in node.standing(real_now()):
        yield Matter(facts=Facts(kind=Kind.WORK), subject=one, what=one)


def dead_letters() -> Iterator[Matter]:
    """Yield the deliveries that were given up."""
    dead = OutboxRow.objects.filter(stage=OutboxRow.Stage.DEAD).order_by("due_at", "id")
    rows = list(dead[:MOST])
    sent = MessageRow.objects.filter(record__in=[row.record for row in rows])
    spoken = dict(sent.values_list("record", "conversation")) if rows else {}
    found = Conversation.objects.in_bulk(spoken.values())
    for row in rows:
        conversation = spoken.get(row.record, "")
        yield Matter(
            facts=Facts(kind=Kind.DEAD, since=row.queued_at),
            subject=str(row.pk),
            party=row.addressee,
            case=found[conversation].case if conversation in found else "",
            conversation=conversation,
            what=row.last_fault,
        )


def _partners(node: Node, at: datetime) -> Iterator[Matter]:
    """Yield each addressee for whom messages wait that should have arrived, and letters to post.

    Where all of them are of one case, the case is named. What has a work item of its own is left
    out.
    """
    silent = timedelta(hours=node.config.unreachable_hours)
    late = Q(queued_at__lte=at - WAITS) | ~Q(last_fault="")
    sent = MessageRow.objects.filter(record=OuterRef(OuterRef("record"))).values("conversation")
    case = Subquery(Conversation.objects.filter(digest__in=sent).values("case")[:1])
    queued = (
        without_own_item(OutboxRow.objects.filter(late, stage=OutboxRow.Stage.QUEUED))
        .annotate(of_case=case)
        .values("addressee")
        .annotate(
            n=Count("id"),
            since=Min("queued_at"),
            fault=Max("last_fault"),
            first=Min("of_case"),
            last=Max("of_case"),
        )
        .order_by("since")
    )
    for row in queued[:MOST]:
        by_letter = is_without_node(node.directory, row["addressee"])
        yield Matter(
            facts=Facts(
                kind=Kind.LETTER if by_letter else Kind.PARTNER,
                since=row["since"],
                late=at - row["since"] >= silent,
            ),
            subject=row["addressee"],
            party=row["addressee"],
            case=(row["first"] or "") if row["first"] == row["last"] else "",
            what=row["fault"],
            count=row["n"],
        )


def _refusals() -> Iterator[Matter]:
    """Yield each partner that refused something for good besides messages."""
    rows = (
        refusals.stopped()
        .order_by()
        .values("party")
        .annotate(
            n=Count("id"),
            start=Min("since"),
            code=Max("fault"),
            pressing=Count("id", filter=Q(job__in=refusals.PRESSING)),
        )
        .order_by("start")
    )
    for row in rows[:MOST]:
        yield Matter(
            facts=Facts(kind=Kind.REFUSED, since=row["start"], late=bool(row["pressing"])),
            subject=row["party"],
            party=row["party"],
            what=row["code"],
            count=row["n"],
        )


def _logs() -> Iterator[Matter]:
    bad = (
        ReceiptRow.objects.filter(fault__in=LOG_FAULTS)
        .values("party")
        .annotate(n=Count("id"), since=Min("kept_at"))
        .order_by("since")
    )
    for row in bad[:MOST]:
        yield Matter(
            facts=Facts(kind=Kind.LOGS, since=row["since"]),
            subject=row["party"],
            party=row["party"],
            count=row["n"],
        )


def _audit() -> Iterator[Matter]:
    """Yield that the audit log is not as it was anchored."""
    found = AuditCheck.objects.exclude(since=None).first()
    if found is not None:
        facts = Facts(kind=Kind.AUDIT, since=found.since)
        yield Matter(facts=facts, subject="audit", count=len(found.faults))


def _packages() -> Iterator[Matter]:
    stages = ((Package.Stage.FAILED, Kind.PACKAGE), (Package.Stage.WAITING, Kind.SPACE))
    for stage, kind in stages:
        rows = list(Package.objects.filter(stage=stage).order_by("changed_at")[:MOST])
        found = Conversation.objects.in_bulk([row.conversation for row in rows])
        for row in rows:
            yield Matter(
                facts=Facts(kind=kind, since=row.changed_at),
                subject=row.root,
                case=found[row.conversation].case if row.conversation in found else "",
                conversation=row.conversation,
                what=row.last_fault,
            )
    strays = StrayPackage.objects.aggregate(n=Count("root"), since=Min("came_at"))
    if strays["n"]:
        facts = Facts(kind=Kind.STRAY, since=strays["since"])
        yield Matter(facts=facts, subject="strays", count=strays["n"])


def _places(node: Node, at: datetime) -> Iterator[Matter]:
    """Yield what is wrong with the places where things lie."""
    places = (node.config.folder, node.config.vault)
    free = min((shutil.disk_usage(one).free for one in places if one.exists()), default=0)
    if free < LITTLE_DISK_BYTES:
        yield Matter(facts=Facts(kind=Kind.DISK), subject="disk")
    store = last(node.config)
    if store is None:
        return
    if store.fault:
        facts = Facts(kind=Kind.STORE, since=store.at)
        yield Matter(facts=facts, subject="store", what=store.fault)
    if at - store.at > WORK_IS_LATE and not node.config.exercise_clock:  # that one leaps
        yield Matter(facts=Facts(kind=Kind.WORK, since=store.at), subject="loop")


def _directory(node: Node, at: datetime) -> Iterator[Matter]:
    directory = node.directory
    if directory.age(now=at).old:
        facts = Facts(
            kind=Kind.DIRECTORY, since=directory.refreshed_at, due_at=directory.fresh_until
        )
        yield Matter(facts=facts, subject="directory", deadline="directory-end", rule=OFFICE)
    for party in directory.parties():
        entry, ours = directory.entry(party), party == node.party
        if entry.expires_at - at <= (ENTRY_NEAR if ours else timedelta(0)):
            facts = Facts(kind=Kind.ENTRY, due_at=entry.expires_at, ours=ours)
            yield Matter(facts=facts, subject=party, party=party, deadline="entry-end", rule=OFFICE)
        if ours and not are_published(node):
            facts = Facts(kind=Kind.EDITIONS, since=entry.issued_at)
            yield Matter(facts=facts, subject=party)
        active = [key for key in entry.keys if ours and key.status == "active"]
        for key in sorted(active, key=lambda one: one.not_after)[:1]:
            if key.not_after - at <= ENTRY_NEAR:
                facts = Facts(kind=Kind.KEYS, due_at=key.not_after, ours=True)
                yield Matter(
                    facts=facts, subject=key.kid, what=key.use, deadline="key-end", rule=OFFICE
                )
