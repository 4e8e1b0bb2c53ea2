"""What fails without a sound: deliveries, partners, logs, packages, disk, directory."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Min, Q

from comity.node.access.circle import Circle
from comity.node.clock import real_now
from comity.node.condition import LITTLE_DISK_BYTES, LOG_FAULTS
from comity.node.logstore import read_head
from comity.node.models import Conversation, OutboxRow, Package, ReceiptRow, StrayPackage
from comity.node.node import Node
from comity.node.outbox import is_without_node
from comity.node.storewatch import last
from comity.node.timestamping import stampings
from comity.node.watch.alert import Alert, Kind, Severity, pressing
from comity.node.watch.due import other

SILENT: Final = timedelta(minutes=30)
"""How long a message may wait before its addressee counts as silent."""
ENTRY_NEAR: Final = timedelta(days=30)
"""How long before an entry of the directory ends somebody has to see to a new one."""


def machine(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    """Yield what the machine cannot mend by itself.

    Args:
        node: this node.
        circle: of whoever asks; its moment is the one asked about.
        most: rows of each sort that are read.
    """
    at = circle.at
    yield from _dead(circle, most=most)
    yield from _partners(node, circle, most=most)
    yield from _logs(node, circle, most=most)
    yield from _packages(circle, most=most)
    for one in node.standing(real_now()):
        yield Alert(kind=Kind.WORK, subject=one, severity=Severity.NOW, detail=one)
    yield from _places(node)
    yield from _directory(node, at)
    for stamping in stampings(node, epoch=read_head().epoch):
        if stamping.fault:
            yield Alert(
                kind=Kind.STAMP,
                subject=stamping.address,
                severity=Severity.SOON,
                since=stamping.stamped_at,
                detail=stamping.fault,
            )


def _dead(circle: Circle, *, most: int) -> Iterator[Alert]:
    dead = circle.outbox().filter(stage=OutboxRow.Stage.DEAD).order_by("due_at", "id")
    for row in dead[:most]:
        yield Alert(
            kind=Kind.DEAD,
            subject=f"{row.record} {row.addressee}",
            severity=Severity.NOW,
            since=row.queued_at,
            party=row.addressee,
            detail=row.last_fault,
        )


def _partners(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    """Yield each addressee for whom messages wait that should have arrived, and letters to post."""
    at = circle.at
    late = Q(queued_at__lte=at - SILENT) | ~Q(last_fault="")
    queued = (
        circle.outbox()
        .filter(late, stage=OutboxRow.Stage.QUEUED)
        .values("addressee")
        .annotate(n=Count("id"), since=Min("queued_at"), fault=Max("last_fault"))
        .order_by("since")
    )
    for row in queued[:most]:
        by_letter = is_without_node(node.directory, row["addressee"])
        silent = at - row["since"] >= SILENT
        yield Alert(
            kind=Kind.LETTER if by_letter else Kind.PARTNER,
            subject=row["addressee"],
            severity=Severity.SOON if by_letter or not silent else Severity.NOW,
            since=row["since"],
            party=row["addressee"],
            detail=row["fault"],
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
        yield Alert(
            kind=Kind.LOGS,
            subject=row["party"],
            severity=Severity.NOW,
            since=row["since"],
            party=row["party"],
            count=row["n"],
        )
    two_words = circle.conversations().filter(double_speak=True)
    for spoken in two_words.order_by("moved_at")[:most]:
        yield Alert(
            kind=Kind.TWO_WORDS,
            subject=spoken.digest,
            severity=Severity.NOW,
            since=spoken.moved_at,
            party=other(node, spoken),
            case=spoken.case,
        )


def _packages(circle: Circle, *, most: int) -> Iterator[Alert]:
    stages = (
        (Package.Stage.FAILED, Kind.PACKAGE, Severity.NOW),
        (Package.Stage.WAITING, Kind.SPACE, Severity.SOON),
    )
    for stage, kind, severity in stages:
        rows = list(circle.packages().filter(stage=stage).order_by("changed_at")[:most])
        found = Conversation.objects.in_bulk([row.conversation for row in rows])
        for row in rows:
            case = found[row.conversation].case if row.conversation in found else ""
            yield Alert(
                kind=kind,
                subject=row.root,
                severity=severity,
                since=row.changed_at,
                case=case,
                detail=row.last_fault,
            )
    strays = StrayPackage.objects.aggregate(n=Count("root"), since=Min("came_at"))
    if strays["n"]:
        yield Alert(
            kind=Kind.STRAY,
            subject="strays",
            severity=Severity.NOTE,
            since=strays["since"],
            count=strays["n"],
        )


def _places(node: Node) -> Iterator[Alert]:
    """Yield what is wrong with the places where things lie."""
    places = (node.config.folder, node.config.vault)
    free = min((shutil.disk_usage(one).free for one in places if one.exists()), default=0)
    if free < LITTLE_DISK_BYTES:
        yield Alert(kind=Kind.DISK, subject="disk", severity=Severity.NOW)
    store = last(node.config)
    if store is not None and store.fault:
        yield Alert(
            kind=Kind.STORE,
            subject="store",
            severity=Severity.NOW,
            since=store.at,
            detail=store.fault,
        )


def _directory(node: Node, at: datetime) -> Iterator[Alert]:
    directory = node.directory
    if directory.age(now=at).old:
        yield Alert(
            kind=Kind.DIRECTORY,
            subject="directory",
            severity=Severity.NOW,
            since=directory.refreshed_at,
            due_at=directory.fresh_until,
        )
    for party in directory.parties():
        ends = directory.entry(party).expires_at
        near = ends - at <= (ENTRY_NEAR if party == node.party else timedelta(0))
        if near:
            ours = party == node.party
            yield Alert(
                kind=Kind.ENTRY,
                subject=party,
                severity=pressing(ends, at=at, near_s=ENTRY_NEAR.days * 86_400)
                if ours
                else Severity.NOTE,
                due_at=ends,
                party=party,
            )
