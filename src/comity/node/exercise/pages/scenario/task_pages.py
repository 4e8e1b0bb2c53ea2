"""Changing what is asked in a scenario: a question at a time, with its hints."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comity.drills import DrillError, read_scenario
from comity.drills.answers import right_answers
from comity.drills.editing import with_entry
from comity.drills.telling import said
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.pages.scenario.context import reader_language, shown
from comity.node.exercise.pages.scenario.entry_form import EntryForm
from comity.node.exercise.pages.scenario.form_context import Opened, found, mendable, opened
from comity.node.exercise.pages.scenario.save_entry import (
    EntryPage,
    Removal,
    entry_page,
    remove_page,
)
from comity.node.exercise.pages.scenario.task_form import TaskForm
from comity.node.people.permissions import Right
from comity.node.web.permissions import only


@only(Right.TRAIN)
@here
@mendable
def tasks(request: HttpRequest, name: str) -> HttpResponse:
    """List what is asked."""
    at = opened(name)
    wrong = found(at.one, "task")
    rows = [
        {
            "task": task,
            "kind": words.TASK[task.kind],
            "ask": at.english.get(f"tasks.{key}.ask", ""),
            "hints": sum(hint.cost for hint in at.plan.hints.values() if hint.task == key),
            "findings": wrong.get(key, []),
        }
        for key, task in at.plan.tasks.items()
    ]
    return shown(request, "exercise/scenario_tasks.html", at.one, {"rows": rows})


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
@mendable
def task(request: HttpRequest, name: str, key: str = "") -> HttpResponse:
    """Change a question, or add one, with its hints."""
    if key and key not in opened(name).plan.tasks:
        raise Http404

    def more(form: EntryForm, files: Mapping[str, bytes]) -> dict[str, Any]:
        return {"told": _told(name, files, form.settled)}

    page = EntryPage(
        template="exercise/scenario_task.html", done="scenario-tasks", key=key, more=more
    )
    return entry_page(request, name, lambda *given: TaskForm(given[0], key, *given[1:]), page)


def _told(name: str, files: Mapping[str, bytes], key: str) -> dict[str, Any] | None:
    """Return a question as players read it, with what is right; None where it cannot be told."""
    try:
        scenario = read_scenario(name, files)
        task = scenario.plan.tasks.get(key)
        if task is None:
            return None
        lang, before = reader_language(), f"tasks.{key}"
        return {
            "ask": said(scenario, f"{before}.ask", lang),
            "options": [said(scenario, f"{before}.options.{one}", lang) for one in task.options],
            "points": task.points,
            "tries": task.tries,
            "cite": task.cite,
            "right": sorted(right_answers(scenario, task)),
        }
    except DrillError:
        return None


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
@mendable
def remove_task(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Ask, and take a question out with its hints and all their texts."""
    at = opened(name)
    if key not in at.plan.tasks:
        raise Http404
    what = Removal(
        heading=_("Remove the question"),
        facts=((_("Question"), at.english.get(f"tasks.{key}.ask", key)),),
        consequences=(_("Its hints go with it, and the texts of both in every language."),),
        done="scenario-tasks",
    )
    return remove_page(request, at.one, lambda: _without(at, key), what)


def _without(at: Opened, key: str) -> dict[str, bytes]:
    made = dict(at.one.files)
    for hint in [one.key for one in at.plan.hints.values() if one.task == key]:
        made = with_entry(made, "hint", hint, None)
    return with_entry(made, "task", key, None)
