"""The after-action report of a team: from when it is there, for whom, and beside which others."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from comity.canonical import MisuseError
from comity.drills import DrillError, Outline, naming, outline
from comity.node.exercise import exercises, quiz_store, team_events
from comity.node.log import audit
from comity.node.models import Exercise, Team, TeamMember
from comity.training.knowing import hidden

if TYPE_CHECKING:
    from comity.instruments import Library
    from comity.papers.after_action_text import AfterAction, ShortTest

MOST_EARLIER: Final = 12
NOT_BEGUN: Final = "not-begun"
NOT_OVER: Final = "not-over"
HIDDEN: Final = "hidden"


def moment_for(exercise: Exercise, at: datetime) -> datetime:
    """Return the moment that a report tells of: now, or that at which the exercise was closed."""
    return min(at, exercise.closed_at) if exercise.closed_at else at


def withheld(team: Team, at: datetime) -> str:
    """Return why a team's players do not read its report yet, or an empty text.

    They read it when the time of the exercise is over and while points are shown: before, it would
    give away what is still to be found. The trainer reads it at any time after the beginning.
    """
    if team.run is None:
        return NOT_BEGUN
    if not team.exercise.closed_at and not team_events.look_at(team, at).over:
        return NOT_OVER
    return "" if team.exercise.board_shown else HIDDEN


def for_trainer(team: Team, *, at: datetime, named: bool) -> "AfterAction":
    """Return a team's report as its trainer reads it, or as it leaves the house.

    Args:
        team: of an exercise that has begun.
        at: this node's clock.
        named: whether it names players; without it, roles stand in their place.

    Raises:
        ExerciseError: the exercise has not begun.
    """
    from comity.papers.after_action_text import AfterAction

    told = team_events.report_of(team, moment_for(team.exercise, at))
    return AfterAction(
        scenario=exercises.scenario_in(team.exercise),
        report=told if named else naming(told, ()),
        named=named,
        lessons=_lessons(team),
        earlier=earlier(team, at),
        test=_test(team, at, named=named),
    )


def for_player(member: TeamMember, *, at: datetime) -> "AfterAction":
    """Return the report of a player's own team: nobody else is named, and no other team told of.

    The caller has asked `withheld`.
    """
    from comity.papers.after_action_text import AfterAction

    told = team_events.report_of(member.team, moment_for(member.team.exercise, at))
    return AfterAction(
        scenario=exercises.scenario_in(member.team.exercise),
        report=naming(told, {member.name}),
        named=False,
        viewer=member.name,
        lessons=_lessons(member.team),
        earlier=None,
        test=_test(member.team, at, named=False, reader=member),
    )


def earlier(team: Team, at: datetime) -> tuple[Outline, ...]:
    """Return runs of the same scenario that began before and have ended, newest first.

    Editions may differ: each line says which it is of.
    """
    began = team.exercise.begun_at
    rows = Team.objects.select_related("exercise__edition").filter(
        exercise__edition__name=team.exercise.edition.name,
        exercise__begun_at__lt=began,
        run__isnull=False,
    )
    found: list[Outline] = []
    for other in rows.exclude(exercise=team.exercise).order_by("-exercise__begun_at", "name"):
        if len(found) == MOST_EARLIER:
            break
        if _has_ended(other, at):
            found.append(outline(team_events.report_of(other, moment_for(other.exercise, at))))
    return tuple(found)


def side_by_side(exercise: Exercise, at: datetime) -> tuple[tuple[Team, Outline], ...]:
    """Return the teams of an exercise that has begun, the most points first."""
    rows = exercise.teams.select_related("exercise__edition").filter(run__isnull=False)
    moment = moment_for(exercise, at)
    found = [(team, outline(team_events.report_of(team, moment))) for team in rows]
    return tuple(sorted(found, key=lambda pair: (-pair[1].got, pair[0].name)))


def as_pdf(
    told_of: "AfterAction", team: Team, *, lang: str, laws: "Library", by: str, at: datetime
) -> bytes:
    """Return a report as a paper. That it was taken out is audited.

    Raises:
        FontMissingError, PaperContentError, TypesettingError: as `after_action_pdf`.
    """
    from comity.papers.after_action import after_action_pdf
    from comity.papers.typeset import FontPlaces
    from comity.papers.words import words

    made = after_action_pdf(told_of, words(lang), laws, made_at=at, fonts=FontPlaces())
    _note(told_of, team, f"pdf {lang}", by=by, at=at)
    return made


def as_value(told_of: "AfterAction", team: Team, *, by: str, at: datetime) -> dict[str, Any]:
    """Return a report as JSON; one that names people holds their run too. This is audited."""
    from comity.papers.after_action import as_value as report_value

    value = report_value(told_of)
    if told_of.named:
        value["run"] = team_events.read(team).to_value()
    _note(told_of, team, "json", by=by, at=at)
    return value


def _note(told_of: "AfterAction", team: Team, form: str, *, by: str, at: datetime) -> None:
    detail = f"{form} names" if told_of.named else form
    audit.note(at=at, actor=by, action="exercise.reported", subject=team.pk, detail=detail)


def _test(
    team: Team, at: datetime, *, named: bool, reader: TeamMember | None = None
) -> "ShortTest | None":
    """Return the short test as it may be told, from the end on; None before, or without one.

    A report that names nobody tells no figures behind which only one or two people stand. A player
    reads what is right only after handing in the own paper.
    """
    from comity.papers.after_action_text import ShortTest

    found = quiz_store.figures_of(team) if _has_ended(team, at) else None
    if found is None:
        return None
    courses = quiz_store.courses_of(team.exercise)
    yours = quiz_store.sheet_of(reader) if reader is not None else None
    if yours is not None and yours.after is None:
        return ShortTest(figures=None, courses=courses, yours=yours)
    told = found if named else hidden(found, reader=yours)
    return ShortTest(figures=told, courses=courses, yours=yours)


def _has_ended(team: Team, at: datetime) -> bool:
    if team.exercise.closed_at is not None:
        return True
    try:
        return team_events.look_at(team, at).over
    except (DrillError, MisuseError):
        return False


def _lessons(team: Team) -> Sequence[Any]:
    from comity.papers.after_action_text import Lesson

    return tuple(
        Lesson(
            text=one.text,
            owner=one.owner,
            due=one.due,
            done=one.done_at is not None,
            corrected_on=max(
                (each.corrected_at.date() for each in one.wordings.all()), default=None
            ),
            withdrawn_on=one.withdrawn_at.date() if one.withdrawn_at else None,
        )
        for one in team.lessons.prefetch_related("wordings").order_by("due", "id")
    )
