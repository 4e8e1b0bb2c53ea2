"""How this node is: its log, the logs of its partners as we last saw them, its queue, its disk."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from comity.exchange.errors import ReceiptUnprovedError
from comity.node.core.clock import real_now
from comity.node.core.head_guard import HeadGuardError
from comity.node.core.node import Node
from comity.node.evidence.storage.store_health import StoreState, last
from comity.node.log.consistency import LogsDisagreeError
from comity.node.log.guarded_log import read_guarded
from comity.node.log.store import read_head
from comity.node.log.timestamps import Stamping, stampings
from comity.node.models import (
    Conversation,
    OutboxRow,
    OwnCheckpoint,
    PartnerCheckpoint,
    ReceiptRow,
    StrayPackage,
)

LOG_FAULTS: Final = frozenset({ReceiptUnprovedError.code, LogsDisagreeError.code})
"""Of receipts: one contradicted a log as it came, or when the proof was asked for later."""
LITTLE_DISK_BYTES: Final = 2 * 1024**3
WORK_IS_LATE: Final = timedelta(minutes=30)
"""The store is looked at every ten minutes; three times missed is standing still."""


@dataclass(frozen=True)
class OwnLog:
    """This node's log now.

    Attributes:
        origin: its name.
        epoch: which log it is.
        tree_size: leaves.
        checkpoint: signed note, or empty while the log is empty.
        cosigned_size: leaves of the newest tree that a witness cosigned.
    """

    origin: str
    epoch: int
    tree_size: int
    checkpoint: str
    cosigned_size: int


@dataclass(frozen=True)
class PartnerLog:
    """A partner's log as its receipts have shown it.

    Attributes:
        party: whose.
        origin: name of the log.
        tree_size: of the newest checkpoint we hold.
        seen_at: when we took it; None if we never held a good one.
        agrees: False if the partner gave a receipt whose log proof does not hold.
        linked: whether the last receipt was shown to continue what we knew before.
        phone: the number in the directory to call, or None.
    """

    party: str
    origin: str
    tree_size: int
    seen_at: datetime | None
    agrees: bool
    linked: bool
    phone: str | None


@dataclass(frozen=True)
class Condition:
    """What an operator looks at first."""

    log: OwnLog
    partners: tuple[PartnerLog, ...]
    directory_age_s: int | None
    directory_old: bool
    queued: int
    dead_letters: int
    double_speak: int
    disk_free_bytes: int
    disk_total_bytes: int
    store: StoreState | None
    strays: int
    stampings: tuple[Stamping, ...] = ()
    standing: tuple[str, ...] = ()
    worked_at: datetime | None = None
    """When the slowest of the loops last looked for work, by the office's clock."""

    @property
    def store_wrong(self) -> bool:
        """Tell whether the store of packages is refused or does not answer."""
        return self.store is not None and bool(self.store.fault)

    @property
    def disk_short(self) -> bool:
        """Tell whether somebody should make room now."""
        return self.disk_free_bytes < LITTLE_DISK_BYTES

    @property
    def good(self) -> bool:
        """Tell whether nothing here needs a person."""
        agreed = all(partner.agrees for partner in self.partners)
        stamped = not any(stamping.fault for stamping in self.stampings)
        return (
            agreed
            and stamped
            and not self.store_wrong
            and not self.standing
            and not (
                self.dead_letters or self.double_speak or self.disk_short or self.directory_old
            )
        )


def condition(node: Node, *, at: datetime) -> Condition:
    """Return how the node is at this moment."""
    age = node.directory.age(now=at)
    places = (node.config.folder, node.config.vault)  # the vault may be a disk of its own
    beat, real = node.worked_at(), real_now()
    disk = min((shutil.disk_usage(p) for p in places if p.exists()), key=lambda d: d.free)
    return Condition(
        log=own_log(node),
        partners=partner_logs(node),
        directory_age_s=age.seconds,
        directory_old=age.old,
        queued=OutboxRow.objects.filter(stage=OutboxRow.Stage.QUEUED).count(),
        dead_letters=OutboxRow.objects.filter(stage=OutboxRow.Stage.DEAD).count(),
        double_speak=Conversation.objects.filter(double_speak=True).count(),
        disk_free_bytes=disk.free,
        disk_total_bytes=disk.total,
        store=last(node.config),
        strays=StrayPackage.objects.count(),
        stampings=stampings(node, epoch=read_head().epoch),
        standing=node.standing(real),
        worked_at=at - (real - beat) if beat else None,
    )


def own_log(node: Node) -> OwnLog:
    """Return this node's log with its newest signed checkpoint."""
    try:
        newest = read_guarded(node)
    except HeadGuardError:  # `standing` tells it
        head = read_head()
        return OwnLog(node.origin(head.epoch), head.epoch, head.frontier.tree_size, "", 0)
    note = newest.note.decode() if newest.tree_size else ""
    cosigned = OwnCheckpoint.objects.filter(epoch=newest.epoch).order_by("-tree_size").first()
    size = cosigned.tree_size if cosigned else 0
    return OwnLog(node.origin(newest.epoch), newest.epoch, newest.tree_size, note, size)


def partner_logs(node: Node) -> tuple[PartnerLog, ...]:
    """Return what we know of partners' logs, those that disagree first."""
    found = [_unproved(node, party) for party in sorted(_unproved_parties())]
    for row in PartnerCheckpoint.objects.order_by("party", "origin"):
        receipts = ReceiptRow.objects.filter(party=row.party)
        last = receipts.filter(fault="").order_by("-kept_at", "-pk").first()
        known = node.directory.has(row.party)
        found.append(
            PartnerLog(
                party=row.party,
                origin=row.origin,
                tree_size=row.tree_size,
                seen_at=row.seen_at,
                agrees=not receipts.filter(fault__in=LOG_FAULTS).exists(),
                linked=last is not None and last.linked,
                phone=node.directory.entry(row.party).duty_phone if known else None,
            )
        )
    return tuple(sorted(found, key=lambda log: log.agrees))


def _unproved_parties() -> set[str]:
    """Return the parties that gave a bad receipt and never a good checkpoint."""
    bad = contradicted().values_list("party", flat=True)
    return set(bad) - set(PartnerCheckpoint.objects.values_list("party", flat=True))


def _unproved(node: Node, party: str) -> PartnerLog:
    known = node.directory.has(party)
    return PartnerLog(
        party=party,
        origin="",
        tree_size=0,
        seen_at=None,
        agrees=False,
        linked=False,
        phone=node.directory.entry(party).duty_phone if known else None,
    )


def contradicted() -> QuerySet[ReceiptRow]:
    """Return the receipts that a log does not bear out."""
    return ReceiptRow.objects.filter(fault__in=LOG_FAULTS)
