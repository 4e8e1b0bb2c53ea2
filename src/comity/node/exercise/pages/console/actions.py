"""What a trainer does to an exercise: begin, steer all teams or one, show points, close."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import ValidationError

from comity.canonical import ComityError
from comity.drills import DrillEventError
from comity.node.actions.action_form import done_by_page
from comity.node.exercise import exercises, quiz_store
from comity.node.exercise.actions import BEGIN, CLOSE, SHOW_POINTS, STEER
from comity.node.exercise.pages.console import labels
from comity.node.exercise.pages.console.context import exercise_of, team_of, told_fault
from comity.node.exercise.pages.console.forms import InjectForm, PaceForm, SpeakForm
from comity.node.exercise.pages.console.rows import Told
from comity.node.exercise.pages.console.team import team_page
from comity.node.exercise.pages.console.views import console_page
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.schemas import BoardIn, SteerIn
from comity.node.models import Exercise, TeamMember
from comity.node.people.permissions import Right
from comity.node.web.permissions import only
from comity.node.web.render import Confirm, confirm


@only(Right.TRAIN, "POST")
@here
def begin(request: HttpRequest, exercise: str) -> HttpResponse:
    """Let exercise time run for all teams."""
    found, form = exercise_of(exercise), PaceForm(request.POST)
    if not form.is_valid():
        return console_page(request, found, forms={"pace": form})
    try:
        done_by_page(request, BEGIN, form.input, exercise=found.pk)
    except ComityError as fault:
        messages.error(request, told_fault(fault.code))
    else:
        messages.success(request, _("The exercise has begun, for all teams from the same moment."))
    return redirect("console", exercise=found.pk)


@only(Right.TRAIN, "POST")
@here
def steer(request: HttpRequest, exercise: str) -> HttpResponse:
    """Do one thing to one team, or to all of them."""
    found, kind = exercise_of(exercise), request.POST.get("kind", "")[:20]
    team = request.POST.get("team", "")[:36]
    if team:
        team_of(found, team)
    told = Told(exercises.scenario_in(found))
    try:
        said, form = _said_of(request, kind, told)
    except ValidationError:  # no form of this page sends such a thing
        messages.error(request, told_fault(DrillEventError.code))
        return _back(found, team, request.POST.get("from", ""))
    if said is None:
        forms = {kind if kind in {"pace", "speak"} else "inject": form}
        if team:
            return team_page(request, found, team, forms=forms)
        return console_page(request, found, forms=forms)
    try:
        to = said.model_copy(update={"teams": [team] if team else None})
        done = done_by_page(request, STEER, to, exercise=found.pk)
    except ComityError as fault:
        messages.error(request, told_fault(fault.code))
    else:
        messages.success(request, _done(kind, len(done)))
    return _back(found, team, request.POST.get("from", ""))


def _said_of(request: HttpRequest, kind: str, told: Told) -> tuple[SteerIn | None, Any]:
    """Return what is done, or None with the form that has to be mended.

    Raises:
        ValidationError: the kind or the inject is none.
    """
    if kind == "pace":
        pace = PaceForm(request.POST)
        if not pace.is_valid():
            return None, pace
        return SteerIn.model_validate({"kind": kind, **pace.values()}), pace
    form: SpeakForm | InjectForm
    if kind == "speak":
        roles = [(key, key) for key in told.scenario.plan.roles]
        form = SpeakForm(request.POST, roles=roles)
    elif "inject-inject" in request.POST:
        titles = [
            (key, told.plain(f"injects.{key}.title")[0]) for key in told.scenario.plan.injects
        ]
        form = InjectForm(request.POST, injects=titles)
    else:
        inject = request.POST.get("inject", "")[:64]
        return SteerIn.model_validate({"kind": kind, "inject": inject or None}), None
    return (SteerIn.model_validate(form.values()), form) if form.is_valid() else (None, form)


def _done(kind: str, number: int) -> str:
    told = ngettext("%(what)s: %(n)d team.", "%(what)s: %(n)d teams.", number)
    return told % {"what": labels.DID[kind], "n": number}


def _back(found: Exercise, team: str, origin: str) -> HttpResponse:
    if team and origin != "board":
        return redirect("console-team", exercise=found.pk, team=team)
    return redirect("console", exercise=found.pk)


@only(Right.TRAIN, "POST")
@here
def board(request: HttpRequest, exercise: str) -> HttpResponse:
    """Show points to players and spectators, or hide them."""
    found, shown = exercise_of(exercise), request.POST.get("shown") == "1"
    done_by_page(request, SHOW_POINTS, BoardIn(shown=shown), exercise=found.pk)
    told = _("Players and spectators see points now.") if shown else _(
        "Players and spectators see no points now."
    )  # fmt: skip
    messages.success(request, told)
    return redirect("console", exercise=found.pk)


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def close(request: HttpRequest, exercise: str) -> HttpResponse:
    """Close an exercise, after saying what follows."""
    found = exercise_of(exercise)
    if found.closed_at is not None:
        messages.error(request, _("This exercise is closed already."))
        return redirect("console", exercise=found.pk)
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        try:
            done_by_page(request, CLOSE, exercise=found.pk)
        except ComityError as fault:
            messages.error(request, told_fault(fault.code))
        else:
            messages.success(request, _("The exercise is closed."))
        return redirect("console", exercise=found.pk)
    people = TeamMember.objects.filter(team__exercise=found).count()
    told = ngettext(
        "The account of %(n)d player is closed; it no longer signs in.",
        "The accounts of %(n)d players are closed; they no longer sign in.",
        people,
    )
    if not people:
        told = _("No one has joined, so no account is closed.")
    asked = Confirm(
        heading=_("Close this exercise?"),
        facts=[(_("Scenario"), Told(exercises.scenario_in(found)).plain("title")[0])],
        consequences=[
            _("Time stops in every team; nothing is played, steered or judged any more."),
            told % {"n": people},
            _("The codes of the teams and of the spectator screen no longer admit anyone."),
            *_test_left(found, people),
            _("Events, points and reports stay here and can be downloaded."),
        ],
        button=_("Close exercise"),
        action=reverse("console-close", args=[found.pk]),
        back=reverse("console", args=[found.pk]),
    )
    return confirm(request, asked, status=200 if request.method != "POST" else 422)


def _test_left(found: Exercise, people: int) -> list[str]:
    """Return that people who have not answered the test after the exercise no longer can."""
    if found.begun_at is None or not quiz_store.has_test(found):
        return []
    left = people - sum(one.after for one in quiz_store.counted(found).values())
    if left <= 0:
        return []
    told = ngettext(
        "%(n)d player has not answered the short test at the end, and no longer can.",
        "%(n)d players have not answered the short test at the end, and no longer can.",
        left,
    )
    return [told % {"n": left}]
