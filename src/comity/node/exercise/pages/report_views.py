"""After-action reports: of a team, for its trainer and for its players; of all teams together."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.files.languages import further
from comity.instruments import Library
from comity.node.actions.action import Action
from comity.node.actions.action_form import ActionForm, done_by_page
from comity.node.core.clock import now
from comity.node.core.formats import papers_language
from comity.node.core.law_library import lawbook
from comity.node.exercise import membership, reports
from comity.node.exercise.actions import (
    CORRECT_LESSON,
    MARK_LESSON,
    WITHDRAW_LESSON,
    WRITE_LESSON,
)
from comity.node.exercise.answers import lesson_value
from comity.node.exercise.errors import LessonWithdrawnError
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.report_comparison import beside
from comity.node.exercise.pages.report_forms import (
    LessonCorrectionForm,
    LessonForm,
    LessonWithdrawalForm,
)
from comity.node.exercise.pages.report_labels import HELP, NO_TEAM, WHY
from comity.node.exercise.schemas import LessonMarkIn
from comity.node.models import Exercise, Lesson, Team, TeamMember
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import labels as desk_words
from comity.node.web.office_day import office_day
from comity.node.web.permissions import caller, only
from comity.node.web.render import page
from comity.node.web.section_form import wrong_fields

type View = Callable[..., HttpResponseBase]


def _no(request: HttpRequest, why: str) -> HttpResponse:
    """Return the page that says why there is no report here."""
    return page(request, "exercise/report_none.html", {"why": WHY[why]}, status=404)


# ------------------------------------------------------------------ the trainer's


@only(Right.TRAIN)
@here
def report(request: HttpRequest, exercise: str, team: str) -> HttpResponse:
    """Show a team's report, and its lessons to write down."""
    return _trainers(request, _team(exercise, team), LessonForm())


@only(Right.TRAIN)
@here
def report_pdf(request: HttpRequest, exercise: str, team: str) -> HttpResponse:
    """Give a team's report as a paper; audited."""
    found = _team(exercise, team)
    if found.run is None:
        return _no(request, reports.NOT_BEGUN)
    told_of = reports.for_trainer(found, at=now(), named=_named(request))
    return _pdf(request, told_of, found, reverse("exercise-report", args=[exercise, team]))


@only(Right.TRAIN)
@here
def report_json(request: HttpRequest, exercise: str, team: str) -> HttpResponse:
    """Give a team's report as data; audited."""
    found = _team(exercise, team)
    if found.run is None:
        return _no(request, reports.NOT_BEGUN)
    at, by = now(), request.user.get_username()
    told_of = reports.for_trainer(found, at=at, named=_named(request))
    return _json(reports.as_value(told_of, found, by=by, at=at))


@only(Right.TRAIN, "POST")
@here
def lesson_new(request: HttpRequest, exercise: str, team: str) -> HttpResponse:
    """Write a lesson of a team down."""
    found, form = _team(exercise, team), LessonForm(request.POST)
    if not form.is_valid():
        return _trainers(request, found, form, status=422)
    try:
        done_by_page(request, WRITE_LESSON, form.input, exercise=exercise, team=team)
    except ComityError as fault:
        messages.error(request, desk_words.fault(fault.code))
    else:
        messages.success(request, _("Lesson recorded."))
    return redirect("exercise-report", exercise=exercise, team=team)


@only(Right.TRAIN, "POST")
@here
def lesson_mark(request: HttpRequest, exercise: str, team: str, row_id: int) -> HttpResponse:
    """Mark a lesson as done, or as open again."""
    told = LessonMarkIn(done=request.POST.get("done") == "1")
    try:
        done_by_page(request, MARK_LESSON, told, exercise=exercise, team=team, number=row_id)
    except LessonWithdrawnError as fault:  # a colleague withdrew it since the page was read
        messages.error(request, desk_words.fault(fault.code))
    return redirect("exercise-report", exercise=exercise, team=team)


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def lesson_correct(request: HttpRequest, exercise: str, team: str, row_id: int) -> HttpResponse:
    """Show a lesson with what it said before, and correct it."""
    found = _lesson(exercise, team, row_id)
    form = LessonCorrectionForm(request.POST or None, initial=lesson_value(found))
    if request.method != "POST" or not form.is_valid():
        return _lesson_page(request, found, form, LessonWithdrawalForm())
    place = {"exercise": exercise, "team": team, "number": row_id}
    return _lesson_changed(request, CORRECT_LESSON, form, place, _("Lesson corrected."))


@only(Right.TRAIN, "POST")
@here
def lesson_withdraw(request: HttpRequest, exercise: str, team: str, row_id: int) -> HttpResponse:
    """Withdraw a lesson, with a reason."""
    found, form = _lesson(exercise, team, row_id), LessonWithdrawalForm(request.POST)
    if not form.is_valid():
        correction = LessonCorrectionForm(initial=lesson_value(found))
        return _lesson_page(request, found, correction, form)
    place = {"exercise": exercise, "team": team, "number": row_id}
    return _lesson_changed(request, WITHDRAW_LESSON, form, place, _("Lesson withdrawn."))


