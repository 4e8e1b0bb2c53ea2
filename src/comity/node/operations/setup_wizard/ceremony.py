"""The backup and recovery ceremony: a page to print, and what it left behind."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comity.canonical import ComityError, OperationError
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.log import audit
from comity.node.operations import backup_labels, scheduled_backups
from comity.node.operations.backup import BackupError
from comity.node.operations.setup_wizard import build_node, labels
from comity.node.operations.setup_wizard.forms import CeremonyForm
from comity.node.operations.setup_wizard.office import SETUP
from comity.node.operations.setup_wizard.server import this_setup
from comity.node.operations.setup_wizard.views import config, page, step


@step("ceremony")
def ceremony(request: HttpRequest) -> HttpResponse:
    """Say what the ceremony is for, and take what it left; or note that it is still to come."""
    progress, found = this_setup().progress, config()
    if request.method == "POST" and "later" in request.POST:
        progress.postpone("ceremony", at=now())
        return redirect("setup-self-test")
    form = CeremonyForm(
        request.POST or None, initial=progress.read().get("ceremony", {}), node=found.folder
    )
    if request.method == "POST" and form.is_valid():
        said, at = form.cleaned_data, now()
        try:
            name = _first_backup(found, said, at=at)
        except ComityError as fault:  # nothing is set: the next backup would fail as well
            context = {"form": form, "problem": _not_made(fault.code)}
            return page(request, "ceremony", context, status=409)
        try:
            build_node.set_members(
                found, backup_folder=said["place"], backup_recipients=[said["recipient"]]
            )
        except OperationError as fault:
            context = {"form": form, "problem": labels.PROBLEM.get(fault.code, fault.code)}
            return page(request, "ceremony", context, status=409)
        progress.put("ceremony", {**said, "at": at.isoformat(), "backup": name})
        told = f"{said['keeper']}; {said['witness']}"
        audit.note(
            at=at, actor=SETUP, action="setup.ceremony", subject=said["recipient"], detail=told
        )
        return redirect("setup-self-test")
    status = 422 if request.method == "POST" else 200
    return page(request, "ceremony", {"form": form, "wrong": status == 422}, status=status)


def _first_backup(found: NodeConfig, said: dict[str, Any], *, at: datetime) -> str:
    """Make a backup as the node will make them, and read it whole; return its name.

    That it opens is seen only where its identity is; whoever signed the paper attests that.

    Raises:
        ComityError: it could not be made, or is not what was written.
    """
    planned = replace(
        found, backup_folder=said["place"], backup_recipients=(str(said["recipient"]),)
    )
    made = scheduled_backups.make(planned, at=at)
    if not made.sealed or scheduled_backups.check(planned, made.name) != "same":
        raise BackupError("the backup is not what was written")
    subject = f"sha256:{made.sha256}"
    audit.note(at=at, actor=SETUP, action="backup.made", subject=subject, detail=made.name)
    return made.name


def _not_made(code: str) -> str:
    told = _("No backup could be made in this folder, so nothing was saved. %(why)s")
    return told % {"why": backup_labels.told(code)}


@require_http_methods(["GET", "HEAD"])
def paper(request: HttpRequest) -> HttpResponse:
    """Show the script of the ceremony, to be printed, filled in and signed."""
    if not (this_setup().progress.folder / "node.toml").is_file():
        return redirect("setup")
    found = config()
    context = {
        "config": found,
        "names": [(labels.USE[use], name) for use, name in build_node.fingerprints(found)],
        "at": now(),
        "hands": range(1, 5),
    }
    return page(request, "paper", context)
