"""The list of exercises, a new one, and one with every team at once."""

import functools
import json
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.node.actions.action_form import done_by_page
from comity.node.core.clock import now
from comity.node.core.pagination import PlaceError
from comity.node.exercise import codes, quiz_store
from comity.node.exercise import exercises as exercise_exercises
from comity.node.exercise.actions import MAKE
from comity.node.exercise.exercise_list import listed
from comity.node.exercise.pages.console import labels
from comity.node.exercise.pages.console.context import exercise_of, told_fault
from comity.node.exercise.pages.console.forms import PACES, InjectForm, NewForm, PaceForm, SpeakForm
from comity.node.exercise.pages.console.rows import Shown, Told, clock
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.scenario_list import choices
from comity.node.exercise.team_status import standings, whole
from comity.node.log import audit
from comity.node.models import Exercise
from comity.node.people.permissions import Right
from comity.node.web.permissions import only
from comity.node.web.render import going_on, page
from comity.node.web.section_form import wrong_fields
from comity.papers.label import svg
from comity.papers.qr import qr

POLL_S: Final = 5
JOIN: Final = "/exercise/join"
HALL: Final = "/hall/"


@only(Right.TRAIN)
@here
def exercises(request: HttpRequest) -> HttpResponse:
    """List exercises, the newest first."""
    after = request.GET.get("after", "")
    try:
        found, following = listed(after)
    except PlaceError:
        return redirect("exercises")
    lines = [(one, _title(one.exercise), one.state, labels.STATE[one.state]) for one in found]
    context = {"lines": lines, **going_on({}, after, following)}
    return page(request, "exercise/console_list.html", context)


def _title(exercise: Exercise) -> SafeString:
    return Told(exercise_exercises.scenario_in(exercise)).text("title")


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def new(request: HttpRequest) -> HttpResponse:
    """Make an exercise: scenario, teams, points shown or not."""
    known = choices((get_language() or "en").lower())
    posted = request.POST if request.method == "POST" else None
    form = NewForm(posted, choices=known, initial={"board_shown": True, "number": 2})
    wrong = ""
    if posted is not None and form.is_valid():
        try:
            made = done_by_page(request, MAKE, form.input)
        except ComityError as fault:
            wrong = told_fault(fault.code)
        else:
            return redirect("console", exercise=made.pk)
    context = {
        "form": form,
        "unsound": [one for one in known if not one.sound],
        "wrong": wrong,
        "wrong_fields": wrong_fields([form]),
    }
    status = 200 if posted is None else 422
    return page(request, "exercise/console_new.html", context, status=status)


@only(Right.TRAIN)
@here
def one(request: HttpRequest, exercise: str) -> HttpResponse:
    """Show every team of an exercise at once, and what can be done to all of them."""
    return console_page(request, exercise_of(exercise))


@only(Right.TRAIN)
@here
def now_(request: HttpRequest, exercise: str) -> HttpResponse:
    """Show the board alone, for a page that is open."""
    return page(request, "exercise/console_board.html", _board(exercise_of(exercise)))


@only(Right.TRAIN)
@here
def sheet(request: HttpRequest, exercise: str) -> HttpResponse:
    """Show the codes of the teams as sheets to print, each with a QR code."""
    found = exercise_of(exercise)
    host = request.build_absolute_uri("/").rstrip("/")
    teams = [
        {
            "name": team.name,
            "code": codes.spaced(team.code),
            "address": f"{host}{JOIN}",
            "picture": _picture(f"{host}{JOIN}?code={team.code}"),
        }
        for team in found.teams.order_by("id")
    ]
    hall = f"{host}{HALL}{found.hall}"
    context = {
        "exercise": found,
        "title": _title(found),
        "teams": teams,
        "hall": hall,
        "hall_code": codes.spaced(found.hall),
        "hall_picture": _picture(hall),
        "closed": found.closed_at is not None,
    }
    return page(request, "exercise/console_codes.html", context)


@functools.lru_cache(maxsize=256)
def _picture(text: str) -> SafeString:
    return mark_safe(svg(qr(text.encode())))  # noqa: S308 - a path made of numbers


@only(Right.TRAIN)
@here
def export(request: HttpRequest, exercise: str) -> HttpResponse:
    """Give everything of an exercise as JSON; audited."""
    found, at = exercise_of(exercise), now()
    audit.note(
        at=at, actor=request.user.get_username(), action="exercise.exported", subject=found.pk
    )
    text = json.dumps(whole(found, at), ensure_ascii=False, indent=1, sort_keys=True)
    answer = HttpResponse(text.encode(), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="exercise-{found.pk}.json"'
    return answer


def console_page(
    request: HttpRequest, found: Exercise, *, forms: dict[str, Any] | None = None, wrong: str = ""
) -> HttpResponse:
    """Return the console of an exercise; with forms that were not valid, as they were typed."""
    told = Told(exercise_exercises.scenario_in(found))
    plan = told.scenario.plan
    roles = [(key, told.plain(f"roles.{key}.title")[0]) for key in plan.roles]
    injects = [(key, told.plain(f"injects.{key}.title")[0]) for key in plan.injects]
    made: dict[str, Any] = {
        "pace": PaceForm(initial={"percent": 100}),
        "speak": SpeakForm(roles=roles),
        "inject": InjectForm(injects=injects),
        **(forms or {}),
    }
    context = {
        **_board(found),
        **made,
        "steers": [(kind, labels.STEER[kind], labels.STEER_MEANS[kind]) for kind in labels.STEER],
        "paces": PACES,
        "has_test": quiz_store.has_test(found),
        "poll": f"every {POLL_S}s",
        "wrong": wrong,
        "wrong_fields": wrong_fields(list((forms or {}).values())),
    }
    bad = bool(wrong or forms)
    return page(request, "exercise/console.html", context, status=422 if bad else 200)


def _board(found: Exercise) -> dict[str, Any]:
    """Return what the board shows."""
    told, at = Told(exercise_exercises.scenario_in(found)), now()
    stand = standings(found, at)
    rows = [told.row(one) for one in stand]
    return {
        "exercise": found,
        "title": told.text("title"),
        "state": state_of(found, rows),
        "minutes": clock(told.scenario.plan.minutes * 60),
        "rows": rows,
        "hall_code": codes.spaced(found.hall),
        "open": found.closed_at is None,
        "at": at,
        "summary": summary(rows),
        "pressing": any(row.needs for row in rows),
        "address": reverse("console", args=[found.pk]),
    }


def state_of(found: Exercise, rows: list[Shown]) -> Any:
    """Return the word for the whole exercise: that of its teams where they agree."""
    if found.closed_at:
        return labels.STATE["closed"]
    states = {row.one.state for row in rows}
    return labels.STATE[states.pop()] if len(states) == 1 else _("The teams stand differently")


def summary(rows: list[Shown]) -> str:
    """Return in one sentence how many teams need attention; read out when it changes."""
    pressing = sum(bool(row.needs) for row in rows)
    if not pressing:
        return _("No team needs attention.")
    told = ngettext("%(n)d team needs attention.", "%(n)d teams need attention.", pressing)
    return told % {"n": pressing}
