"""Backups over the API: the list, and what a restore would lose; acts stand in `actions`."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router

from comity.node.actions.mount import mount
from comity.node.operations import backup_job
from comity.node.operations import scheduled_backups as kept
from comity.node.operations.actions import BACKUPS
from comity.node.operations.restore_dry_run import commands, loss
from comity.node.operations.schemas import BackupList, BackupLoss
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import only

router = Router(tags=["operation"])
Name = Annotated[str, Path(max_length=120)]


@router.get("/backups", auth=only(Right.BACKUP), response=BackupList)
def list_backups(request: HttpRequest) -> dict[str, Any]:
    """List the backups in the operator's folder, and how far one is that is being made."""
    job = backup_job.last_job()
    rows = [one.value() for one in kept.kept(this_service().node.config)]
    return {"backups": rows, "job": job.value() if job else None}


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


mount(router, *BACKUPS)
