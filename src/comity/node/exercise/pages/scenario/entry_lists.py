"""Lists of the entries of a scenario: what happens when, what is asked, what there is to see."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from comity.drills.reach import Reach
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.pages.scenario.context import shown
from comity.node.exercise.pages.scenario.form_context import Opened, found, mendable, opened
from comity.node.exercise.pages.scenario.trigger_form import deed_words, since_words
from comity.node.people.permissions import Right
from comity.node.web.permissions import only


@only(Right.TRAIN)
@here
@mendable
def timeline(request: HttpRequest, name: str) -> HttpResponse:
    """List what happens when, and what brings it."""
    at = opened(name)
    reach, wrong = Reach(at.plan), found(at.one, "inject")
    rows = [
        {
            "inject": inject,
            "kind": words.INJECT[inject.kind],
            "title": at.english.get(f"injects.{key}.title", ""),
            "sender": at.told(f"parties.{inject.sender}", inject.sender) if inject.sender else "",
            "to": [at.told(f"roles.{role}.title", role) for role in inject.to],
            "findings": wrong.get(key, []),
        }
        for key, inject in sorted(
            at.plan.injects.items(), key=lambda pair: (reach.of(f"inject {pair[0]}"), pair[0])
        )
    ]
    context = {"rows": rows, "minutes": at.plan.minutes, "triggers": _triggers(at)}
    return shown(request, "exercise/scenario_timeline.html", at.one, context)


def _triggers(at: Opened) -> list[dict[str, Any]]:
    wrong = found(at.one, "trigger")
    return [
        {
            "trigger": trigger,
            "deed": deed_words(at, trigger.did),
            "since": since_words(at, trigger.after),
            "brings": at.injects_with("trigger", key),
            "findings": wrong.get(key, []),
        }
        for key, trigger in at.plan.triggers.items()
    ]


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


@only(Right.TRAIN)
@here
@mendable
def exhibits(request: HttpRequest, name: str) -> HttpResponse:
    """List what there is to look at and to seal."""
    at = opened(name)
    wrong = found(at.one, "exhibit")
    rows = [
        {
            "exhibit": exhibit,
            "form": words.FORM[exhibit.form],
            "shown": at.injects_with("exhibit", key),
            "findings": wrong.get(key, []),
        }
        for key, exhibit in at.plan.exhibits.items()
    ]
    return shown(request, "exercise/scenario_exhibits.html", at.one, {"rows": rows})
