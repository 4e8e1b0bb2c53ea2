"""The page of keyboard shortcuts, and the switch that turns them off in this browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity.node.people.accounts import officer_of
from comity.node.web.menu import menu
from comity.node.web.permissions import public
from comity.node.web.render import page
from comity.node.web.shortcuts import COOKIE, OFF, are_on, shortcuts


@public("GET", "HEAD", "POST")
def shortcuts_page(request: HttpRequest) -> HttpResponse:
    """List the shortcuts; switch them on or off."""
    if request.method != "POST":
        officer = officer_of(request.user)
        found = shortcuts(officer, menu(officer))
        return page(request, "web/shortcuts.html", {"shortcuts": found, "on": are_on(request)})
    answer = redirect("shortcuts")
    if request.POST.get("shortcuts") != OFF:
        answer.delete_cookie(COOKIE, samesite="Lax")
        return answer
    answer.set_cookie(
        COOKIE,
        OFF,
        max_age=365 * 86_400,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer
