"""Backups over the API: made, listed, checked, and what a restore would lose."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path, Router, Status

from comity.node.core.clock import now
from comity.node.log import audit
from comity.node.operations import backup_job
from comity.node.operations import scheduled_backups as kept
from comity.node.operations.restore_dry_run import commands, loss
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only
from comity.node.web.schemas import Closed

router = Router(tags=["operation"])
Name = Annotated[str, Path(max_length=120)]


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


@router.get("/backups", auth=only(Right.BACKUP), response=BackupList)
def list_backups(request: HttpRequest) -> dict[str, Any]:
    """List the backups in the operator's folder, and how far one is that is being made."""
    job = backup_job.last_job()
    rows = [one.value() for one in kept.kept(this_service().node.config)]
    return {"backups": rows, "job": job.value() if job else None}


@router.post("/backups", auth=only(Right.BACKUP), response={202: BackupJob})
def make_backup(request: HttpRequest) -> Status[dict[str, object]]:
    """Begin a backup in the background. Audited."""
    who = caller(request).user.get_username()
    return Status(202, backup_job.begin(this_service().node.config, by=who, at=now()).value())


@router.post("/backups/{backup}/check", auth=only(Right.BACKUP), response=BackupChecked)
def check_backup(request: HttpRequest, backup: Name) -> dict[str, Any]:
    """Read a backup whole and compare it with what was made. Audited."""
    found = kept.check(this_service().node.config, backup)
    who = caller(request).user.get_username()
    audit.note(at=now(), actor=who, action="backup.checked", subject=backup, detail=found)
    return {"name": backup, "standing": found}


@router.get("/backups/{backup}/loss", auth=only(Right.BACKUP), response=BackupLoss)
def what_would_be_lost(request: HttpRequest, backup: Name) -> dict[str, Any]:
    """Say what a restore would lose: a dry run that changes nothing."""
    config = this_service().node.config
    found = loss(config, backup)
    return {
        "name": found.backup.name,
        "entries": found.entries,
        "messages": found.messages,
        "docket": found.docket,
        "drafts": found.drafts,
        "audit_rows": found.reads,
        "commands": commands(config, found.backup),
    }
