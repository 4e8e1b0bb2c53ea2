"""Changing what happens when in a scenario, and what is asked: an inject or a task at a time."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.drills import DrillError, Plan
from comity.drills.editing import checked, entry, with_entry, with_texts
from comity.drills.parse import FILE
from comity.drills.reach import Reach
from comity.drills.reading import read_texts
from comity.instruments.words import ENGLISH
from comity.node.desk.exercise import scenario_words as words
from comity.node.desk.exercise.here import here
from comity.node.desk.exercise.scenario_forms import InjectForm, TaskForm
from comity.node.desk.exercise.scenario_held import (
    Held,
    Refused,
    held,
    keep,
    refused,
    shown,
    told,
)
from comity.node.desk.guard import only
from comity.node.desk.pages import Confirm, confirm
from comity.node.roles import Right

_TEXTS: Final = frozenset({"ask", "learn", "title", "text"})
_PATH: Final = f"texts/{ENGLISH}.toml"


class _BrokenError(Exception):
    """Files that cannot be read are mended as text; holds the page that says so."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer


def _opened(request: HttpRequest, name: str) -> tuple[Held, Plan, dict[str, str]]:
    """Return a scenario, its plan and its English texts."""
    one = held(name)
    try:
        return one, checked(name, one.files), read_texts(_PATH, one.files.get(_PATH, b""))
    except DrillError as fault:
        context = {"path": str(fault.facts.get("file") or FILE)}
        raise _BrokenError(
            shown(request, "scenario_broken.html", one, context, refused(fault, one.files))
        ) from fault


@only(Right.TRAIN)
@here
def timeline(request: HttpRequest, name: str) -> HttpResponse:
    """List what happens when."""
    try:
        one, plan, english = _opened(request, name)
    except _BrokenError as broken:
        return broken.answer
    reach = Reach(plan)
    wrong = _found(one, "inject")
    rows = [
        {
            "inject": inject,
            "kind": words.INJECT[inject.kind],
            "title": english.get(f"injects.{key}.title", ""),
            "findings": wrong.get(key, []),
        }
        for key, inject in sorted(
            plan.injects.items(), key=lambda pair: (_earliest(reach, pair[0]), pair[0])
        )
    ]
    return shown(request, "scenario_timeline.html", one, {"rows": rows, "minutes": plan.minutes})


