"""What was typed when a session had ended: held while its person signs in, then given back."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from comity.node.people.signin.adapters import is_own

KEPT: Final = "kept"
DONE: Final = "kept-done"
"""Field of a form that was given back: nothing is held any more once it is sent."""
MAX_KEPT: Final = 200
MAX_CHARS: Final = 8_000_000
MAX_UNKNOWN_CHARS: Final = 100_000
"""Held for a visitor whom nobody knows yet, who could fill the disk otherwise."""
_FROM: Final = "kept-from"
_WHOLE: Final = "kept-whole"
_FIELD: Final = "kept-field-"
_NEVER_KEPT: Final = frozenset({"csrfmiddlewaretoken", "password", "new_password", DONE})


def restores[View: Callable[..., Any]](view: View) -> View:
    """Mark a page that shows its own form again with what `take_kept` gives."""
    vars(view)["restores"] = True
    return view


def safe_target(request: HttpRequest, target: str) -> str:
    """Return an address on this node, or the list of cases."""
    return target if is_own(request, target) else "/"


def ask_to_sign_in(request: HttpRequest, *, keep: bool) -> HttpResponse:
    """Show the sign-in page, holding what was typed on a form whose session had ended.

    Args:
        request: that was not let in.
        keep: whether what was typed may stand in a page; passwords and codes may not.
    """
    from comity.node.signin.pages.views import entrance

    target = request.get_full_path()
    if request.headers.get("HX-Request") == "true":  # a part of a page: no form may fall into it
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    if request.method != "POST":
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': target})}")
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if keep and name not in _NEVER_KEPT
    ]
    whole = keep and not request.FILES and len(typed) <= MAX_KEPT
    held = {_FROM: page_of(request), _WHOLE: "1" if whole else ""}
    kept = [*held.items(), *((_FIELD + name, value) for name, value in typed[:MAX_KEPT])]
    return entrance(request, {"next": target, "kept": kept}, status=401)


def page_of(request: HttpRequest) -> str:
    """Return the address of the page on which a form stood, as the browser says."""
    place = urlsplit(request.headers.get("Referer", ""))
    address = f"{place.path}?{place.query}" if place.query else place.path
    same = place.netloc == request.get_host()
    return safe_target(request, address) if same and address else "/"


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a page of signing in holds and hands on, as hidden fields."""
    if _FROM not in request.POST:
        return []
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name.startswith(_FIELD)
    ]
    held = [(name, request.POST.get(name, "")) for name in (_FROM, _WHOLE)]
    return held + fields[:MAX_KEPT]


def hold(request: HttpRequest, target: str, *, most_chars: int = MAX_CHARS) -> str:
    """Keep what a page of signing in hands on, and return where its person is led then.

    Args:
        request: fields ``kept-*`` say what was being done.
        target: the address that was asked for, on this node.
        most_chars: of all fields; of a longer form nothing is held.
    """
    held = carried(request)
    if not held:
        return target
    fields: dict[str, list[str]] = {}
    fits = sum(len(name) + len(value) for name, value in held) <= most_chars
    for name, value in held if fits else ():
        if name.startswith(_FIELD):
            fields.setdefault(name.removeprefix(_FIELD), []).append(value)
    whole = fits and request.POST.get(_WHOLE) == "1"
    back = safe_target(request, request.POST[_FROM])
    request.session[KEPT] = {"path": target, "fields": fields, "back": back, "whole": whole}
    return target if _restores(target) and fields else reverse("kept")


def _restores(target: str) -> bool:
    try:
        return getattr(resolve(urlsplit(target).path).func, "restores", False) is True
    except Resolver404:
        return False


def held_of(request: HttpRequest) -> dict[str, Any] | None:
    """Return what is held for who has signed in: ``path``, ``fields``, ``back`` and ``whole``."""
    held = request.session.get(KEPT)
    return held if isinstance(held, dict) else None


def take_kept(request: HttpRequest) -> Any:
    """Return, once, what was typed on this very page before the session ended, or None."""
    kept = held_of(request)
    if kept is None or kept["path"] != request.get_full_path():
        return None
    del request.session[KEPT]
    data = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        data.setlist(name, values)
    return data
