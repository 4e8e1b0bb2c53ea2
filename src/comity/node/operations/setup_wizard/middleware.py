"""What stands before every page of a set-up: the one browser, directly, and nobody else."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from comity.node.operations.setup_wizard.build_node import LOOPBACK
from comity.node.operations.setup_wizard.server import this_setup

OPEN: Final = frozenset({"code", "setup-language"})
_RELAYED: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


def guarded(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let the browser in that gave the code."""

    def judge(request: HttpRequest) -> HttpResponse:
        if _relayed(request):
            return _plain(_("A set-up is done on the machine itself, not through a proxy."), 403)
        known = this_setup().door.knows(request.COOKIES.get(this_setup().cookie, ""))
        if known:
            this_setup().used()
        elif resolve(request.path_info).url_name not in OPEN:
            if request.method in {"GET", "HEAD"}:
                return redirect(reverse("code"))
            return _plain(_("Give the code first."), 403)
        response = answer(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    return judge


def _relayed(request: HttpRequest) -> bool:
    told = any(name in request.headers for name in _RELAYED)
    return told or request.META.get("REMOTE_ADDR") != LOOPBACK


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that no page of this set-up gave out."""
    return _plain(_("The form has expired. Go back, reload the page and submit again."), 403)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
