"""What is set, where it comes from, and changing the few things that the office sets itself."""

import sys
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity import __version__
from comity.node.clock import now
from comity.node.desk.guard import only
from comity.node.desk.office_settings import words
from comity.node.desk.pages import page
from comity.node.health.checking import last_backup
from comity.node.office import own, shown
from comity.node.roles import Right
from comity.node.service import this_service

HELP: Final = (
    _("This page shows how this node is set up, and who changed what the office sets itself."),
    _("What is changed here holds at once, and is written down with the old and the new value."),
    _("What stands in the operator's file is changed there; then the node is started again."),
)


@only(Right.SETTINGS, "GET", "HEAD", "POST")
def settings(request: HttpRequest) -> HttpResponse:
    """Show the settings, or change those of the office."""
    if request.method != "POST":
        return page(request, "settings/settings.html", _context({}, {}))
    typed = {name: request.POST[name][:500] for name in own.KNOWN if name in request.POST}
    wrong: dict[str, Any] = {}
    by, at, changed = request.user.get_username(), now(), 0
    for name, text in typed.items():
        try:
            own.check(name, text)
        except own.OfficeSettingError:
            wrong[name] = _limits(name)
    if wrong:
        return page(request, "settings/settings.html", _context(typed, wrong), status=422)
    for name, text in typed.items():
        changed += own.change(name, text, by=by, at=at)
    told = gettext("It is changed, and holds at once.") if changed else gettext("Nothing changed.")
    messages.success(request, told)
    return redirect("settings")


def _limits(name: str) -> str:
    kind = own.KNOWN[name]
    if kind.least is None:
        most = own.MAX_NAME_CHARS
        return gettext("At most %(most)s characters, on one line.") % {"most": most}
    facts = {"least": kind.least, "most": kind.most}
    return gettext("A whole number from %(least)s to %(most)s.") % facts


def _context(typed: dict[str, str], wrong: dict[str, Any]) -> dict[str, Any]:
    config = this_service().node.config
    values = own.values()
    return {
        "own": [
            {
                "value": value,
                "label": words.OWN[name],
                "text": typed.get(name, value.text),
                "wrong": wrong.get(name, ""),
                "kind": own.KNOWN[name],
            }
            for name, value in values.items()
        ],
        "file": [
            (words.FILE[one.name], one, words.VALUE.get(one.text, ""))
            for one in shown.members(config)
        ],
        "file_changed": shown.file_changed(config),
        "folder": str(config.folder),
        "version": __version__,
        "python": ".".join(str(part) for part in sys.version_info[:3]),
        "parts": shown.parts(),
        "last_backup": last_backup(config),
        "wrong": bool(wrong),
        "help": HELP,
    }
