"""Changing what happens when in a scenario: injects and the triggers that bring them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comity.drills.editing import checked, with_entry
from comity.drills.reach import NEVER, Reach
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.pages.scenario.context import shown
from comity.node.exercise.pages.scenario.entry_form import EntryForm, InjectForm
from comity.node.exercise.pages.scenario.form_context import Opened, found, mendable, opened
from comity.node.exercise.pages.scenario.save_entry import (
    EntryPage,
    Removal,
    entry_page,
    remove_page,
)
from comity.node.exercise.pages.scenario.trigger_form import TriggerForm, deed_words, since_words
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
            "brings": _brought(at, key),
            "findings": wrong.get(key, []),
        }
        for key, trigger in at.plan.triggers.items()
    ]


def _told(at: Opened, files: Mapping[str, bytes], key: str) -> dict[str, Any] | None:
    """Return when a trigger can fire and what it brings; None where it is not there."""
    plan = checked(at.one.name, files)
    if key not in plan.triggers:
        return None
    earliest = Reach(plan).of(f"trigger {key}")
    return {
        "earliest": earliest if earliest < NEVER else None,
        "brings": _brought(replace(at, plan=plan), key),
    }


def _brought(at: Opened, trigger: str) -> list[tuple[str, str]]:
    """Return key and title of the injects that a trigger brings."""
    return [
        (key, at.english.get(f"injects.{key}.title", "") or key)
        for key, one in at.plan.injects.items()
        if trigger and one.trigger == trigger
    ]


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
@mendable
def inject(request: HttpRequest, name: str, key: str = "") -> HttpResponse:
    """Change an inject, or add one."""
    if key and key not in opened(name).plan.injects:
        raise Http404
    page = EntryPage(template="exercise/scenario_inject.html", done="scenario-timeline", key=key)
    return entry_page(request, name, lambda *given: InjectForm(given[0], key, *given[1:]), page)


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
@mendable
def remove_inject(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Ask, and take an inject out with its texts."""
    at = opened(name)
    if key not in at.plan.injects:
        raise Http404
    what = Removal(
        heading=_("Remove the inject"),
        facts=((_("Inject"), at.english.get(f"injects.{key}.title", key)),),
        consequences=(_("Its texts are deleted in every language."),),
        done="scenario-timeline",
    )
    files = at.one.files
    return remove_page(request, at.one, lambda: with_entry(files, "inject", key, None), what)


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
@mendable
def trigger(request: HttpRequest, name: str, key: str = "") -> HttpResponse:
    """Change a trigger, or add one."""
    at = opened(name)
    if key and key not in at.plan.triggers:
        raise Http404
    for_inject = request.GET.get("for", "")

    def more(form: EntryForm, files: Mapping[str, bytes]) -> dict[str, Any]:
        return {"told": _told(at, files, form.settled)}

    page = EntryPage(
        template="exercise/scenario_trigger.html", done="scenario-timeline", key=key, more=more
    )

    def fresh(now: Opened, data: Any, files: Any) -> TriggerForm:
        return TriggerForm(now, key, data, files, brings=for_inject)

    return entry_page(request, name, fresh, page)


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
@mendable
def remove_trigger(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Ask, and take a trigger out that nothing waits for."""
    at = opened(name)
    if key not in at.plan.triggers:
        raise Http404
    brings = tuple((_("Brings"), title) for _inject, title in _brought(at, key))
    what = Removal(
        heading=_("Remove the trigger"),
        facts=((_("Trigger"), key), *brings),
        consequences=(_("What it brings has to come in another way first."),),
        done="scenario-timeline",
    )
    files = at.one.files
    return remove_page(request, at.one, lambda: with_entry(files, "trigger", key, None), what)
