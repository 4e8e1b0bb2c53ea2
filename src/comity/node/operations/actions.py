"""What may be done about deliveries and backups: the rows of the table of actions."""

from typing import Annotated, Any, Final

from django.http import Http404
from pydantic import Field

from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.core.signals import acted
from comity.node.log import audit
from comity.node.messages import draft_changes as messages
from comity.node.messages.outbox import NotPushedError
from comity.node.models import OutboxRow
from comity.node.operations import backup_job, scheduled_backups
from comity.node.operations import schemas as shapes
from comity.node.operations.answers import delivery_value
from comity.node.people.permissions import Right
from comity.node.web.schemas import DeliveryOut


def _retry_delivery(call: ActionCall) -> OutboxRow:
    """Retry a failed delivery, or send a pending one now."""
    row = call.place["row"]
    waits = OutboxRow.objects.filter(pk=row, stage=OutboxRow.Stage.QUEUED).first()
    if waits is not None and not call.service.client.reachable(waits.addressee):
        raise NotPushedError("the directory gives no address of this recipient's node")
    if not messages.retry(call.service.node, row, by=call.by, at=call.at):
        raise Http404
    return OutboxRow.objects.get(pk=row)


def _go_on(call: ActionCall, row: OutboxRow) -> None:
    call.service.client.busy.pop(row.addressee, None)  # a person knows more than its last answer
    call.service.wake()
    acted.send(None, node=call.service.node)


def _make_backup(call: ActionCall) -> backup_job.Job:
    """Begin a backup in the background."""
    return backup_job.begin(call.service.node.config, by=call.by, at=call.at)


def _read_backup(call: ActionCall) -> scheduled_backups.Standing:
    return scheduled_backups.check(call.service.node.config, call.place["backup"])


def _check_backup(call: ActionCall) -> scheduled_backups.Standing:
    """Read a backup whole, and compare the file with what was made."""
    found: scheduled_backups.Standing = call.prepared
    backup = call.place["backup"]
    audit.note(at=call.at, actor=call.by, action="backup.checked", subject=backup, detail=found)
    return found


def _checked(call: ActionCall, found: scheduled_backups.Standing) -> dict[str, Any]:
    return {"name": call.place["backup"], "standing": found}


RETRY_DELIVERY: Final = Action(
    name="delivery.retry",
    right=Right.RETRY,
    path="/outbox/{row}/retry",
    place={"row": Annotated[int, Field(ge=1, le=2**53 - 1)]},
    output=DeliveryOut,
    audit=("delivery.retried",),
    command="outbox retry ROW",
    example="outbox retry 12",
    apply=_retry_delivery,
    answer=lambda _call, row: delivery_value(row),
    after=_go_on,
)
MAKE_BACKUP: Final = Action(
    name="backup.make",
    right=Right.BACKUP,
    path="/backups",
    output=shapes.BackupJob,
    status=202,
    errors=(backup_job.BackupRunsError, scheduled_backups.BackupsUnsetError),
    audit=("backup.begun",),
    apply=_make_backup,
    answer=lambda _call, job: job.value(),
    writes=Writes.STEPS,
    why="the backup is made in the background, and holds that it was begun",
)
CHECK_BACKUP: Final = Action(
    name="backup.check",
    right=Right.BACKUP,
    path="/backups/{backup}/check",
    place={"backup": Annotated[str, Field(max_length=120)]},
    output=shapes.BackupChecked,
    errors=(scheduled_backups.BackupUnknownError, scheduled_backups.BackupsUnsetError),
    audit=("backup.checked",),
    prepare=_read_backup,
    apply=_check_backup,
    answer=_checked,
)
BACKUPS: Final = (MAKE_BACKUP, CHECK_BACKUP)
ACTIONS: Final = (RETRY_DELIVERY, *BACKUPS)
