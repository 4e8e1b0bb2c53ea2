"""Scenarios for trainers: the library, one told, how it would run, back to the shipped one."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.drills import SKILLS, DrillError, Scenario, read_scenario, unplayable
from comity.drills.telling import course, rehearsal, said, story
from comity.files.drills import shipped_names
from comity.instruments.words import ENGLISH
from comity.node.actions.action_form import done_by_page
from comity.node.exercise import scenario_editing
from comity.node.exercise.actions import DROP_SCENARIO
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.pages.scenario.context import (
    SHOWN,
    Held,
    held,
    reader_language,
    shown,
    told,
)
from comity.node.people.permissions import Right
from comity.node.web.labels import DONE
from comity.node.web.permissions import only
from comity.node.web.render import Confirm, confirm, page

_SKILL: Final = "good"


@only(Right.TRAIN)
@here
def scenarios(request: HttpRequest) -> HttpResponse:
    """List the library."""
    context = {"lines": scenario_editing.summaries(reader_language())}
    return page(request, "exercise/scenarios.html", context)


@only(Right.TRAIN)
@here
def scenario(request: HttpRequest, name: str) -> HttpResponse:
    """Tell a scenario as a trainer reads it, with what is to mend."""
    one = held(name)
    found = told(one)
    read = readable(one)
    context: dict[str, Any] = {
        "findings": found[:SHOWN],
        "number": len(unplayable(line.finding for line in found)),
        "english": sum(line.finding.is_warning for line in found),
        "story": story(read, reader_language(), answers=True) if read else None,
        "begins": read.plan.begins if read else None,
        "kinds": words.INJECT,
        "tasks": words.TASK,
        "shipped": name in shipped_names(),
    }
    return shown(request, "exercise/scenario.html", one, context)


@only(Right.TRAIN)
@here
def run(request: HttpRequest, name: str) -> HttpResponse:
    """Show how an exercise would run with a scripted team."""
    one, skill = held(name), request.GET.get("players", _SKILL)
    if skill not in SKILLS:
        raise Http404
    read, lang = readable(one), reader_language()
    context: dict[str, Any] = {"skill": skill, "skills": words.SKILL.items(), "lines": None}
    if read:
        context["lines"] = [
            {**line, "who": _who(read, line, lang), "what": _what(read, line, lang)}
            for line in course(read, lang, skill=skill)
        ]
        context["report"] = rehearsal(read, lang, skill=skill)
        context["ideal"] = [
            {"minute": good.minute, "text": said(read, f"good.{key}", lang), "cite": good.cite}
            for key, good in sorted(read.plan.good.items(), key=lambda pair: pair[1].minute)
        ]
    return shown(request, "exercise/scenario_run.html", one, context)


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def drop(request: HttpRequest, name: str) -> HttpResponse:
    """Ask, and drop the office's own edition of a name."""
    one = held(name)
    if not one.own:
        raise Http404
    is_shipped = name in shipped_names()
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        done_by_page(request, DROP_SCENARIO, scenario=name)
        messages.success(request, _("The office's own edition is gone."))
        return redirect("scenario", name=name) if is_shipped else redirect("scenarios")
    follows = _("The scenario that comes with the software will be shown again under this name.")
    asked = Confirm(
        heading=_("Delete own edition"),
        facts=((_("Scenario"), name),),
        consequences=(
            follows if is_shipped else _("There will be no scenario of this name here any more."),
            _("The changes of your trainers will no longer be shown. Download it first."),
            _("Exercises that were made with it continue with the edition they began with."),
        ),
        button=_("Delete own edition"),
        action=request.path,
        back=reverse("scenario", kwargs={"name": name}),
    )
    return confirm(request, asked)


def readable(one: Held) -> Scenario | None:
    """Return a scenario that can be told and rehearsed: nothing but languages is to mend."""
    found = scenario_editing.findings(one.name, one.files)
    if any(_stops(finding.file) for finding in found):
        return None
    try:
        return read_scenario(one.name, one.files)
    except DrillError:
        return None


def _stops(file: str) -> bool:
    return not file.startswith("texts/") or file == f"texts/{ENGLISH}.toml"


def _who(scenario: Scenario, line: dict[str, Any], lang: str) -> Any:
    """Return the name of the role that does what a line tells."""
    role = line["by"]
    return said(scenario, f"roles.{role}.title", lang) if role in scenario.plan.roles else role


def _what(scenario: Scenario, line: dict[str, Any], lang: str) -> list[Any]:
    """Return the words of one line: the title of what comes, or what is done and to what."""
    if line["text"]:
        return [line["text"]]
    names = line["names"]
    parts: list[Any] = [words.DEED[line["kind"]]]
    if "to" in names:
        parts.append(said(scenario, f"parties.{names['to']}", lang))
    for name, table in (("inject", "injects.{}.title"), ("task", "tasks.{}.ask")):
        if name in names:
            parts.append(said(scenario, table.format(names[name]), lang))
    parts += [DONE.get(names["type"], names["type"])] if "type" in names else []
    parts += [names[name] for name in ("answer", "exhibit") if name in names]
    return parts
