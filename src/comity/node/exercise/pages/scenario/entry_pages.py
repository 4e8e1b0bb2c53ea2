"""The page of an entry of a scenario, of whatever kind: changed, added or removed.

One view, one way to keep what was typed, one template; nothing typed is lost.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_protect

from comity.drills import DrillError, Finding
from comity.drills.editing import comments_lost
from comity.drills.parse import FILE
from comity.node.exercise import scenario_editing
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.pages.scenario.context import (
    SHOWN,
    Held,
    Refused,
    held,
    keep,
    refused,
    shown,
)
from comity.node.exercise.pages.scenario.entry_form import EntryForm
from comity.node.exercise.pages.scenario.entry_kinds import KINDS, EntryKind
from comity.node.exercise.pages.scenario.form_context import Opened, found, mendable, opened
from comity.node.people.permissions import Right
from comity.node.web.permissions import no_longer_than, only
from comity.node.web.render import Confirm, confirm

MAX_FORM_BYTES: Final = 16 * 1024 * 1024
"""A file that is too large for an exhibit is named beside its field; beyond this it is not read."""
TOO_LARGE: Final = gettext_lazy("The file is larger than any exhibit. Nothing was imported.")
_EMPTY: Final = ("", "None", "False", "[]")


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
@mendable
def entry(request: HttpRequest, name: str, kind: str, key: str = "") -> HttpResponse:
    """Change an entry, or add one; keep what was typed if nothing breaks by it."""
    row, is_posted = KINDS[kind], request.method == "POST"
    at = _with_entry(name, row, key)
    form = row.form(at, key)(
        at, key, request.POST if is_posted else None, request.FILES if is_posted else None
    )
    form.initial["brings"] = request.GET.get("for", "")
    wrong: Refused | None = None
    files: Mapping[str, bytes] = at.one.files
    if is_posted and form.is_valid():
        try:
            files = form.changed()
            wrong = _worse(request, at.one, files, form)
        except DrillError as fault:
            _beside(form, fault)
            wrong = refused(fault, files)
        if wrong is None and "preview" not in request.POST:
            wrong = _keep_said(request, at.one, files)
            if wrong is None:
                return redirect(row.listed, name=name)
    if wrong is None and form.is_bound and not form.is_valid():
        wrong = Refused(text=_("Correct these fields. Nothing you entered is lost:"))
    differs = []
    if wrong is not None:
        files = at.one.files
        if wrong.stale:
            at = _now(name, at)
            differs = _differing(form, type(form)(at, key))
    context = {
        "form": form,
        "key": key,
        "sort": row.sort,
        "heading": words.HEADING[row.sort] if key else words.ADD[kind],
        "back": reverse(row.listed, kwargs={"name": name}),
        "findings": found(at.one, row.sort).get(key, []),
        "differs": differs,
        "wrong_fields": [field for field in form if field.errors],
        "previewed": is_posted and "preview" in request.POST and wrong is None,
        "told": row.told(at, files, form.settled),
    }
    return shown(request, "exercise/scenario_entry.html", at.one, context, wrong)


entry_with_file: Final = no_longer_than(MAX_FORM_BYTES, TOO_LARGE)(csrf_protect(entry))
"""The same, where a file may come along: its length is looked at before anything reads it."""


def _with_entry(name: str, row: EntryKind, key: str) -> Opened:
    """Return a scenario that has an entry.

    Raises:
        Http404: there is no scenario of that name, or it has no such entry.
    """
    at = opened(name)
    if key and key not in at.keys(row.sort):
        raise Http404
    return at


def _now(name: str, before: Opened) -> Opened:
    """Return a scenario as a colleague left it; as it was, if its English texts cannot be read."""
    try:
        return opened(name)
    except DrillError:
        return before


def _keep_said(request: HttpRequest, one: Held, files: Mapping[str, bytes]) -> Refused | None:
    """Keep a change, and say how many comments of the files went with it."""
    lost = comments_lost(one.files, files)
    wrong = keep(request, one, files)
    if lost and wrong is None:
        told = ngettext(
            "%(n)d comment of the files stood on a line that changed, and is gone.",
            "%(n)d comments of the files stood on lines that changed, and are gone.",
            lost,
        )
        messages.info(request, told % {"n": lost})
    return wrong


def _breaking(request: HttpRequest, one: Held, files: Mapping[str, bytes]) -> list[Finding]:
    """Return what a change would break; what a colleague saved meanwhile is asked first.

    Raises:
        DrillError: these are no files of a scenario.
    """
    if request.POST.get("edition", "") != one.edition:
        return []
    return scenario_editing.worsened(one.name, one.files, files)


def _worse(
    request: HttpRequest, one: Held, files: Mapping[str, bytes], form: EntryForm
) -> Refused | None:
    """Return why a change breaks the scenario, each reason also beside its field."""
    broken = _breaking(request, one, files)
    for line in broken:
        if field := form.beside(line):
            form.add_error(field, words.finding(line.code))
    return _refusal(broken) if broken else None


def _refusal(broken: list[Finding]) -> Refused:
    return Refused(text=_("The scenario would break by this."), findings=tuple(broken[:SHOWN]))


def _beside(form: EntryForm, fault: DrillError) -> None:
    """Put what breaks the format beside its field, where the reader of the files names one."""
    place = f"{fault.facts.get('file')}: {fault.facts.get('key')}: "
    file, key = (str(fault.facts.get(name) or "") for name in ("file", "key"))
    line = Finding(file or FILE, key, fault.code, str(fault).removeprefix(place))
    if field := form.beside(line):
        form.add_error(field, words.fault(fault.code))


def _differing(typed: EntryForm, stands: EntryForm) -> list[tuple[Any, str]]:
    """Return label and what stands now of each field in which it is not what was typed."""
    rows = []
    for field in stands:
        if field.name in typed.fields and field.widget_type not in {"clearablefile", "file"}:
            now, mine = _spelt(field.value()), _spelt(typed[field.name].value())
            if now != mine:
                rows.append((field.label, now))
    return rows


def _spelt(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    text = "" if str(value) in _EMPTY else str(value)
    return text.replace("\r\n", "\n").strip()


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
@mendable
def remove(request: HttpRequest, name: str, kind: str, key: str) -> HttpResponse:
    """Ask, and take an entry out, unless something that stays would break by it."""
    row = KINDS[kind]
    at = _with_entry(name, row, key)
    back = reverse(row.listed, kwargs={"name": name})
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        try:
            files = row.removed(at, key)
            broken = _breaking(request, at.one, files)
            wrong = _refusal(broken) if broken else _keep_said(request, at.one, files)
        except DrillError as fault:
            wrong = refused(fault, at.one.files)
        if wrong is None:
            return redirect(back)
        return shown(request, "exercise/scenario_refused.html", held(name), {"back": back}, wrong)
    called = at.english.get(row.title.format(key), key)
    asked = Confirm(
        heading=str(words.REMOVE[row.sort]),
        facts=(
            (_("Scenario"), name),
            (str(words.HEADING[row.sort]), called),
            *row.brought(at, key),
        ),
        consequences=(
            row.follows(at, key),
            _("If something else still names it, nothing is removed, and you are told what."),
        ),
        button=str(words.REMOVE[row.sort]),
        action=request.path,
        back=back,
        hidden={"edition": at.one.edition},
    )
    return confirm(request, asked)
