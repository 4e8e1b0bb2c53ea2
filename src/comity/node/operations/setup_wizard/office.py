"""The steps in which the office says who it is, and its keys are made."""

import hashlib
import json
import threading
from typing import Any, Final

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from comity.node.core.clock import now
from comity.node.core.config import VARIABLE
from comity.node.core.keystore import PUBLIC_KEYS
from comity.node.core.tls_certificate import CERTIFICATE
from comity.node.log.config_changes import note_changes
from comity.node.operations.create_node import FolderTakenError
from comity.node.operations.setup_wizard import build_node, labels
from comity.node.operations.setup_wizard.forms import (
    ListedForm,
    OfficeForm,
    changes_afterwards,
    summary,
)
from comity.node.operations.setup_wizard.server import this_setup
from comity.node.operations.setup_wizard.views import config, page, step

SETUP = "set-up"
"""Who acts, in the audit."""
_MOST_SHOWN: Final = 8
"""Answers that are kept to say what differs: of the pages that were opened last."""
_CHANGED: Final = gettext_lazy(
    "The answers were changed since this page was opened, for example in another tab. No keys were "
    "created. Check the answers below, then press “Create keys” again."
)
PRIVILEGED: Final = 1024
"""Below this port only a program with the right from the system may listen."""
_MAKING: Final = threading.Lock()


@step("office")
def office(request: HttpRequest) -> HttpResponse:
    """Ask whose node it is; after the keys are made, only what goes into the directory entry."""
    progress = this_setup().progress
    said = progress.read().get("office", {})
    made = (progress.folder / "node.toml").is_file()
    initial = OfficeForm.answers(said)
    form: ListedForm = (
        ListedForm(request.POST or None, initial=initial)
        if made
        else OfficeForm(
            request.POST or None,
            initial=initial,
            own_port=int(request.META.get("SERVER_PORT") or 0),
        )
    )
    if request.method == "POST" and form.is_valid():
        progress.put("office", {**said, **form.said()})
        return redirect("setup" if made else "setup-keys")
    status = 422 if request.method == "POST" else 200
    context: dict[str, Any] = {"form": form, "wrong": status == 422}
    if made:
        context |= {"made": config(), "rows": summary(said, but=ListedForm.base_fields)}
    return page(request, "office", context, status=status)


@step("keys")
def keys(request: HttpRequest) -> HttpResponse:
    """Make the node's folder with its keys, and show their names."""
    progress = this_setup().progress
    said = progress.read().get("office", {})
    made = (progress.folder / "node.toml").is_file()
    context: dict[str, Any] = {
        "rows": summary(said),
        "folder": progress.folder,
        "later": changes_afterwards(),
        "privileged": said.get("port", PRIVILEGED) < PRIVILEGED,
    }
    if request.method == "POST" and not made:
        if (was := request.POST.get("answers", "")) != _digest(said):
            context |= {"problem": _CHANGED, "changed": _changed(was, said)}
            return page(request, "keys", {**context, "answers": _kept(said)}, status=409)
        try:
            _make(said)
        except FolderTakenError as fault:
            told = {**context, "problem": labels.PROBLEM[fault.code]}
            return page(request, "keys", told, status=409)
        return redirect("setup-keys")
    if made:
        found = config()
        context["made"] = found
        context["names"] = [(labels.USE[use], name) for use, name in build_node.fingerprints(found)]
    return page(request, "keys", {**context, "answers": _kept(said)})


def _digest(said: dict[str, Any]) -> str:
    """Return by what a page that shows the answers names them."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _kept(said: dict[str, Any]) -> str:
    """Keep the answers that a page shows, to say later what differs; return their name."""
    digest, shown = _digest(said), this_setup().answers
    shown[digest] = said
    while len(shown) > _MOST_SHOWN:
        shown.pop(next(iter(shown)))
    return digest


def _changed(was: str, said: dict[str, Any]) -> list[Any]:
    """Return the questions whose answers differ from those that a page showed, if known."""
    if was not in this_setup().answers:
        return []
    before, after = summary(this_setup().answers[was]), summary(said)
    return [asked for (asked, old), (_, new) in zip(before, after, strict=True) if old != new]


def _make(said: dict[str, Any]) -> None:
    """Make the node, and let this process go on as its; once, though two pages ask for it."""
    with _MAKING:
        if not (this_setup().progress.folder / "node.toml").is_file():
            _make_alone(said)


def _make_alone(said: dict[str, Any]) -> None:
    import os

    from comity.node.operations.migrate import migrate
    from comity.node.people import office_settings

    made = build_node.make_node(this_setup().progress.folder, said, at=now())
    os.environ[VARIABLE] = str(made.folder)
    settings.CONFIG = made
    migrate()
    note_changes(made, at=now())
    office_settings.change(office_settings.OFFICE_NAME, said["office_name"], by=SETUP, at=now())


@require_http_methods(["GET", "HEAD"])
def public(request: HttpRequest, what: str) -> HttpResponseBase:
    """Give out what the State's key holders need; all of it is public."""
    found = config()
    places = {"list": found.folder / PUBLIC_KEYS, "tls": found.keys / CERTIFICATE}
    path = places.get(what)
    if path is None or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
