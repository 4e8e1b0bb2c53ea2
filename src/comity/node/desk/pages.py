"""Rendering a page: the frame's facts, and nothing else."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi

from comity.node.condition import needs_person
from comity.node.desk.navigation import menu
from comity.node.people import officer_of
from comity.node.roles import Right, may


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
        "navigation": menu(officer),
        "officer": officer,
        "party": config.party if config else "",
        "here": request.resolver_match.url_name if request.resolver_match else "",
    }
    return render(request, f"desk/{template}", {**frame, **(context or {})}, status=status)
