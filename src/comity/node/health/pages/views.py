"""How the node is, in plain words: what was found, what it means, what to do, whom to call."""

import contextlib
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.node.actions.action_form import done_by_page
from comity.node.core.clock import now
from comity.node.health import labels
from comity.node.health.actions import RETRY_REFUSAL
from comity.node.health.check_labels import do_text, found_text
from comity.node.health.checks import Check, checks
from comity.node.health.findings import SIZES
from comity.node.health.status import Condition, condition
from comity.node.log import refusals
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.date_format import moment
from comity.node.web.permissions import only
from comity.node.web.render import page
from comity.node.web.size_format import size

HELP: Final = (
    _("This page says whether the node works and whether what it shows can be relied on."),
    _("Each line says what was looked at, what was found, and what to do now."),
    _("“Proved” was checked here. “Attested” is what somebody signed. What nobody knows says so."),
)
_ORDER: Final = ("bad", "soon", "unknown", "good")


@only(Right.READ_HEALTH)
def health(request: HttpRequest) -> HttpResponse:
    """Show how the node is."""
    at, node = now(), this_service().node
    found = condition(node, at=at)
    made = sorted(checks(node, found, at=at), key=lambda one: _ORDER.index(one.stands))
    context = {
        "found": found,
        "checks": [_told(one) for one in made],
        "bad": any(one.stands == "bad" for one in made),
        "soon": any(one.stands == "soon" for one in made),
        "unknown": any(one.stands == "unknown" and _told(one)["do"] for one in made),
        "partners": _partners(found),
        "refusals": [{"row": row, "what": labels.REFUSED[row.job]} for row in refusals.stopped()],
        "help": HELP,
    }
    return page(request, "health/health.html", context)


@only(Right.RETRY, "POST")
def ask_again(request: HttpRequest, row_id: int) -> HttpResponse:
    """Let a partner be asked again for what it refused."""
    with contextlib.suppress(Http404):  # somebody was quicker
        done_by_page(request, RETRY_REFUSAL, number=row_id)
        messages.success(request, gettext("It is tried again now."))
    return redirect("health")


def _told(check: Check) -> dict[str, Any]:
    what = (check.key, check.stands, check.facts)
    return {
        "check": check,
        "title": labels.TITLE[check.key],
        "stands": labels.STANDS[check.stands],
        "found": _filled(found_text(*what, gettext), check.facts),
        "means": labels.MEANS[check.key],
        "do": _filled(do_text(*what, gettext), check.facts),
        "call": check.facts.get("call", ()),
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
