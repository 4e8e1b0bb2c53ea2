"""What fails without a sound: deliveries, partners, logs, packages, disk, directory, keys."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Min, Q

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
from comity.node.models import (
    Conversation,
    MessageRow,
    OutboxRow,
    Package,
    ReceiptRow,
    StrayPackage,
)
from comity.node.people.access.visible_cases import Circle
from comity.node.watch.alert import Alert, alert_of
from comity.node.watch.due import other

WAITS: Final = timedelta(minutes=30)
"""How long a message may wait before its addressee counts as silent."""


def machine(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    """Yield what the machine cannot mend by itself.

    Args:
        node: this node.
        circle: of whoever asks; its moment is the one asked about.
        most: rows of each sort that are read.
    """
    at = circle.at
    yield from breakdowns(node, circle, most=most)
    yield from _packages(circle, most=most)
    for stamping in stampings(node, epoch=read_head().epoch):
        if stamping.fault:
            facts = Facts(kind=Kind.STAMP, since=stamping.stamped_at)
            yield alert_of(facts, at=at, subject=stamping.address, detail=stamping.fault)


def breakdowns(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    """Yield what the machine cannot mend by itself and may be critical.

    Args:
        node: this node.
        circle: of whoever asks; its moment is the one asked about.
        most: rows of each sort that are read.
    """
    at = circle.at
    yield from _dead(circle, most=most)
    yield from _partners(node, circle, most=most)
    yield from _refusals(circle, most=most)
    yield from _logs(node, circle, most=most)
    for one in node.standing(real_now()):
        yield alert_of(Facts(kind=Kind.WORK), at=at, subject=one, detail=one)
    yield from _places(node, at)
    yield from _directory(node, at)


def _dead(circle: Circle, *, most: int) -> Iterator[Alert]:
    dead = circle.outbox().filter(stage=OutboxRow.Stage.DEAD).order_by("due_at", "id")
    rows = list(dead[:most])
    sent = MessageRow.objects.filter(record__in=[row.record for row in rows])
    spoken = dict(sent.values_list("record", "conversation"))
    found = Conversation.objects.in_bulk(spoken.values())
    for row in rows:
        conversation = spoken.get(row.record, "")
        yield alert_of(
            Facts(kind=Kind.DEAD, since=row.queued_at),
            at=circle.at,
            subject=str(row.pk),
            party=row.addressee,
            case=found[conversation].case if conversation in found else "",
            conversation=conversation,
            detail=row.last_fault,
        )


def _partners(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    """Yield each addressee for whom messages wait that should have arrived, and letters to post."""
    at, silent = circle.at, timedelta(hours=node.config.unreachable_hours)
    late = Q(queued_at__lte=at - WAITS) | ~Q(last_fault="")
    queued = (
        circle.outbox()
        .filter(late, stage=OutboxRow.Stage.QUEUED)
        .values("addressee")
        .annotate(n=Count("id"), since=Min("queued_at"), fault=Max("last_fault"))
        .order_by("since")
    )
    for row in queued[:most]:
        by_letter = is_without_node(node.directory, row["addressee"])
        yield alert_of(
            Facts(
                kind=Kind.LETTER if by_letter else Kind.PARTNER,
                since=row["since"],
                late=at - row["since"] >= silent,
            ),
            at=at,
            subject=row["addressee"],
            party=row["addressee"],
            detail=row["fault"],
            count=row["n"],
        )


def _refusals(circle: Circle, *, most: int) -> Iterator[Alert]:
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
    for row in rows[:most]:
        yield alert_of(
            Facts(kind=Kind.REFUSED, since=row["start"], late=bool(row["pressing"])),
            at=circle.at,
            subject=row["party"],
            party=row["party"],
            detail=row["code"],
            count=row["n"],
        )


def _logs(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    bad = (
        ReceiptRow.objects.filter(fault__in=LOG_FAULTS)
        .values("party")
        .annotate(n=Count("id"), since=Min("kept_at"))
        .order_by("since")
    )
    for row in bad[:most]:
        yield alert_of(
            Facts(kind=Kind.LOGS, since=row["since"]),
            at=circle.at,
            subject=row["party"],
            party=row["party"],
            count=row["n"],
        )
    two_words = circle.conversations().filter(double_speak=True)
    for spoken in two_words.order_by("moved_at")[:most]:
        yield alert_of(
            Facts(kind=Kind.TWO_WORDS, since=spoken.moved_at),
            at=circle.at,
            subject=spoken.digest,
            party=other(node, spoken),
            case=spoken.case,
            conversation=spoken.digest,
        )


def _packages(circle: Circle, *, most: int) -> Iterator[Alert]:
    stages = ((Package.Stage.FAILED, Kind.PACKAGE), (Package.Stage.WAITING, Kind.SPACE))
    for stage, kind in stages:
        rows = list(circle.packages().filter(stage=stage).order_by("changed_at")[:most])
        found = Conversation.objects.in_bulk([row.conversation for row in rows])
        for row in rows:
            yield alert_of(
                Facts(kind=kind, since=row.changed_at),
                at=circle.at,
                subject=row.root,
                case=found[row.conversation].case if row.conversation in found else "",
                conversation=row.conversation,
                detail=row.last_fault,
            )
    strays = StrayPackage.objects.aggregate(n=Count("root"), since=Min("came_at"))
    if strays["n"]:
        facts = Facts(kind=Kind.STRAY, since=strays["since"])
        yield alert_of(facts, at=circle.at, subject="strays", count=strays["n"])


def _places(node: Node, at: datetime) -> Iterator[Alert]:
    """Yield what is wrong with the places where things lie."""
    places = (node.config.folder, node.config.vault)
    free = min((shutil.disk_usage(one).free for one in places if one.exists()), default=0)
    if free < LITTLE_DISK_BYTES:
        yield alert_of(Facts(kind=Kind.DISK), at=at, subject="disk")
    store = last(node.config)
    if store is None:
        return
    if store.fault:
        facts = Facts(kind=Kind.STORE, since=store.at)
        yield alert_of(facts, at=at, subject="store", detail=store.fault)
    if at - store.at > WORK_IS_LATE and not node.config.exercise_clock:  # that one leaps
        yield alert_of(Facts(kind=Kind.WORK, since=store.at), at=at, subject="loop")


def _directory(node: Node, at: datetime) -> Iterator[Alert]:
    directory = node.directory
    if directory.age(now=at).old:
        facts = Facts(
            kind=Kind.DIRECTORY, since=directory.refreshed_at, due_at=directory.fresh_until
        )
        yield alert_of(facts, at=at, subject="directory")
    for party in directory.parties():
        entry, ours = directory.entry(party), party == node.party
        if entry.expires_at - at <= (ENTRY_NEAR if ours else timedelta(0)):
            facts = Facts(kind=Kind.ENTRY, due_at=entry.expires_at, ours=ours)
            yield alert_of(facts, at=at, subject=party, party=party)
        if ours and not are_published(node):
            facts = Facts(kind=Kind.EDITIONS, since=entry.issued_at)
            yield alert_of(facts, at=at, subject=party)
        active = [key for key in entry.keys if ours and key.status == "active"]
        for key in sorted(active, key=lambda one: one.not_after)[:1]:
            if key.not_after - at <= ENTRY_NEAR:
                facts = Facts(kind=Kind.KEYS, due_at=key.not_after, ours=True)
                yield alert_of(facts, at=at, subject=key.kid, detail=key.use)
