"""Backups on the pages: made, listed, checked, taken out sealed, and what a restore would lose."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.node.actions.action_form import done_by_page
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.log import audit
from comity.node.operations import backup_job
from comity.node.operations import backup_labels as labels
from comity.node.operations import scheduled_backups as kept
from comity.node.operations.actions import CHECK_BACKUP, MAKE_BACKUP
from comity.node.operations.restore_dry_run import commands, loss
from comity.node.operations.scheduled_backups import BackupsUnsetError, BackupUnknownError
from comity.node.operations.selftest import self_test as try_all
from comity.node.operations.setup_wizard.checks import told
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.signin.reauthenticate import freshly
from comity.node.web.permissions import only
from comity.node.web.render import page

HELP: Final = (
    _("A backup holds the whole node: register, log, keys, settings, directory, sealed evidence."),
    _("Sealed to a recipient whose identity is in the safe. No one here can open it."),
    _("The operator's file sets the folder and the recipients of backups."),
)


def _config() -> NodeConfig:
    return this_service().node.config


@only(Right.BACKUP)
def backups(request: HttpRequest) -> HttpResponse:
    """List the backups, and how far one is that is being made."""
    config, unset, fault, rows = _config(), False, "", []
    try:
        rows = kept.kept(config)
    except BackupsUnsetError:
        unset = True
    except ComityError as problem:
        fault = labels.told(problem.code)
    job = backup_job.last_job()
    context = {
        "unset": unset,
        "fault": fault,
        "rows": rows,
        "job": job,
        "job_fault": labels.told(job.fault) if job and job.fault else "",
        "place": config.backup_folder,
        "recipients": config.backup_recipients,
        "most": config.backup_keep,
        "help": HELP,
    }
    return page(request, "operations/backups/backups.html", context)


@only(Right.BACKUP, "POST")
def make(request: HttpRequest) -> HttpResponse:
    """Begin a backup; the node goes on working."""
    try:
        done_by_page(request, MAKE_BACKUP)
    except ComityError as fault:
        messages.error(request, labels.told(fault.code))
    return redirect("backups")


@only(Right.BACKUP, "POST")
def check(request: HttpRequest, backup: str) -> HttpResponse:
    """Read a backup whole and compare it with what was made."""
    try:
        found = done_by_page(request, CHECK_BACKUP, backup=backup)
    except BackupUnknownError as fault:
        raise Http404 from fault
    except ComityError as fault:
        messages.error(request, labels.told(fault.code))
        return redirect("backups")
    level = messages.error if found == "changed" else messages.success
    level(request, labels.CHECKED[found])
    return redirect("backups")


@only(Right.BACKUP)
@freshly
def file(request: HttpRequest, backup: str) -> Any:
    """Give a sealed backup out. The taking is audited; who asks shows again who they are."""
    config = _config()
    try:
        found, stream = kept.named(config, backup), kept.pieces(config, backup)
    except BackupUnknownError as fault:
        raise Http404 from fault
    except ComityError as fault:
        messages.error(request, labels.told(fault.code))
        return redirect("backups")
    who = request.user.get_username()
    subject = f"sha256:{found.sha256}" if found.sha256 else found.name
    audit.note(at=now(), actor=who, action="backup.taken", subject=subject, detail=found.name)
    answer = StreamingHttpResponse(stream, content_type="application/octet-stream")
    answer["Content-Length"] = str(found.size_bytes)
    answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return answer


@only(Right.BACKUP)
def restore(request: HttpRequest, backup: str) -> HttpResponse:
    """Say what a restore would lose, and what the operator types; nothing is changed."""
    config = _config()
    try:
        found = loss(config, backup)
    except (BackupUnknownError, BackupsUnsetError) as fault:
        raise Http404 from fault
    context = {"found": found, "commands": commands(config, found.backup)}
    return page(request, "operations/backups/restore.html", context)


@only(Right.BACKUP, "POST")
def self_test(request: HttpRequest) -> HttpResponse:
    """Try each part of the node once, and say what came of it."""
    at = now()
    trials: list[dict[str, Any]] = [told(one.value()) for one in try_all(_config(), at=at)]
    failed = [one["key"] for one in trials if one["word"] == "failed"]
    who = request.user.get_username()
    audit.note(
        at=at, actor=who, action="node.self-test", subject=_config().party, detail=", ".join(failed)
    )
    context = {"trials": trials, "failed": bool(failed), "at": at}
    if not failed:
        messages.success(request, gettext("Nothing failed."))
    return page(request, "operations/backups/self_test.html", context)
