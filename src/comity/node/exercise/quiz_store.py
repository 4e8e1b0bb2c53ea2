"""The short test of an exercise: answered before it begins, and again after its end.

It is no deed and has no points. Nobody has to answer: who does not is counted as that. Answers are
held against the course of that day and what is right is kept: no later course changes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Count, Q

from comity.files.courses import quizzes, shipped_course
from comity.node.exercise import scenario_library
from comity.node.exercise.errors import QuizPaperError
from comity.node.exercise.run_cache import see
from comity.node.log import audit
from comity.node.models import Exercise, QuizPaper, Team, TeamMember
from comity.training.asking import Item, answered, items, marked
from comity.training.knowing import Figures, Paper, figures
from comity.training.model import Course

BEFORE: Final = str(QuizPaper.Moment.BEFORE)
AFTER: Final = str(QuizPaper.Moment.AFTER)


@dataclass(frozen=True)
class Counted:
    """How many people of a team answered anything at all."""

    before: int = 0
    after: int = 0


def has_test(exercise: Exercise) -> bool:
    """Tell whether the scenario names a test."""
    return bool(scenario_library.scenario_of(exercise.edition).plan.test)


def courses_of(exercise: Exercise) -> dict[str, Course]:
    """Return the courses whose questions are asked, as far as they are here."""
    named = {one.course for one in scenario_library.scenario_of(exercise.edition).plan.test}
    return {name: shipped_course(name) for name in sorted(named & quizzes().keys())}


def asked_in(exercise: Exercise) -> tuple[Item, ...]:
    """Return the questions of an exercise's test; none where it has no test."""
    plan = scenario_library.scenario_of(exercise.edition).plan
    return items(courses_of(exercise), [(one.course, one.question) for one in plan.test])


def treaty_of(exercise: Exercise) -> str:
    """Return the treaty of the scenario, whose articles are named by their number alone."""
    return scenario_library.scenario_of(exercise.edition).plan.treaty


def moment_of(team: Team, at: datetime) -> str:
    """Return which of the two can be answered now: `BEFORE`, `AFTER` or, in between, none."""
    if team.exercise.closed_at is not None:
        return ""
    if team.run is None:
        return BEFORE
    return AFTER if see(team, at).view.over else ""


def papers_of(member: TeamMember) -> dict[str, QuizPaper]:
    """Return what a person handed in, by its moment."""
    return {one.moment: one for one in member.papers.all()}


@transaction.atomic
def hand_in(
    member: TeamMember,
    moment: str,
    answers: Mapping[str, Sequence[str]],
    *,
    lang: str,
    at: datetime,
) -> QuizPaper:
    """Keep what a person answers; what is left empty is not answered.

    The first can be changed until the exercise begins. The second is kept once: then its right
    answers are shown.

    Args:
        member: who.
        moment: `BEFORE` or `AFTER`; it has to be the one that can be answered now.
        answers: question to what was chosen or typed; untrusted.
        lang: in which the person was asked.
        at: this node's clock.

    Raises:
        QuizPaperError: not now; says why.
        QuizAnswerError: an answer is none of its question.
    """
    exercise = Exercise.objects.select_for_update().get(pk=member.team.exercise_id)
    team = Team.objects.select_related("exercise__edition").get(pk=member.team_id)
    asked = asked_in(exercise)
    if not asked:
        raise QuizPaperError("this exercise has no test", why="none")
    _check_moment(team, moment, at)
    if moment == AFTER and member.papers.filter(moment=AFTER).exists():
        raise QuizPaperError("the test after the exercise is answered once", why="handed-in")
    kept = answered(asked, answers)
    paper, _ = QuizPaper.objects.update_or_create(
        member=member,
        moment=moment,
        defaults={
            "lang": lang[:16],
            "answers": {name: list(given) for name, given in kept.items()},
            "right": marked(asked, kept, lang),
            "handed_in_at": at,
        },
    )
    name = member.officer.user.get_username()
    audit.note(at=at, actor=name, action="exercise.tested", subject=member.team_id, detail=moment)
    return paper


def _check_moment(team: Team, moment: str, at: datetime) -> None:
    """Refuse an answer at another moment than its own.

    Raises:
        QuizPaperError: why.
    """
    if moment not in {BEFORE, AFTER}:
        raise QuizPaperError("a test is answered before or after the exercise", why="moment")
    if team.exercise.closed_at is not None:
        raise QuizPaperError("the exercise is closed", why="closed")
    if moment == moment_of(team, at):
        return
    if moment == BEFORE:
        told = "the exercise has begun: what was answered before it stays as it is"
        raise QuizPaperError(told, why="begun")
    raise QuizPaperError("the test after the exercise comes at its end", why="not-over")


# ------------------------------------------------------------------ for the trainer, and the report


def counted(exercise: Exercise) -> dict[str, Counted]:
    """Return how many people of each team answered anything; one query for all teams."""
    rows = (
        QuizPaper.objects.filter(member__team__exercise=exercise)
        .exclude(answers={})
        .values("member__team")
        .annotate(
            before=Count("pk", filter=Q(moment=BEFORE)), after=Count("pk", filter=Q(moment=AFTER))
        )
    )
    return {row["member__team"]: Counted(row["before"], row["after"]) for row in rows}


def sheet_of(member: TeamMember) -> Paper:
    """Return what a person answered, as it is counted."""
    by_moment = {one.moment: one.right for one in member.papers.all()}
    return Paper(
        person=member.name,
        role=member.role,
        before=by_moment.get(BEFORE),
        after=by_moment.get(AFTER),
    )


def figures_of(team: Team) -> Figures | None:
    """Return what a team knew, nothing hidden; None where nobody was asked."""
    plan = scenario_library.scenario_of(team.exercise.edition).plan
    members = list(team.members.prefetch_related("papers").order_by("pk"))
    if not plan.test or not members:
        return None
    sheets = [sheet_of(one) for one in members]
    return figures(sheets, [str(one) for one in plan.test], plan.roles)
