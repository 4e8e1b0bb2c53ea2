"""Pages of a form that was not taken: the session had ended, or the page was out of date."""

from collections.abc import Iterable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity.node.people.permissions import Right
from comity.node.web.kept_forms import DONE, KEPT, MAX_KEPT, held_of, page_of
from comity.node.web.permissions import only, public
from comity.node.web.render import page

_OWN: Final = frozenset({"csrfmiddlewaretoken", "name", "password", "next", "code", "credential"})


@only(Right.SELF, "GET", "HEAD", "POST")
def kept(request: HttpRequest) -> HttpResponse:
    """Show what was sent when the session had ended; it is sent again, or left."""
    held = held_of(request)
    if held is None:
        return redirect("/")
    if request.method == "POST":
        del request.session[KEPT]
        return redirect(held["back"])
    fields = [(name, value) for name, values in held["fields"].items() for value in values]
    typed = _typed(fields)
    worded = [text for text in typed if not text.isascii() or len(text.split()) > 1]
    context = {
        "typed": worded or typed,
        "again": [*fields, (DONE, "1")] if held["whole"] and typed else [],
        "held": held,
    }
    return page(request, "signin/kept_page.html", context)


@public("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form whose CSRF token does not fit, and show what was typed so that it is kept."""
    fields = ((name, value) for name, values in request.POST.lists() for value in values)
    context = {"typed": _typed(fields), "back": page_of(request)}
    return page(request, "signin/expired.html", context, status=403)


def _typed(fields: Iterable[tuple[str, str]]) -> list[str]:
    return [value for name, value in fields if value.strip() and name not in _OWN][:MAX_KEPT]
