"""Signing in and out, and choosing a language."""

from typing import Any, Final

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from comity.node import audit
from comity.node.clock import now
from comity.node.desk.forms import SignIn
from comity.node.desk.guard import KEPT, public
from comity.node.desk.pages import page
from comity.node.models import Officer
from comity.node.people import SignInLockedError, check_password, officer_of
from comity.node.roles import Right, may

MAX_KEPT: Final = 200
_OWN: Final = frozenset({"csrfmiddlewaretoken", "name", "password", "next"})


def safe_target(request: HttpRequest, target: str) -> str:
    """Return an address on this node, or the list of cases."""
    allowed = {request.get_host()}
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=allowed):
        return target
    return "/"


@public("GET", "HEAD", "POST")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a person in by name and password."""
    target = safe_target(request, request.POST.get("next") or request.GET.get("next") or "/")
    kept = _kept(request)
    context: dict[str, Any] = {"next": target, "kept": kept}
    if request.method != "POST":
        if officer_of(request.user) is not None:
            return redirect(_first_page(request, "/"))
        return page(request, "sign_in.html", {**context, "form": SignIn()})
    form = SignIn(request.POST)
    context["form"] = form
    if not form.is_valid():
        return page(request, "sign_in.html", context, status=422)
    try:
        user = check_password(
            request, form.cleaned_data["name"], form.cleaned_data["password"], at=now()
        )
    except SignInLockedError as fault:
        return page(request, "sign_in.html", {**context, "locked": fault.until}, status=429)
    officer = officer_of(user) if user is not None else None
    if user is None or officer is None:
        return page(request, "sign_in.html", {**context, "wrong": True}, status=403)
    login(request, user)
    audit.note(at=now(), actor=user.get_username(), action="sign-in", subject=officer.identifier)
    if kept:
        fields: dict[str, list[str]] = {}
        for name, value in kept:
            fields.setdefault(name, []).append(value)
        request.session[KEPT] = {"path": target, "fields": fields}
    return _in_language(redirect(_first_page(request, target)), officer.language)


def _first_page(request: HttpRequest, target: str) -> str:
    """Return where a person begins: a translator has no list of cases."""
    officer = officer_of(request.user)
    is_translator = may(officer, Right.TRANSLATE) and not may(officer, Right.READ_CASES)
    return reverse("jobs") if target == "/" and is_translator else target


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
    return _in_language(redirect(target), code)


def _in_language(answer: HttpResponseRedirect, code: str) -> HttpResponse:
    if code:
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 86_400,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return answer


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of the form that was being filled in when the session ended."""
    found = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name.startswith("kept-")
    ]
    return [(name.removeprefix("kept-"), value) for name, value in found[:MAX_KEPT]]


def take_kept(request: HttpRequest) -> Any:
    """Return, once, what was typed on this very page before the session ended, or None."""
    kept = request.session.get(KEPT)
    if not isinstance(kept, dict) or kept.get("path") != request.get_full_path():
        return None
    del request.session[KEPT]
    data = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        data.setlist(name, values)
    return data


@public("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form whose CSRF token does not fit, and show what was typed so that it is kept."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if value.strip() and name not in _OWN
    ][:MAX_KEPT]
    return page(request, "expired.html", {"typed": typed}, status=403)
