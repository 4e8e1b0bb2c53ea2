"""What the API says about backups."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from comity.node.web.schemas import Closed


class BackupOut(Closed):
    """A backup in the operator's folder."""

    name: str
    made_at: datetime
    size_bytes: int
    sha256: str = Field(description="of the file when it was made; empty if nobody noted it")
    tree_size: int | None
    files: int | None
    sealed: bool


class BackupJob(Closed):
    """A backup that is being made, or the last one since the node started."""

    by: str
    begun_at: datetime
    total_bytes: int
    done_bytes: int
    under_way: bool
    name: str
    fault: str


class BackupList(Closed):
    """The backups, the newest first."""

    backups: list[BackupOut]
    job: BackupJob | None


class BackupChecked(Closed):
    """Whether a backup is what was made."""

    name: str
    standing: Literal["same", "changed", "unknown"]


class BackupLoss(Closed):
    """What came after a backup, and what the operator types to restore it."""

    name: str
    entries: int
    messages: int
    docket: int
    drafts: int
    audit_rows: int
    commands: list[str]