def _earliest(reach: Reach, key: str) -> int:
    return reach.of(f"inject {key}")


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def inject(request: HttpRequest, name: str, key: str = "") -> HttpResponse:
    """Change an inject, or add one."""
    try:
        one, plan, english = _opened(request, name)
    except _BrokenError as broken:
        return broken.answer
    is_new = not key
    if not is_new and key not in plan.injects:
        raise Http404
    before = {} if is_new else entry(one.files, "inject", key)
    texts = {part: english.get(f"injects.{key}.{part}", "") for part in ("title", "text")}
    form = InjectForm(
        plan,
        request.POST if request.method == "POST" else None,
        initial=InjectForm.initial_of(before, texts),
        is_new=is_new,
    )
    wrong: Refused | None = None
    if request.method == "POST" and form.is_valid():
        wanted = key or str(form.cleaned_data["key"])
        if is_new and wanted in plan.injects:
            form.add_error("key", _("There is an inject of this key already."))
        else:
            made = {f"injects.{wanted}.{part}": form.cleaned_data[part] for part in texts}
            files = _with_entry(one, f"inject {wanted}", form.members(before), made, {})
            wrong = files if isinstance(files, Refused) else keep(request, one, files)
            if wrong is None:
                return redirect("scenario-timeline", name=name)
    context = {"key": key, "is_new": is_new, "findings": _found(one, "inject").get(key, [])}
    return _form_page(request, one, form, context, wrong)


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def remove_inject(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Ask, and take an inject out with its texts."""
    try:
        one, plan, english = _opened(request, name)
    except _BrokenError as broken:
        return broken.answer
    if key not in plan.injects:
        raise Http404
    back = reverse("scenario-timeline", kwargs={"name": name})
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        try:
            wrong = keep(request, one, with_entry(one.files, "inject", key, None))
        except DrillError as fault:
            wrong = refused(fault, one.files)
        if wrong is None:
            return redirect(back)
        return shown(request, "scenario_refused.html", held(name), {}, wrong)
    asked = Confirm(
        heading=_("Take the inject out"),
        facts=((_("Scenario"), name), (_("Title"), english.get(f"injects.{key}.title", key))),
        consequences=(
            _("Its texts go in every language."),
            _("Questions, triggers and points that name it are to mend afterwards."),
        ),
        button=_("Take it out"),
        action=request.path,
        back=back,
        hidden={"edition": one.edition},
    )
    return confirm(request, asked)


@only(Right.TRAIN)
@here
def tasks(request: HttpRequest, name: str) -> HttpResponse:
    """List what is asked."""
    try:
        one, plan, english = _opened(request, name)
    except _BrokenError as broken:
        return broken.answer
    wrong = _found(one, "task")
    rows = [
        {
            "task": task,
            "kind": words.TASK[task.kind],
            "ask": english.get(f"tasks.{key}.ask", ""),
            "hints": sum(hint.cost for hint in plan.hints.values() if hint.task == key),
            "findings": wrong.get(key, []),
        }
        for key, task in plan.tasks.items()
    ]
    return shown(request, "scenario_tasks.html", one, {"rows": rows})


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def task(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Change a task, and what its hints cost."""
    try:
        one, plan, english = _opened(request, name)
    except _BrokenError as broken:
        return broken.answer
    if key not in plan.tasks:
        raise Http404
    before = entry(one.files, "task", key)
    texts = {part: english.get(f"tasks.{key}.{part}", "") for part in ("ask", "learn")}
    form = TaskForm(
        plan,
        key,
        request.POST if request.method == "POST" else None,
        initial=TaskForm.initial_of(before, texts),
    )
    wrong: Refused | None = None
    if request.method == "POST" and form.is_valid():
        made = {f"tasks.{key}.{part}": form.cleaned_data[part] for part in texts}
        files = _with_entry(one, f"task {key}", form.members(before), made, form.costs())
        wrong = files if isinstance(files, Refused) else keep(request, one, files)
        if wrong is None:
            return redirect("scenario-tasks", name=name)
    context = {
        "key": key,
        "task": plan.tasks[key],
        "kind": words.TASK[plan.tasks[key].kind],
        "findings": _found(one, "task").get(key, []),
    }
    return _form_page(request, one, form, context, wrong)


def _with_entry(
    one: Held,
    place: str,
    members: Mapping[str, Any],
    texts: Mapping[str, str],
    costs: Mapping[str, int],
) -> dict[str, bytes] | Refused:
    """Return the files with an entry changed, its English texts, and what hints cost."""
    kind, _space, key = place.partition(" ")
    plain = {name: text.replace("\r\n", "\n") for name, text in texts.items()}
    try:
        files = with_entry(one.files, kind, key, members)
        for hint, cost in costs.items():
            files = with_entry(files, "hint", hint, {**entry(files, "hint", hint), "cost": cost})
        return with_texts(files, ENGLISH, plain)
    except DrillError as fault:
        return refused(fault, one.files)


def _form_page(
    request: HttpRequest,
    one: Held,
    form: InjectForm | TaskForm,
    context: Mapping[str, Any],
    wrong: Refused | None,
) -> HttpResponse:
    """Return a form; after a stale save with what stands now beside what was typed."""
    if wrong is None and form.is_bound and not form.is_valid():
        wrong = Refused(text=_("Mend these fields; nothing you typed is lost:"))
    differs: list[tuple[str, Any]] = []
    if wrong is not None and wrong.stale:
        one = held(one.name)
        is_task = isinstance(form, TaskForm)
        now_stands = entry(one.files, "task" if is_task else "inject", context["key"])
        texts = read_texts(_PATH, one.files.get(_PATH, b""))
        before = f"{'tasks' if is_task else 'injects'}.{context['key']}."
        for name in ("ask", "learn") if is_task else ("title", "text"):
            now_stands[name] = texts.get(before + name, "")
        typed = {
            **form.members(now_stands),
            **{n: form.cleaned_data[n] for n in _TEXTS & now_stands.keys()},
        }
        differs = [
            (name, now_stands.get(name, ""))
            for name in sorted({*now_stands, *typed})
            if now_stands.get(name, "") != typed.get(name, "")
        ]
    more = {
        "form": form,
        "differs": differs,
        "wrong_fields": [field for field in form if field.errors],
    }
    template = "scenario_task.html" if isinstance(form, TaskForm) else "scenario_inject.html"
    return shown(request, template, one, {**context, **more}, wrong)


def _found(one: Held, kind: str) -> dict[str, list[str]]:
    """Return key of an entry to what is to mend in it and in its English texts."""
    found: dict[str, list[str]] = {}
    for line in told(one):
        key = line.finding.key
        if line.finding.file == FILE and key.startswith(f"{kind} "):
            found.setdefault(key.partition(" ")[2], []).append(line.text)
        elif line.finding.file == _PATH and key.startswith(f"{kind}s."):
            found.setdefault(key.split(".")[1], []).append(line.text)
    return found