@only(Right.TRAIN)
@here
def compare(request: HttpRequest, exercise: str) -> HttpResponse:
    """Show all teams of an exercise side by side."""
    row = Exercise.objects.select_related("edition").filter(pk=exercise).first()
    if row is None:
        raise Http404
    if row.begun_at is None:
        return _no(request, reports.NOT_BEGUN)
    context = beside(row, reports.side_by_side(row, now()), laws=_laws(), at=now())
    return page(request, "exercise/report_compare.html", {"exercise": row, "help": HELP, **context})


# ------------------------------------------------------------------ the player's


@only(Right.PLAY)
@here
def own_report(request: HttpRequest) -> HttpResponse:
    """Show the report of the player's own team, the player's own deeds first."""
    member, why = _own(request)
    if member is None or why:
        return _no(request, why)
    told_of = reports.for_player(member, at=now())
    context = _shown(told_of) | {"team": member.team, "help": HELP}
    return page(request, "exercise/report_own.html", context)


@only(Right.PLAY)
@here
def own_report_pdf(request: HttpRequest) -> HttpResponse:
    """Give the player the report as a paper; audited."""
    member, why = _own(request)
    if member is None or why:
        return _no(request, why)
    return _pdf(request, reports.for_player(member, at=now()), member.team, reverse("room-report"))


@only(Right.PLAY)
@here
def own_report_json(request: HttpRequest) -> HttpResponse:
    """Give the player the report as data; audited."""
    member, why = _own(request)
    if member is None or why:
        return _no(request, why)
    at, by = now(), request.user.get_username()
    told_of = reports.for_player(member, at=at)
    return _json(reports.as_value(told_of, member.team, by=by, at=at))


# ------------------------------------------------------------------ shared


def _team(exercise: str, team: str) -> Team:
    rows = Team.objects.select_related("exercise__edition")
    found = rows.filter(pk=team, exercise=exercise).first()
    if found is None:
        raise Http404
    return found


def _lesson(exercise: str, team: str, number: int) -> Lesson:
    found = _team(exercise, team).lessons.filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _lesson_page(
    request: HttpRequest,
    lesson: Lesson,
    form: LessonCorrectionForm,
    withdrawal: LessonWithdrawalForm,
) -> HttpResponse:
    told = {
        "lesson": lesson,
        "before": lesson.wordings.order_by("-pk"),
        "form": form,
        "withdrawal": withdrawal,
        "wrong_fields": wrong_fields([form, withdrawal]),
    }
    status = 422 if form.errors or withdrawal.errors else 200
    return page(request, "exercise/lesson.html", told, status=status)


def _lesson_changed(
    request: HttpRequest, action: Action, form: ActionForm, place: dict[str, Any], done: str
) -> HttpResponse:
    """Do what a form of a lesson says, and go back to the report."""
    try:
        done_by_page(request, action, form.input, **place)
    except ComityError as fault:
        messages.error(request, desk_words.fault(fault.code))
    else:
        messages.success(request, done)
    return redirect("exercise-report", exercise=place["exercise"], team=place["team"])


def _own(request: HttpRequest) -> tuple[TeamMember | None, str]:
    member = membership.member_of(caller(request))
    if member is None:
        return None, NO_TEAM
    return member, reports.withheld(member.team, now())


def _trainers(
    request: HttpRequest, team: Team, form: LessonForm, status: int = 200
) -> HttpResponse:
    if team.run is None:
        return _no(request, reports.NOT_BEGUN)
    at = now()
    told_of = reports.for_trainer(team, at=at, named=True)
    context = _shown(told_of) | {
        "team": team,
        "form": form,
        "wrong_fields": wrong_fields([form]),
        "lessons": team.lessons.prefetch_related("wordings").order_by("due", "pk"),
        "as_it_stands": reports.withheld(team, at) == reports.NOT_OVER,
        "help": HELP,
        "today": office_day(at),
    }
    return page(request, "exercise/report.html", context, status=status)


def _shown(told_of: Any) -> dict[str, Any]:
    """Return a report as templates tell it: its first page, its parts, and what it is given in."""
    from comity.papers.after_action_parts import parts
    from comity.papers.after_action_text import Teller, first_page
    from comity.papers.words import words

    tell = Teller(told_of, words(papers_language()), _laws())
    return {
        "first": first_page(tell),
        "decide": tell("decide"),
        "parts": parts(tell),
        "papers": [(lang, settings.LANGUAGE_NAMES.get(lang, lang)) for lang in _offered()],
        "chosen": papers_language(),
    }


def _laws() -> Library:
    return lawbook(this_service().node.config).library


def _offered() -> tuple[str, ...]:
    """Return the languages in which the paper can be had."""
    from comity.papers.words import LANGUAGES

    return (*LANGUAGES, *further())


def _named(request: HttpRequest) -> bool:
    return request.GET.get("people") == "1"


def _pdf(request: HttpRequest, told_of: Any, team: Team, back: str) -> HttpResponse:
    lang = request.GET.get("lang", "") or papers_language()
    if lang not in _offered():
        raise Http404
    by = request.user.get_username()
    try:
        data = reports.as_pdf(told_of, team, lang=lang, laws=_laws(), by=by, at=now())
    except ComityError as fault:
        messages.error(request, desk_words.fault(fault.code))
        return redirect(back)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="after-action-{team.pk}-{lang}.pdf"'
    return answer


def _json(value: dict[str, Any]) -> HttpResponse:
    return JsonResponse(value, json_dumps_params={"ensure_ascii": False, "indent": 1})
