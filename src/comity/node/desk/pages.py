"""Rendering a page: the frame's facts, and nothing else."""

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext_lazy as _

from comity.node.condition import needs_person
from comity.node.people import Right, may, officer_of

NAVIGATION: Final = (
    ("cases", _("Cases"), Right.READ_CASES),
    ("docket", _("Inside our State"), Right.READ_DOCKET),
    ("jobs", _("Translations"), Right.TRANSLATE),
    ("drafts", _("Drafts"), Right.READ_CASES),
    ("mail", _("Mail"), Right.READ_CASES),
    ("evidence", _("Evidence"), Right.READ_CASES),
    ("outbox", _("Outbox"), Right.READ_OUTBOX),
    ("health", _("Log health"), Right.READ_HEALTH),
    ("audit", _("Audit"), Right.READ_AUDIT),
)


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Return a page in its frame."""
    config = settings.CONFIG
    officer = officer_of(request.user)
    rights = {right.name: may(officer, right) for right in Right}
    frame = {
        "alarm": officer is not None and needs_person(),
        "can": rights,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "languages": settings.LANGUAGE_NAMES.items(),
        "mode": config.mode if config else "",
        "navigation": [(name, label) for name, label, right in NAVIGATION if may(officer, right)],
        "officer": officer,
        "party": config.party if config else "",
        "here": request.resolver_match.url_name if request.resolver_match else "",
    }
    return render(request, f"desk/{template}", {**frame, **(context or {})}, status=status)
