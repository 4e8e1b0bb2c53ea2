"""Who may see a page: every page names one right, and forgets nothing that was typed."""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comity.node.core.clock import now
from comity.node.models import Officer
from comity.node.people.access import object_permissions
from comity.node.people.access.visible_cases import Circle, circle_of
from comity.node.people.permissions import Right, may
from comity.node.people.signin.assurance import keeps_first_password, lacks_factor
from comity.node.people.signin.sessions import officer_in
from comity.node.web.kept_forms import DONE, KEPT, ask_to_sign_in
from comity.node.web.menu import ROOT, home_of
from comity.node.web.render import page

type View = Callable[..., HttpResponseBase]
PUBLIC: Final = "public"


class Admitted(HttpRequest):
    """A request that a guard let in."""

    officer: Officer
    circle: Circle | None
    """Of the officer as the guard knew it, where it did."""


def only(
    right: Right, *methods: str, set_up: bool = False, first_password: bool = False
) -> Callable[[View], View]:
    """Let a page be seen by officers whose role has the right, by nobody else.

    What the address names must lie inside the officer's circle; what the query or the form names,
    the page fetches from the circle (`seen`).

    Args:
        right: that the role must have.
        methods: HTTP methods; reading ones if none are given.
        set_up: whether the page is for setting up a second factor: then it is open to whoever
            must have one and has none yet, who sees nothing else.
        first_password: whether the page is open to whoever still has a first password, who sees
            nothing else before another one is chosen.
    """

    def wrap(view: View) -> View:
        @never_cache
        @require_http_methods(list(methods or ("GET", "HEAD")))
        @functools.wraps(view)
        def answer(request: HttpRequest, **place: Any) -> HttpResponseBase:
            officer = officer_in(request)
            if officer is None:
                return ask_to_sign_in(request, keep=not set_up)
            first = keeps_first_password(request, officer)
            if first and not first_password:
                return redirect("password")
            if not first and lacks_factor(request, officer) and not set_up:
                return redirect("ways")
            if first or lacks_factor(request, officer):
                request.lacks_factor = True  # type: ignore[attr-defined]
            if not may(officer, right):
                if request.path == ROOT:  # who names the node and no page of it asked for nothing
                    return redirect(home_of(officer))
                object_permissions.note_refused(officer, subject=right, detail="role", at=now())
                context = {"withheld": right == Right.READ_CONTENT}
                return page(request, "web/refused.html", context, status=403)
            admitted = cast("Admitted", request)
            admitted.circle = object_permissions.check(officer, right, place=place, at=now())
            admitted.officer = officer
            if DONE in request.POST:
                request.session.pop(KEPT, None)
            return view(request, **place)

        answer.right = right  # type: ignore[attr-defined]
        return answer

    return wrap


def caller(request: HttpRequest) -> Officer:
    """Return the officer whom `only` let in."""
    return cast("Admitted", request).officer


def seen(request: HttpRequest) -> Circle:
    """Return what the caller may see: whatever a page is asked for is fetched from it.

    A page that only reads goes by what its guard knew; an act may have changed it.
    """
    known = cast("Admitted", request).circle
    if known is not None and request.method in ("GET", "HEAD"):
        return known
    return circle_of(caller(request), at=now())


def public(*methods: str) -> Callable[[View], View]:
    """Mark a page that a visitor may see; there are few."""

    def wrap(view: View) -> View:
        @never_cache
        @require_http_methods(list(methods))
        @functools.wraps(view)
        def answer(request: HttpRequest, **place: Any) -> HttpResponseBase:
            return view(request, **place)

        answer.right = PUBLIC  # type: ignore[attr-defined]
        return answer

    return wrap


def no_longer_than(most_bytes: int, told: Any) -> Callable[[View], View]:
    """Refuse a long form before anything reads it, the check of its origin included.

    Args:
        most_bytes: of the whole request.
        told: what the visitor reads then.
    """

    def wrap(view: View) -> View:
        @csrf_exempt
        @functools.wraps(view)
        def answer(request: HttpRequest, **place: Any) -> HttpResponseBase:
            length = request.headers.get("Content-Length") or "0"
            if not length.isdecimal() or int(length) > most_bytes:
                return HttpResponse(
                    str(told),
                    status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    content_type="text/plain; charset=utf-8",
                )
            return view(request, **place)

        return answer

    return wrap
