"""Signing in and out, and choosing a language."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from comity.node.core.clock import now, real_now
from comity.node.log import audit
from comity.node.models import Officer
from comity.node.people.accounts import officer_of
from comity.node.people.signin.config import office
from comity.node.people.signin.failures import SignInLockedError, check_password
from comity.node.people.signin.language_cookie import in_language
from comity.node.people.signin.relying_party import relying_party
from comity.node.signin.addresses import some_left_behind
from comity.node.signin.let_in import first_page, let_in
from comity.node.signin.pages.forms import SignIn
from comity.node.web.kept_forms import carried, safe_target
from comity.node.web.permissions import public
from comity.node.web.render import page


@public("GET", "HEAD", "POST")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a person in by name and password, and a second factor where there is one."""
    if request.method != "POST":
        if officer_of(request.user) is not None:
            return redirect(first_page(officer_of(request.user), "/"))
        return entrance(request)
    form = SignIn(request.POST)
    if not form.is_valid():
        return entrance(request, {"form": form}, status=422)
    name, password = form.cleaned_data["name"], form.cleaned_data["password"]
    try:
        user = check_password(request, name, password, at=real_now())
    except SignInLockedError as fault:
        return locked(request, fault, {"form": form})
    if user is None or officer_of(user) is None:
        return entrance(request, {"form": form, "wrong": True}, status=403)
    return let_in(request, user, method="password")


def entrance(
    request: HttpRequest, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Show the page to sign in, with all ways that there are."""
    config, place = office(), relying_party(request)
    context = {
        "form": SignIn(),
        "kept": carried(request),
        "next": safe_target(request, request.POST.get("next") or request.GET.get("next") or "/"),
        "place": place,
        "moved": place is not None and some_left_behind(place[1]),
        "provider": config.oidc_name or config.oidc_issuer if config.oidc_issuer else "",
    }
    return page(request, "signin/sign_in.html", {**context, **(more or {})}, status=status)


def locked(
    request: HttpRequest, fault: SignInLockedError, more: dict[str, Any] | None = None
) -> HttpResponse:
    """Say until when nothing is tried any more."""
    answer = entrance(request, {**(more or {}), "locked": fault.until}, status=429)
    answer["Retry-After"] = str(max(1, _seconds(fault.until, real_now())))
    return answer


def _seconds(until: datetime, at: datetime) -> int:
    return int((until - at).total_seconds())


@public("POST")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    officer = officer_of(request.user)
    if officer is not None:
        name = officer.user.get_username()
        audit.note(at=now(), actor=name, action="sign-out", subject=officer.identifier)
    logout(request)
    return redirect("sign-in")


@public("POST")
def language(request: HttpRequest) -> HttpResponse:
    """Show the pages in another language, from now on and for this person."""
    code = request.POST.get("language", "")
    target = safe_target(request, request.POST.get("next", "/"))
    if not translation.check_for_language(code) or code not in dict(settings.LANGUAGES):
        return redirect(target)
    officer = officer_of(request.user)
    if officer is not None:
        Officer.objects.filter(pk=officer.pk).update(language=code)
    return in_language(redirect(target), code)
