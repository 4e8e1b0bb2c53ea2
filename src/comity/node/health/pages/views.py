"""How the node is, in plain words: what was found, what it means, what to do, whom to call."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi, gettext
from django.utils.translation import gettext_lazy as _

from comity.figures.charts import sparkline
from comity.node.actions.action_form import done_by_page
from comity.node.core.clock import now
from comity.node.core.formats import day_of
from comity.node.health import labels
from comity.node.health.actions import RETRY_REFUSAL
from comity.node.health.activity import messages_a_day
from comity.node.health.check_labels import do_text, found_text
from comity.node.health.checks import Check, checks
from comity.node.health.findings import SIZES
from comity.node.health.overall import overall
from comity.node.health.status import Condition, condition
from comity.node.log import refusals
from comity.node.models import Officer
from comity.node.people.permissions import Right, may
from comity.node.service.handle import this_service
from comity.node.web.date_format import moment
from comity.node.web.permissions import caller, only
from comity.node.web.render import page
from comity.node.web.size_format import size

HELP: Final = (
    _("This page says whether the node works and whether what it shows can be relied on."),
    _("Each line says what was checked, what was found, and what to do now."),
    _(
        "“Proved” was checked here. “Attested” was signed by a party. "
        "“Unknown” means that no check is possible."
    ),
)
_PLACES: Final = {
    "deliveries": ("outbox", _("Outbox"), Right.READ_OUTBOX),
    "strays": ("strays", _("Unmatched packages"), Right.EVIDENCE),
    "certificates": ("officer-certificates", _("Officer certificates"), Right.PEOPLE),
    "backup": ("backups", _("Backups"), Right.BACKUP),
}
"""Where what a check found can be dealt with: an address, its words, the right that opens it."""


@only(Right.READ_HEALTH)
def health(request: HttpRequest) -> HttpResponse:
    """Show how the node is: its state in a sentence, then each problem with its next step."""
    at, node = now(), this_service().node
    found = condition(node, at=at)
    made = checks(node, found, at=at)
    whole = overall(made)
    days = messages_a_day(at=at)
    told = {one.key: _told(one, caller(request)) for one in made}
    context = {
        "found": found,
        "whole": whole,
        "because": [told[key]["title"] for key in whole.because],
        "problems": [told[key] for key in _by(made, "bad") + _by(made, "soon")],
        "unknown": [told[key] for key in whole.unknown],
        "passed": [told[key] for key in _by(made, "good")],
        "recorded": sum(days.values()),
        "recorded_today": days[max(days)],
        "spark": sparkline(list(days.values()), _days_told(days), rtl=get_language_bidi()),
        "partners": _partners(found),
        "refusals": [{"row": row, "what": labels.REFUSED[row.job]} for row in refusals.stopped()],
        "help": HELP,
    }
    return page(request, "health/health.html", context)


def _by(made: Sequence[Check], stands: str) -> list[str]:
    return [one.key for one in made if one.stands == stands]


def _days_told(days: Mapping[date, int]) -> str:
    busiest = max(days, key=lambda day: days[day])
    return gettext(
        "Messages a day over the last 30 days: %(all)s in all, most on %(day)s (%(most)s), "
        "%(today)s today."
    ) % {
        "all": sum(days.values()),
        "day": day_of(busiest),
        "most": days[busiest],
        "today": days[max(days)],
    }


@only(Right.RETRY, "POST")
def ask_again(request: HttpRequest, row_id: int) -> HttpResponse:
    """Let a partner be asked again for what it refused."""
    with contextlib.suppress(Http404):  # somebody was quicker
        done_by_page(request, RETRY_REFUSAL, number=row_id)
        messages.success(request, gettext("Retrying now."))
    return redirect("health")


def _told(check: Check, officer: Officer) -> dict[str, Any]:
    what = (check.key, check.stands, check.facts)
    place, operator = _PLACES.get(check.key), officer.role == Officer.Role.OPERATOR
    return {
        "check": check,
        "title": labels.TITLE[check.key],
        "stands": labels.STANDS[check.stands],
        "found": _filled(found_text(*what, gettext), check.facts),
        "means": labels.MEANS[check.key],
        "do": _filled(do_text(*what, gettext, operator=operator), check.facts),
        "call": check.facts.get("call", ()),
        "place": place[:2] if place and may(officer, place[2]) else None,
    }


def _filled(text: str, facts: dict[str, Any]) -> SafeString:
    """Return a sentence with its facts, each escaped and shown as its kind is."""
    shown = {name: _shown(name, value) for name, value in facts.items()}
    return mark_safe(str(conditional_escape(text)) % shown)  # noqa: S308 - text and facts are escaped


def _shown(name: str, value: Any) -> SafeString:
    if isinstance(value, datetime):
        return moment(value)
    return size(value) if name in SIZES else conditional_escape(value)


def _partners(found: Condition) -> list[dict[str, Any]]:
    """Return what is known of each partner's log, and how."""
    return [
        {
            "log": log,
            "proof": "not-proved" if not log.agrees else "proved" if log.linked else "attested",
        }
        for log in found.partners
    ]
