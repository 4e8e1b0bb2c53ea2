"""What a restore of a backup would lose: a dry run that changes nothing (ADR 0047).

A running node cannot replace itself, and must not: two nodes with one log contradict each other.
So the page counts what came after a backup, says what partners give back, and prints the commands.
"""

import shlex
from dataclasses import dataclass
from pathlib import Path

from comity.node.core.config import NodeConfig
from comity.node.models import AuditRow, DocketEntry, DraftRow, LogEntry, MessageRow
from comity.node.operations import scheduled_backups
from comity.node.operations.scheduled_backups import Kept


@dataclass(frozen=True)
class Loss:
    """What came after a backup.

    Attributes:
        backup: which.
        entries: of the log; partners and witnesses hold those that they were shown.
        messages: sent and received; partners give back those that were acknowledged.
        docket: acts of the docket, which nobody else has.
        drafts: begun since, which nobody else has.
        reads: rows of the audit, which nobody else has.
    """

    backup: Kept
    entries: int
    messages: int
    docket: int
    drafts: int
    reads: int

    @property
    def only_here(self) -> int:
        """Return how much would be gone for good."""
        return self.docket + self.drafts + self.reads


def loss(config: NodeConfig, name: str) -> Loss:
    """Return what a restore of a backup would lose now, at most: time is kept to the second.

    Raises:
        BackupUnknownError: none has that name.
    """
    found = scheduled_backups.named(config, name)
    since = found.made_at
    return Loss(
        backup=found,
        entries=LogEntry.objects.filter(time__gte=since).count(),
        messages=MessageRow.objects.filter(recorded_at__gte=since).count(),
        docket=DocketEntry.objects.filter(at__gte=since).count(),
        drafts=DraftRow.objects.filter(made_at__gte=since).count(),
        reads=AuditRow.objects.filter(at__gte=since).count(),
    )


def commands(config: NodeConfig, found: Kept) -> list[str]:
    """Return what the operator types on the node's machine, in order."""
    source = shlex.quote(str(Path(config.backup_folder) / found.name))
    place = shlex.quote(str(config.folder))
    beside = shlex.quote(f"{config.folder}-lost")
    other = " --database postgresql://USER@HOST/AN-EMPTY-DATABASE" if config.database else ""
    return [
        "sudo systemctl stop comity",
        f"mv {place} {beside}",
        f"comity restore {source} {place} -i recovery.txt{other}",
        f"comity self-test {place}",
        "sudo systemctl start comity",
    ]
