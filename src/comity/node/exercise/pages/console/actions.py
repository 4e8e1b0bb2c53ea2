"""What a trainer does to an exercise: begin, steer all teams or one, show points, close."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.canonical import ComityError
from comity.node.core.clock import now
from comity.node.exercise import exercises, quiz_store, trainer_actions
from comity.node.exercise.pages.console import labels
from comity.node.exercise.pages.console.context import exercise_of, team_of, told_fault
from comity.node.exercise.pages.console.forms import InjectForm, PaceForm, SpeakForm
from comity.node.exercise.pages.console.rows import Told
from comity.node.exercise.pages.console.team import team_page
from comity.node.exercise.pages.console.views import console_page
from comity.node.exercise.pages.exercise_only import here
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
    percent, by = form.cleaned_data["percent"], request.user.get_username()
    try:
        exercises.begin(found, at=now(), by=by, percent=percent)
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
    names, form = _names(request, kind, told)
    if names is None:
        forms = {kind if kind in {"pace", "speak"} else "inject": form}
        if team:
            return team_page(request, found, team, forms=forms)
        return console_page(request, found, forms=forms)
    by = request.user.get_username()
    try:
        done = trainer_actions.steer(
            found, kind, names, at=now(), by=by, teams=[team] if team else None
        )
    except ComityError as fault:
        messages.error(request, told_fault(fault.code))
    else:
        messages.success(request, _said(kind, len(done)))
    return _back(found, team, request.POST.get("from", ""))


def _names(request: HttpRequest, kind: str, told: Told) -> tuple[dict[str, str] | None, Any]:
    """Return the names of the event, or None with the form that has to be mended."""
    if kind == "pace":
        pace = PaceForm(request.POST)
        return ({"percent": str(pace.cleaned_data["percent"])}, pace) if pace.is_valid() else (
            None, pace)  # fmt: skip
    if kind == "speak":
        roles = [(key, key) for key in told.scenario.plan.roles]
        speak = SpeakForm(request.POST, roles=roles)
        if not speak.is_valid():
            return None, speak
        return {name: speak.cleaned_data[name] for name in ("role", "text")}, speak
    if "inject-inject" in request.POST:
        titles = [
            (key, told.plain(f"injects.{key}.title")[0]) for key in told.scenario.plan.injects
        ]
        inject = InjectForm(request.POST, injects=titles)
        return (inject.cleaned_data, inject) if inject.is_valid() else (None, inject)
    return {"inject": request.POST.get("inject", "")[:64]}, None


def _said(kind: str, number: int) -> str:
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
    exercises.show_board(found, shown, at=now(), by=request.user.get_username())
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
            exercises.close(found, at=now(), by=request.user.get_username())
        except ComityError as fault:
            messages.error(request, told_fault(fault.code))
        else:
            messages.success(request, _("The exercise is closed."))
        return redirect("console", exercise=found.pk)
    people = TeamMember.objects.filter(team__exercise=found).count()
    told = ngettext(
        "The account of %(n)d player is closed; nobody signs in with it again.",
        "The accounts of %(n)d players are closed; nobody signs in with them again.",
        people,
    )
    if not people:
        told = _("Nobody has joined, so no account is closed.")
    asked = Confirm(
        heading=_("Close this exercise?"),
        facts=[(_("Scenario"), Told(exercises.scenario_in(found)).plain("title")[0])],
        consequences=[
            _("Time stands still in every team; nothing is played, steered or judged any more."),
            told % {"n": people},
            _("The codes of the teams and of the hall let nobody in any more."),
            *_test_left(found, people),
            _("What happened, the points and the reports stay here and can be taken out."),
        ],
        button=_("Close the exercise"),
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
