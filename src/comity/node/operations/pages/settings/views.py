"""What is set, where it comes from, and changing the few things that the office sets itself."""

import sys
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity import __version__
from comity.node.actions.action_form import done_by_page
from comity.node.health.checks import last_backup
from comity.node.operations import config_display
from comity.node.operations.pages.settings import labels
from comity.node.people import office_settings
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.statistics.actions import SET_SETTING
from comity.node.statistics.schemas import SettingIn
from comity.node.web.permissions import only
from comity.node.web.render import page

HELP: Final = (
    _("This page shows how this node is set up, and who changed what the office sets itself."),
    _("Changes apply at once, and are recorded with the old and the new value."),
    _("Settings of the operator's file are changed there; then the node is restarted."),
)


@only(Right.SETTINGS, "GET", "HEAD", "POST")
def settings(request: HttpRequest) -> HttpResponse:
    """Show the settings, or change those of the office."""
    if request.method != "POST":
        return page(request, "operations/settings/settings.html", _context({}, {}))
    typed = {
        name: request.POST[name][:500] for name in office_settings.KNOWN if name in request.POST
    }
    wrong: dict[str, Any] = {}
    changed = 0
    for name, text in typed.items():
        try:
            office_settings.check(name, text)
        except office_settings.OfficeSettingError:
            wrong[name] = _limits(name, text)
    if wrong:
        return page(
            request, "operations/settings/settings.html", _context(typed, wrong), status=422
        )
    for name, text in typed.items():
        changed += done_by_page(request, SET_SETTING, SettingIn(value=text), name=name)
    told = gettext("Changed. It applies at once.") if changed else gettext("Nothing changed.")
    messages.success(request, told)
    return redirect("settings")


def _limits(name: str, text: str) -> str:
    kind = office_settings.KNOWN[name]
    if kind.least is None:
        if found := office_settings.invisible_in(text.strip()):
            told = gettext(
                "Remove the invisible character %(name)s: type the text again, do not paste it."
            )
            return told % {"name": found}
        most = office_settings.MAX_NAME_CHARS
        return gettext("At most %(most)s characters, on one line.") % {"most": most}
    facts = {"least": kind.least, "most": kind.most}
    return gettext("A whole number from %(least)s to %(most)s.") % facts


def _context(typed: dict[str, str], wrong: dict[str, Any]) -> dict[str, Any]:
    config = this_service().node.config
    values = office_settings.values()
    return {
        "own": [
            {
                "value": value,
                "label": labels.OWN[name],
                "text": typed.get(name, value.text),
                "wrong": wrong.get(name, ""),
                "kind": office_settings.KNOWN[name],
            }
            for name, value in values.items()
        ],
        "file": [
            (labels.FILE[one.name], one, labels.VALUE.get(one.text, ""))
            for one in config_display.members(config)
        ],
        "file_changed": config_display.file_changed(config),
        "folder": str(config.folder),
        "version": __version__,
        "python": ".".join(str(part) for part in sys.version_info[:3]),
        "parts": config_display.parts(),
        "last_backup": last_backup(config),
        "wrong": bool(wrong),
        "help": HELP,
    }
