"""One team in full: its timeline, what is to come, conversations, points; judging and branching."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.node.actions.action_form import done_by_page
from comity.node.core.clock import now
from comity.node.exercise import exercises
from comity.node.exercise.actions import BRANCH, STEER
from comity.node.exercise.pages.console import labels
from comity.node.exercise.pages.console.context import exercise_of, team_of, told_fault
from comity.node.exercise.pages.console.forms import (
    PACES,
    BranchForm,
    InjectForm,
    JudgeForm,
    PaceForm,
    SpeakForm,
)
from comity.node.exercise.pages.console.rows import Told, clock
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.team_status import WAITING, Standing, standings
from comity.node.exercise.timeline import timeline
from comity.node.models import Exercise, Team
from comity.node.people.permissions import Right
from comity.node.web.permissions import only
from comity.node.web.render import number_in, page
from comity.node.web.section_form import wrong_fields

LINES: Final = 100
POLL_S: Final = 5


@only(Right.TRAIN)
@here
def team(request: HttpRequest, exercise: str, team: str) -> HttpResponse:
    """Show one team."""
    found = exercise_of(exercise)
    return team_page(request, found, team_of(found, team).pk)


@only(Right.TRAIN)
@here
def now_(request: HttpRequest, exercise: str, team: str) -> HttpResponse:
    """Show what changes of a team alone, for a page that is open."""
    found = exercise_of(exercise)
    context = _context(request, found, team_of(found, team), Told(exercises.scenario_in(found)))
    return page(request, "exercise/console_team_now.html", context)


@only(Right.TRAIN, "POST")
@here
def judge(request: HttpRequest, exercise: str, team: str) -> HttpResponse:
    """Overrule the points of one thing, with a reason."""
    found = exercise_of(exercise)
    one, told = team_of(found, team), Told(exercises.scenario_in(found))
    form = _judge_form(told, request.POST)
    if not form.is_valid():
        return team_page(request, found, one.pk, forms={"judge": form})
    said = form.input.model_copy(update={"teams": [one.pk]})
    try:
        done_by_page(request, STEER, said, exercise=found.pk)
    except ComityError as fault:
        messages.error(request, told_fault(fault.code))
    else:
        messages.success(
            request, _("Your points count now; those of the machine stay beside them.")
        )
    return redirect("console-team", exercise=found.pk, team=one.pk)


@only(Right.TRAIN, "POST")
@here
def branch(request: HttpRequest, exercise: str, team: str) -> HttpResponse:
    """Let a new team go on from where this one stands."""
    found = exercise_of(exercise)
    one = team_of(found, team)
    form = BranchForm(request.POST, taken=found.teams.values_list("name", flat=True))
    if not form.is_valid():
        return team_page(request, found, one.pk, forms={"branch": form})
    try:
        made = done_by_page(request, BRANCH, form.input, exercise=found.pk, team=one.pk)
    except ComityError as fault:
        messages.error(request, told_fault(fault.code))
        return redirect("console-team", exercise=found.pk, team=one.pk)
    messages.success(
        request, _("The new team shares the past up to now. Give its people the code.")
    )
    return redirect("console-team", exercise=found.pk, team=made.pk)


def team_page(
    request: HttpRequest, found: Exercise, key: str, *, forms: dict[str, Any] | None = None
) -> HttpResponse:
    """Return the page of a team; with forms that were not valid, as they were typed."""
    told = Told(exercises.scenario_in(found))
    plan, one = told.scenario.plan, team_of(found, key)
    context = _context(request, found, one, told)
    standing: Standing = context["row"].one
    roles = [(name, told.plain(f"roles.{name}.title")[0]) for name in plan.roles]
    came = {each.inject for each in standing.view.delivered} if standing.view else set()
    injects = [
        (name, told.plain(f"injects.{name}.title")[0]) for name in plan.injects if name not in came
    ]
    made = {
        "pace": PaceForm(initial={"percent": standing.percent}),
        "speak": SpeakForm(roles=roles),
        "inject": InjectForm(injects=injects),
        "judge": _judge_form(told),
        "branch": BranchForm(),
        **(forms or {}),
    }
    steers = [(kind, labels.STEER[kind], labels.STEER_MEANS[kind]) for kind in labels.STEER]
    wrong = wrong_fields(list((forms or {}).values()))
    shown = {**context, **made, "steers": steers, "paces": PACES, "poll": f"every {POLL_S}s"}
    shown |= {"wrong_fields": wrong, "begun": standing.view is not None, "injects": bool(injects)}
    return page(request, "exercise/console_team.html", shown, status=422 if forms else 200)


def _judge_form(told: Told, data: Any = None) -> JudgeForm:
    plan = told.scenario.plan
    worth = {f"score {key}": one.points for key, one in plan.scores.items()}
    worth |= {f"task {key}": one.points for key, one in plan.tasks.items()}
    things = [(key, f"{_cut(told, key)} ({most})") for key, most in worth.items()]
    return JudgeForm(data, worth=worth, things=things)


def _cut(told: Told, key: str, most: int = 90) -> str:
    kind, _between, name = key.partition(" ")
    text, _lang = told.plain(f"scores.{name}" if kind == "score" else f"tasks.{name}.ask")
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _context(request: HttpRequest, found: Exercise, one: Team, told: Told) -> dict[str, Any]:
    """Return what changes of a team's page."""
    at = now()
    (standing,) = standings(found, at, only=one.pk)
    row = told.row(standing)
    return {
        "exercise": found,
        "title": told.text("title"),
        "team": one,
        "row": row,
        "open": found.closed_at is None,
        "waiting": standing.state == WAITING,
        "at": at,
        "summary": "; ".join(row.needs) or _("This team needs no attention."),
        "planned": _planned(told, standing),
        "threads": told.threads(standing),
        "points": [told.points(each) for each in standing.board.points] if standing.board else [],
        "address": reverse("console-team", args=[found.pk, one.pk]),
        "trail": [
            (reverse("exercises"), _("Exercises")),
            (reverse("console", args=[found.pk]), told.plain("title")[0]),
        ],
        **_timeline(request, told, standing),
    }


def _planned(told: Told, one: Standing) -> list[dict[str, Any]]:
    view = one.view
    if view is None:
        return []
    return [
        {
            "key": each.inject,
            "title": told.inject(each.inject),
            "plain": told.plain(f"injects.{each.inject}.title")[0],
            "kind": labels.INJECT[told.scenario.plan.injects[each.inject].kind],
            "at": clock(each.at_s),
            "left": max(each.at_s - view.passed_s, 0),
            "by": labels.CAME_BY[each.by],
        }
        for each in one.planned
    ]


def _timeline(request: HttpRequest, told: Told, one: Standing) -> dict[str, Any]:
    """Return a page of the timeline, the newest line first; ``before`` counts from the oldest."""
    if one.run is None or one.view is None:
        return {"lines": [], "earlier": 0, "earlier_page": False}
    entries = timeline(told.scenario, one.run, one.view)
    end = min(number_in(request.GET.get("before", "")) or len(entries), len(entries))
    begin = max(end - LINES, 0)
    return {
        "lines": told.lines(reversed(entries[begin:end])),
        "earlier": begin,
        "earlier_page": end < len(entries),
    }
