"""Going on with signing in after a first step."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from comity.node.models import Officer
from comity.node.people.accounts import officer_of
from comity.node.people.permissions import Right, may
from comity.node.web.kept_forms import hold, safe_target
from comity.node.web.menu import MENU


def let_in(
    request: HttpRequest, user: AbstractBaseUser, *, target: str = "", **step: Any
) -> HttpResponse:
    """Go on with signing in after a first step: to the second factor, or into the session.

    Args:
        request: fields ``next`` and ``kept-*`` say what was being done.
        user: who it is, as the step has shown.
        target: where to go, instead of ``next``.
        step: what is remembered of it; nothing if it was remembered already.
    """
    if request.user.is_authenticated and request.user.pk != user.pk:
        logout(request)
    target = safe_target(request, target or request.POST.get("next") or "/")
    target = hold(request, target)
    if step:
        record_authentication(request, user, reauthenticated=True, **step)
    login = Login(user=user, redirect_url=first_page(officer_of(user), target))
    answer: HttpResponse = perform_login(request, login)
    return answer


def first_page(officer: Officer | None, target: str) -> str:
    """Return where a person begins: on the watch, in the register, or on their first page."""
    if target != "/" or officer is None:
        return target
    if officer.role == Officer.Role.DUTY:
        return reverse("watch")
    if may(officer, Right.READ_CASES):
        return target
    names = (name for _, pages in MENU for name, _, right in pages if may(officer, right))
    return reverse(next(names, "me"))
