"""The short test on a page of its own: answered before the exercise, and again after it."""

from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import ValidationError

from comity.node.actions.action_form import done_by_page
from comity.node.core.clock import now
from comity.node.exercise import quiz_store
from comity.node.exercise.actions import HAND_IN_TEST
from comity.node.exercise.errors import QuizPaperError
from comity.node.exercise.pages import room_labels as rw
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.room_context import member_in, no_team
from comity.node.exercise.quiz import WAITS, Quiz, quiz_of
from comity.node.exercise.schemas_room import QuizIn
from comity.node.models import TeamMember
from comity.node.people.permissions import Right
from comity.node.web.permissions import only
from comity.node.web.render import page
from comity.training.errors import QuizAnswerError

BEFORE_NAMES: Final = "q-"
"""What stands before a question's name in the form."""


@here
@only(Right.PLAY, "GET", "HEAD", "POST")
def test(request: HttpRequest) -> HttpResponse:
    """Show the short test: to be answered, or with what is right."""
    member = member_in(request)
    if member is None:
        return no_team(request)
    if request.method == "POST":
        return _handed_in(request, member)
    return _shown(request, member)


def _handed_in(request: HttpRequest, member: TeamMember) -> HttpResponse:
    """Keep what was answered; what is no answer is shown again beside the rest."""
    given = {
        name.removeprefix(BEFORE_NAMES): request.POST.getlist(name)
        for name in request.POST
        if name.startswith(BEFORE_NAMES)
    }
    moment = request.POST.get("moment", "")[:6]
    try:
        said = QuizIn.model_validate({"moment": moment, "lang": _lang(), "answers": given})
        paper = done_by_page(request, HAND_IN_TEST, said)
    except ValidationError as fault:
        return _malformed(request, member, given, fault)
    except QuizAnswerError as fault:
        return _shown(request, member, given=given, wrong=str(fault.facts["question"]))
    except QuizPaperError as fault:
        messages.error(request, str(rw.QUIZ_WHY[str(fault.facts["why"])]))
        return redirect("room-test")
    told = {"n": len(paper.answers), "of": len(quiz_store.asked_in(member.team.exercise))}
    if moment == quiz_store.AFTER:
        messages.success(request, _("You answered %(n)d of %(of)d. Here is what is right.") % told)
        return redirect("room-test")
    messages.success(request, _("You answered %(n)d of %(of)d. Thank you.") % told)
    return redirect("room")


def _malformed(
    request: HttpRequest, member: TeamMember, given: dict[str, list[str]], fault: ValidationError
) -> HttpResponse:
    """Return what is told where a paper is none: of no moment, or an answer is none."""
    place, *names = fault.errors(include_url=False, include_input=False)[0]["loc"]
    if place != "answers":
        messages.error(request, str(rw.QUIZ_WHY["moment"]))
        return redirect("room-test")
    return _shown(request, member, given=given, wrong=str(names[0] if names else place))


def _shown(
    request: HttpRequest,
    member: TeamMember,
    *,
    given: dict[str, list[str]] | None = None,
    wrong: str = "",
) -> HttpResponse:
    quiz = quiz_of(member, now(), _lang())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    if quiz is None:
        none = {"quiz": None, "why": rw.QUIZ_WHY["none"]}
        return page(request, "exercise/quiz.html", none, status=HTTPStatus.NOT_FOUND)
    why = rw.QUIZ_WHY[_waits(member)] if quiz.state == WAITS else ""
    if wrong and wrong not in {one.name for one in quiz.questions}:
        why = rw.FAULT["quiz-answer"]
    context = {
        "quiz": quiz,
        "why": why,
        "lines": _lines(quiz, given, wrong),
        "treaty": quiz_store.treaty_of(member.team.exercise),
    }
    return page(request, "exercise/quiz.html", context, status=status)


def _waits(member: TeamMember) -> str:
    return "closed" if member.team.exercise.closed_at is not None else "not-over"


def _lines(quiz: Quiz, given: dict[str, list[str]] | None, wrong: str) -> list[dict[str, object]]:
    """Return each question with what is chosen in it, and what is wrong with it."""
    found: list[dict[str, object]] = []
    for number, one in enumerate(quiz.questions, 1):
        chosen = (given or {}).get(one.name, []) if given is not None else list(one.answer)
        kind = one.kind if one.kind in rw.QUIZ_ANSWER else "other"
        found.append(
            {
                "one": one,
                "id": f"q{number}",
                "name": BEFORE_NAMES + one.name,
                "chosen": chosen,
                "typed": chosen[0] if chosen else "",
                "wrong": rw.QUIZ_ANSWER[kind] if one.name == wrong else "",
                "cites": [cite.rpartition(":") for cite in one.cites],
            }
        )
    return found


def _lang() -> str:
    return (get_language() or "en").lower()
