"""Keeping one entry of a scenario: the same rules for every form, and nothing typed is lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.drills import DrillError, Finding
from comity.drills.editing import comments_lost
from comity.drills.parse import FILE
from comity.node.exercise import scenario_editing
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
from comity.node.exercise.pages.scenario.form_context import Opened, found, opened
from comity.node.web.render import Confirm, confirm

type Fresh = Callable[[Opened, Any, Any], EntryForm]
"""Makes the form of a page for a scenario as it stands, with what was typed and uploaded."""
_EMPTY: Final = ("", "None", "False", "[]")


@dataclass(frozen=True, kw_only=True)
class EntryPage:
    """What is particular to the page of an entry.

    Attributes:
        template: of the page.
        done: name of the address of the list to which one comes back.
        key: of the entry; empty for a new one.
        more: what else the page shows, of the form and of the files as they would be.
    """

    template: str
    done: str
    key: str
    more: Callable[[EntryForm, Mapping[str, bytes]], Mapping[str, Any]] = lambda _f, _d: {}


def entry_page(request: HttpRequest, name: str, fresh: Fresh, what: EntryPage) -> HttpResponse:
    """Show the form of an entry; keep what was typed if nothing breaks by it."""
    at, is_posted = opened(name), request.method == "POST"
    form = fresh(at, request.POST if is_posted else None, request.FILES if is_posted else None)
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
            wrong = keep_said(request, at.one, files)
            if wrong is None:
                return redirect(what.done, name=name)
    if wrong is None and form.is_bound and not form.is_valid():
        wrong = Refused(text=_("Mend these fields; nothing you typed is lost:"))
    differs = []
    if wrong is not None:
        files = at.one.files
        if wrong.stale:
            at = _now(name, at)
            differs = _differing(form, fresh(at, None, None))
    context = {
        "form": form,
        "key": what.key,
        "back": reverse(what.done, kwargs={"name": name}),
        "findings": found(at.one, form.sort).get(what.key, []),
        "differs": differs,
        "wrong_fields": [field for field in form if field.errors],
        "previewed": is_posted and "preview" in request.POST and wrong is None,
        **what.more(form, files),
    }
    return shown(request, what.template, at.one, context, wrong)


def _now(name: str, before: Opened) -> Opened:
    """Return a scenario as a colleague left it; as it was, if its English texts cannot be read."""
    try:
        return opened(name)
    except DrillError:
        return before


def keep_said(request: HttpRequest, one: Held, files: Mapping[str, bytes]) -> Refused | None:
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


def breaking(request: HttpRequest, one: Held, files: Mapping[str, bytes]) -> list[Finding]:
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
    broken = breaking(request, one, files)
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


@dataclass(frozen=True, kw_only=True)
class Removal:
    """Taking an entry out, as a page asks it.

    Attributes:
        heading: the question.
        facts: label and text of what is taken out.
        consequences: what follows.
        done: name of the address of the list to which one comes back.
    """

    heading: str
    facts: tuple[tuple[str, str], ...]
    consequences: tuple[str, ...]
    done: str


def remove_page(
    request: HttpRequest, one: Held, left: Callable[[], Mapping[str, bytes]], what: Removal
) -> HttpResponse:
    """Ask, and take an entry out, unless something that stays would break by it."""
    back = reverse(what.done, kwargs={"name": one.name})
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        try:
            files = left()
            broken = breaking(request, one, files)
            wrong = _refusal(broken) if broken else keep_said(request, one, files)
        except DrillError as fault:
            wrong = refused(fault, one.files)
        if wrong is None:
            return redirect(back)
        return shown(
            request, "exercise/scenario_refused.html", held(one.name), {"back": back}, wrong
        )
    asked = Confirm(
        heading=what.heading,
        facts=((_("Scenario"), one.name), *what.facts),
        consequences=(
            *what.consequences,
            _("If something else still names it, nothing is removed, and you are told what."),
        ),
        button=_("Remove it"),
        action=request.path,
        back=back,
        hidden={"edition": one.edition},
    )
    return confirm(request, asked)
