"""Pages of a form that was not taken: the session had ended, or the page was out of date."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.shortcuts import redirect
from django.urls import reverse

from comity.node.models import UnfinishedForm
from comity.node.people.accounts import officer_of
from comity.node.people.permissions import Right
from comity.node.web import form_saving
from comity.node.web.entry_labels import Entry, entries
from comity.node.web.kept_forms import DONE, KEPT, MAX_KEPT, held_of, page_of
from comity.node.web.permissions import only, public
from comity.node.web.render import page

_ORIGIN: Final = REASON_BAD_ORIGIN.partition("%s")[0]
"""How Django begins to say that the page is of another address than the node was told."""
_MAX_ORIGIN: Final = 300
_OWN: Final = frozenset(
    {"csrfmiddlewaretoken", "name", "password", "next", "code", "credential"}
    | {form_saving.SAVE, form_saving.KEY, form_saving.VERSION, form_saving.WINDOW}
)


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
    worded = [one for one in typed if not one.text.isascii() or len(one.text.split()) > 1]
    context = {
        "typed": worded or typed,
        "again": [*fields, (DONE, "1")] if held["whole"] and typed else [],
        "held": held,
    }
    return page(request, "signin/kept_page.html", context)


@public("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form whose CSRF token does not fit, and show what was typed so that it is kept."""
    fields = form_saving.typed_fields(request.POST)
    signed_out = officer_of(request.user) is None
    told = request.headers.get("Origin", "") if reason.startswith(_ORIGIN) else ""
    saved = _saved(request)
    back = form_saving.address(saved) if saved else page_of(request)
    if signed_out:
        back = f"{reverse('sign-in')}?{urlencode({'next': back})}"
    context = {
        "typed": _typed((name, value) for name, values in fields.items() for value in values),
        "back": back,
        "saved": saved,
        "signed_out": signed_out,
        "origin": told[:_MAX_ORIGIN],
        "known_as": f"{request.scheme}://{request.get_host()}",
    }
    return page(request, "signin/expired.html", context, status=403)


def _saved(request: HttpRequest) -> UnfinishedForm | None:
    """Return the form as it was saved last before it was sent; who knows its key wrote it."""
    keys = [request.POST.get(name, "")[:36] for name in (form_saving.KEY, form_saving.WINDOW)]
    rows = UnfinishedForm.objects.filter(id__in=filter(None, keys), discarded_at=None)
    officer = officer_of(request.user)
    if officer is not None:
        rows = rows.filter(officer=officer)
    return rows.order_by("-saved_at").first() if any(keys) else None


def _typed(fields: Iterable[tuple[str, str]]) -> list[Entry]:
    return list(entries((name, one) for name, one in fields if name not in _OWN))[:MAX_KEPT]
