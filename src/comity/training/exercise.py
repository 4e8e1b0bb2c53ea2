"""Reports of exercises, into the file of a cohort: who took part, and how far the team came.

A person took part if points of the report stand under the person's name; what counts for a course
are the points of the team. Nobody signs a report: the trainer answers for it.

Source: docs/reference/training.md, "Exercises".
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from comity.canonical import decode_loose
from comity.instruments.library import UNSEEN
from comity.training.cohort import Cohort, Member
from comity.training.columns import normal
from comity.training.enrolment import MAX_CELL
from comity.training.errors import DrillReportError
from comity.training.row import KEY, MAX_KEY
from comity.training.standing import Exercised

MAX_REPORT_BYTES: Final = 16 * 1024 * 1024
_MAX_TEAMS: Final = 100
_MAX_PLAYERS: Final = 1000
_MAX_POINTS: Final = 10**9
_MOST: Final = 100


@dataclass(frozen=True, kw_only=True)
class Team:
    """What a report says of one team.

    Attributes:
        percent: of the points, rounded down; never below 0.
        players: names of those whose deeds brought points, or cost some.
    """

    scenario: str
    edition: str
    team: str
    percent: int
    players: tuple[str, ...]


@dataclass(frozen=True)
class PlayerProblem:
    """Somebody of a report who was not taken.

    Attributes:
        code: ``player-unknown``, ``player-ambiguous``, ``player-many``.
    """

    team: str
    player: str
    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Played:
    """What a report came to."""

    cohort: Cohort
    taken: int
    repeated: int
    problems: tuple[PlayerProblem, ...]


def read_report(data: bytes) -> tuple[Team, ...]:
    """Return the teams of a report, untrusted.

    Args:
        data: what ``comity drill run --json`` or ``comity drill rehearse --json`` printed, or one
            ``report-N.json``.

    Raises:
        PeerError: it is none.
    """
    value = decode_loose(data, max_bytes=MAX_REPORT_BYTES)
    if not isinstance(value, dict):
        raise DrillReportError("no report of an exercise")
    teams = value.get("teams", [value])
    if not isinstance(teams, list) or not 1 <= len(teams) <= _MAX_TEAMS:
        raise DrillReportError(f"a report has one to {_MAX_TEAMS} teams")
    return tuple(map(_team, teams))


def take_exercise(
    cohort: Cohort,
    teams: Sequence[Team],
    *,
    scenarios: Collection[str],
    names: Mapping[str, str],
    at: datetime,
) -> Played:
    """Return the cohort with an exercise in it.

    Args:
        cohort: whose people played.
        teams: of the report.
        scenarios: those that the course asks for.
        names: name in the report -> reference of the person, for those who played under another.
        at: when it was held, aware UTC.

    Raises:
        DrillReportError: of another scenario than the course asks for, or a name of nobody.
    """
    other = sorted({team.scenario for team in teams} - set(scenarios))
    if other:
        asked = ", ".join(scenarios) or "no exercise"
        raise DrillReportError(f"a report of {', '.join(other)}; the course asks for {asked}")
    for person in names.values():
        if normal(person) not in cohort.members:
            raise DrillReportError("a player is said to be somebody who is not in the cohort")
    by_name = _by_name(cohort)
    told = {normal(name): normal(person) for name, person in names.items()}
    members: dict[str, Member] = dict(cohort.members)
    problems: list[PlayerProblem] = []
    taken = repeated = 0
    for team, player in _players(teams):
        key = normal(player)
        who = [told[key]] if key in told else by_name.get(key, [])
        problem = _problem(team, player, [members[one] for one in who])
        if problem is not None:
            problems.append(problem)
            continue
        (person,) = who
        made = Exercised(
            scenario=team.scenario,
            edition=team.edition,
            team=team.team,
            percent=team.percent,
            at=at,
        )
        if made in members[person].exercises:
            repeated += 1
            continue
        taken += 1
        exercises = (*members[person].exercises, made)
        members[person] = replace(members[person], exercises=exercises)
    return Played(
        cohort=cohort.with_members(members),
        taken=taken,
        repeated=repeated,
        problems=tuple(problems),
    )


def _players(teams: Sequence[Team]) -> Iterator[tuple[Team, str]]:
    for team in teams:
        for player in team.players:
            yield team, player


def _by_name(cohort: Cohort) -> dict[str, list[str]]:
    """Return name -> references, both as they are compared; a reference counts as a name."""
    found: dict[str, list[str]] = {}
    for key, member in cohort.members.items():
        for name in {normal(member.who.name), key}:
            found.setdefault(name, []).append(key)
    return found


def _problem(team: Team, player: str, who: Sequence[Member]) -> PlayerProblem | None:
    if not who:
        told = f"nobody of the cohort has that name: --player '{player}'=PERSON"
        return PlayerProblem(team.team, player, "player-unknown", told)
    if len(who) > 1:
        told = f"{len(who)} of the cohort have that name: --player '{player}'=PERSON"
        return PlayerProblem(team.team, player, "player-ambiguous", told)
    if len(who[0].exercises) >= _MOST:
        told = f"somebody has at most {_MOST} exercises"
        return PlayerProblem(team.team, player, "player-many", told)
    return None


def _team(value: object) -> Team:
    found = _object(value)
    scenario, board = found.get("scenario"), _object(found.get("board"))
    got, of = board.get("got"), board.get("of")
    if not isinstance(scenario, str) or len(scenario) > MAX_KEY or not KEY.fullmatch(scenario):
        raise DrillReportError("a team's report names no scenario")
    if type(got) is not int or type(of) is not int or not abs(got) <= of <= _MAX_POINTS or not of:
        raise DrillReportError("a team's points are no numbers, or more than could be had")
    players = _object(board.get("by_person"))
    if len(players) > _MAX_PLAYERS:
        raise DrillReportError(f"a team has at most {_MAX_PLAYERS} players")
    return Team(
        scenario=scenario,
        edition=_text(found.get("edition")),
        team=_text(found.get("team")),
        percent=max(got, 0) * 100 // of,
        players=tuple(map(_text, players)),
    )


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DrillReportError("no report of an exercise: an object lacks")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_CELL:
        raise DrillReportError("a team, an edition or a player has no name, or a very long one")
    if UNSEEN.search(value):
        raise DrillReportError("a name holds a character that no eye sees")
    return value
