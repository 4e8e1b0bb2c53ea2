"""Going on with signing in after a first step."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

from comity.node.models import Officer
from comity.node.people.accounts import officer_of
from comity.node.web.kept_forms import hold, safe_target
from comity.node.web.menu import ROOT, home_of


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
    """Return where a person goes who named no page: home."""
    return home_of(officer) if target == ROOT and officer is not None else target
