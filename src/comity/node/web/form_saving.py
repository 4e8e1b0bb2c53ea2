"""A page's form that saves itself: opened as it was left, saved while it is filled.

The form's own address saves it, so that whoever may not open the page saves nothing there. Works
without a script by the button "Save for later".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.node.core.clock import now
from comity.node.models import UnfinishedForm
from comity.node.people.access.visible_cases import circle_of
from comity.node.web import labels, unfinished_forms
from comity.node.web.kept_forms import DONE, take_kept
from comity.node.web.permissions import caller
from comity.node.web.unfinished_forms import Typed, Window

FORM: Final = "form"
"""Of an address: the unfinished form that is opened."""
SAVE: Final = "saving"
"""Field that asks to save and nothing else: ``auto`` by the script, ``later`` by the button."""
LOOK: Final = "look"
"""Field that asks how far the form is, by the script or a button; it makes nothing."""
KEY: Final = "saving-key"
VERSION: Final = "saving-version"
WINDOW: Final = "saving-window"
_NO_ANSWER: Final = frozenset({"csrfmiddlewaretoken", DONE, SAVE, LOOK, KEY, VERSION, WINDOW})
_MAX_VERSION_CHARS: Final = 9


@dataclass
class Writing:
    """A form at hand.

    Attributes:
        path: of its page, without the identifier of the form.
        window: in which it stands.
        data: what the page's forms are bound to, or None while nothing was typed.
        reopened: whether that is what was saved: shown as it was, not judged.
        looked: whether it is asked only how far the form is: shown as it was, not judged either.
        saved: the form as it was saved, where it was opened.
        earlier: a form of the same page that was saved and not handed in, to go on with.
        answer: what the page answers at once, where the form was to be saved only.
    """

    path: str
    window: Window
    data: Any = None
    reopened: bool = False
    looked: bool = False
    saved: UnfinishedForm | None = None
    earlier: UnfinishedForm | None = None
    answer: HttpResponse | None = None

    def show(self, every: Iterable[forms.BaseForm]) -> None:
        """Show forms that nobody handed in as they are, without a word on what is not filled."""
        if self.reopened or self.looked:
            for one in every:
                one.errors.clear()

    def finish(self, request: HttpRequest) -> None:
        """Forget what was saved: it was handed in."""
        unfinished_forms.finish(caller(request), self.window.key)

    @property
    def earlier_address(self) -> str:
        """Return the address that goes on with the form that was saved before."""
        return address(self.earlier) if self.earlier else ""


def begin(
    request: HttpRequest, label: str, about: Iterable[str] = (), *, first: Any = None
) -> Writing:
    """Return the form of a page as it is to be shown, or save what was typed in it.

    Args:
        request: of an officer whom the guard let in.
        label: what the form makes, ``sort:code``.
        about: cases, items and drafts that its words come from or go into.
        first: what stands in it while nothing was saved, as a browser would send it.

    Raises:
        Http404: the address names a form that is not here.
    """
    path = _path(request)
    if request.method == "POST":
        looked = LOOK in request.POST
        writing = Writing(path, _window(request.POST), request.POST, looked=looked)
        if SAVE in request.POST:
            writing.answer = _saved(request, writing, label, tuple(about))
        return writing
    kept = take_kept(request)
    if kept is not None:
        return Writing(path, _window(kept), kept)
    circle = circle_of(caller(request), at=now())
    mine = unfinished_forms.own(circle.officer).filter(path=path, discarded_at=None)
    if FORM in request.GET:
        row = mine.filter(id=request.GET[FORM][:36]).first()
        if row is None or not unfinished_forms.may_see(circle, row):
            raise Http404
        window = Window(str(uuid4()), row.id, row.version)
        return Writing(path, window, typed_data(row.fields), reopened=True, saved=row)
    window = Window(str(uuid4()), str(uuid4()), 0)
    earlier = mine.order_by("-saved_at").first()
    if earlier is not None and not unfinished_forms.may_see(circle, earlier):
        earlier = None
    return Writing(path, window, first, reopened=first is not None, earlier=earlier)


def typed_data(fields: dict[str, list[str]]) -> QueryDict:
    """Return saved fields as a browser would send them."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data


def typed_fields(data: QueryDict) -> dict[str, list[str]]:
    """Return what was typed in the fields of a page, without what its frame adds."""
    return {name: list(map(str, values)) for name, values in data.lists() if name not in _NO_ANSWER}


def address(row: UnfinishedForm) -> str:
    """Return where a form is opened as it was left."""
    return f"{row.path}{'&' if '?' in row.path else '?'}{urlencode({FORM: row.id})}"


def _path(request: HttpRequest) -> str:
    """Return the address of a page without the form that is opened on it."""
    query = request.GET.copy()
    query.pop(FORM, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _window(data: QueryDict) -> Window:
    version = data.get(VERSION, "")[:_MAX_VERSION_CHARS]
    number = int(version) if version.isascii() and version.isdigit() else 0
    return Window(data.get(WINDOW, "")[:36], data.get(KEY, "")[:36], number)


def _saved(
    request: HttpRequest, writing: Writing, label: str, about: tuple[str, ...]
) -> HttpResponse:
    """Save what was typed, and tell the script, or the person who pressed the button."""
    typed = Typed(writing.path, label, typed_fields(request.POST), about)
    by_script = request.POST[SAVE] == "auto"
    try:
        row = unfinished_forms.save(caller(request), writing.window, typed)
    except ComityError as fault:
        told = labels.fault(fault.code)
        if by_script:
            return JsonResponse({"told": told}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.error(request, told)
        return redirect("drafts")
    if by_script:
        return JsonResponse(
            {
                "key": row.id,
                "version": row.version,
                "address": address(row),
                "told": saved_words(row),
                "beside": row.id != writing.window.key,
            }
        )
    messages.success(request, _("Saved for later. Only you see it."))
    return redirect("drafts")


def saved_words(row: UnfinishedForm) -> str:
    """Return when a form was saved, in words."""
    return _("Saved %(time)s UTC") % {"time": row.saved_at.strftime("%H:%M:%S")}
