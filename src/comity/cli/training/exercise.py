"""``comity exercise``: a trainer's exercises at a node in exercise mode."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError
from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer, show, written
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import HERE, MOST, NEW, WORDS_LANG, YES
from comity.files.errors import translating

_EXERCISE = click.argument("exercise", metavar="EXERCISE")

_STATES: Final = {
    "waiting": "not begun",
    "running": "running",
    "standing": "paused",
    "frozen": "frozen",
    "over": "time over",
    "closed": "closed",
}
_NEEDS: Final = {
    "empty": ("no one has joined", "no one has joined"),
    "silent": ("silent for {n} minute", "silent for {n} minutes"),
    "late": ("{n} thing not done in time", "{n} things not done in time"),
    "lost": ("{n} thing lost for good", "{n} things lost for good"),
    "wrong": ("{n} task without a try left", "{n} tasks without a try left"),
}
"""Why a team needs attention: of one, and of several; as the board says."""


@click.group(cls=Group)
def exercise() -> None:
    """Create, run and close exercises at your node.

    Needs a node in exercise mode and a token with the right `train`. A usual day: `scenarios`,
    `new`, give each team its code, `begin`, `show` again and again, `steer`, `close`.
    """


@exercise.command("scenarios")
@WORDS_LANG
@node_command
def scenarios(api: Api, *, lang: str) -> Answer:
    """List the scenarios, and those with errors."""
    found = api.get("/exercises/scenarios", lang=lang)
    return Answer(found, map(_scenario, found["scenarios"]))


def _scenario(one: dict[str, Any]) -> str:
    mend = f"  {counted(one['to_mend'], 'thing')} to mend first" if one["to_mend"] else ""
    return f"{one['name']}  {one['minutes']} min  {one['title']}{mend}"


@exercise.command("list")
@MOST
@node_command
def list_(api: Api, *, most: int) -> Answer:
    """List exercises, newest first."""
    found = api.first(most, "/exercises", "exercises")
    return Answer(found, map(_line, found["exercises"]), none="no exercise was made here yet")


def _line(one: dict[str, Any]) -> str:
    return (
        f"{one['exercise']}  {_STATES[one['state']]:9} {one['scenario']}  teams {one['teams']}, "
        f"people {one['members']}  {one['made_at']}"
    )


@exercise.command("new")
@click.argument("scenario")
@click.option("--team", "named", multiple=True, help="Name of a team; once for each.")
@click.option(
    "--teams-file", type=HERE, help="A text file with the names of the teams, one a line, UTF-8."
)
@click.option("--teams", "number", type=click.IntRange(1, 40), help="How many, called by numbers.")
@click.option("--hide-points", is_flag=True, help="Players and spectators see no points.")
@node_command
def new(
    api: Api,
    scenario: str,
    *,
    named: tuple[str, ...],
    teams_file: Path | None,
    number: int | None,
    hide_points: bool,
) -> Answer:
    """Create an exercise of SCENARIO; print its number and team codes.

    Say the teams in one way: --teams 4, --team Heron --team Ibis, or --teams-file. Nothing begins
    yet; people can join by the codes.
    """
    if sum(map(bool, (named, teams_file, number))) != 1:
        raise MisuseError("say the teams in one way: --teams, --team or --teams-file")
    names = list(named) or [f"Team {n}" for n in range(1, (number or 0) + 1)]
    if teams_file is not None:
        with translating(f"reading {teams_file}"):
            lines = teams_file.read_text("utf-8-sig").splitlines()
        names = [line.strip() for line in lines if line.strip()]
    wanted = {"scenario": scenario, "teams": names, "board_shown": not hide_points}
    return _told(api.post("/exercises", wanted))


@exercise.command("show")
@_EXERCISE
@click.option("--team", default="", help="One team in full, by its name; as JSON.")
@node_command
def show_(api: Api, exercise: str, *, team: str) -> Answer | None:
    """Show the status of every team of EXERCISE.

    With --team: everything that was received and done in it, and why each point.
    """
    found = api.get(f"/exercises/{exercise}")
    if not team:
        return _told(found)
    (key,) = _keys(found, (team,))
    show(api.get(f"/exercises/{exercise}/teams/{key}"))
    return None


@exercise.command("steer")
@_EXERCISE
@click.argument(
    "kind",
    type=click.Choice(
        ("pause", "resume", "freeze", "pace", "inject", "withhold", "speak", "judge")
    ),
)
@click.option("--team", "teams", multiple=True, help="To this team only, by name; may be repeated.")
@click.option(
    "--percent", type=click.IntRange(1, 10_000), help="With pace: per cent of the wall clock."
)
@click.option("--inject", help="With inject and withhold: its key, as `show` names it.")
@click.option("--role", help="With speak: to this role only.")
@click.option("--text", help="With speak: what you say.")
@click.option("--score", help='With judge: "score KEY" or "task KEY".')
@click.option("--points", type=click.IntRange(-1000, 1000), help="With judge: what counts now.")
@click.option("--reason", help="With judge: why; the team reads it.")
@node_command
def steer(api: Api, exercise: str, kind: str, *, teams: tuple[str, ...], **names: Any) -> Answer:
    """Send a control action to all teams of EXERCISE, or to --team.

    pause, resume and freeze (players' deeds are refused) need nothing more; pace needs --percent,
    inject and withhold --inject, speak --text, judge --score, --points and --reason.
    """
    told = {name: value for name, value in names.items() if value is not None}
    if teams:
        told["teams"] = _keys(api.get(f"/exercises/{exercise}"), teams)
    done = api.post(f"/exercises/{exercise}/steer", {"kind": kind, **told})
    return Answer(done, [f"{kind}: teams {len(done['teams'])}"])


@exercise.command("branch")
@_EXERCISE
@click.argument("team")
@click.argument("name")
@node_command
def branch(api: Api, exercise: str, team: str, name: str) -> Answer:
    """Create team NAME from the state of TEAM and print its code."""
    (key,) = _keys(api.get(f"/exercises/{exercise}"), (team,))
    made = api.post(f"/exercises/{exercise}/teams/{key}/branch", {"name": name})
    return Answer(made, [f"{made['line']['code']}  {made['line']['name']}"])


@exercise.command("export")
@_EXERCISE
@click.option("-o", "--output", required=True, type=NEW, help="The file to write, a new one.")
@node_command
def export(api: Api, exercise: str, *, output: Path) -> Answer:
    """Export EXERCISE as JSON, without codes. Audited."""
    return written(output, api.fetch(f"/exercises/{exercise}/export"))


@exercise.group("lesson", cls=Group)
def lesson() -> None:
    """Record, correct, withdraw and mark the lessons of a team."""


_TEAM = click.argument("team", metavar="TEAM")
_NUMBER = click.argument("number", metavar="NUMBER", type=click.IntRange(1))
_DUE = "Day by which it is done, as 2031-01-01; today or later."


@lesson.command("list")
@_EXERCISE
@_TEAM
@node_command
def lessons_(api: Api, exercise: str, team: str) -> Answer:
    """List the lessons of TEAM with their numbers, what is due first."""
    found = api.get(_lessons(api, exercise, team))
    lines = (line for one in found["lessons"] for line in _lesson_lines(one))
    return Answer(found, lines, none="no lesson was recorded yet")


@lesson.command("record")
@_EXERCISE
@_TEAM
@click.option("--text", required=True, help="What is to change.")
@click.option("--owner", required=True, help="Who does it.")
@click.option("--due", required=True, help=_DUE)
@node_command
def record_lesson(api: Api, exercise: str, team: str, **said: str) -> Answer:
    """Record a lesson of TEAM and print its number."""
    return _lesson(api.post(_lessons(api, exercise, team), said))


@lesson.command("correct")
@_EXERCISE
@_TEAM
@_NUMBER
@click.option("--text", help="What is to change.")
@click.option("--owner", help="Who does it.")
@click.option("--due", help=_DUE)
@node_command
def correct_lesson(api: Api, exercise: str, team: str, number: int, **said: str | None) -> Answer:
    """Correct lesson NUMBER of TEAM; what is left out stays.

    The earlier wording is retained, with who corrected it and when.
    """
    told = {name: value for name, value in said.items() if value is not None}
    if not told:
        raise MisuseError("say what changes: --text, --owner or --due")
    return _lesson(api.post(f"{_lessons(api, exercise, team)}/{number}/correct", told))


@lesson.command("withdraw")
@_EXERCISE
@_TEAM
@_NUMBER
@click.option("--reason", required=True, help="Why it is withdrawn.")
@YES
@node_command
def withdraw_lesson(
    api: Api, exercise: str, team: str, number: int, *, reason: str, yes: bool
) -> Answer:
    """Withdraw lesson NUMBER of TEAM for good; the report shows that."""
    if not yes:
        click.confirm(f"Withdraw lesson {number} for good?", abort=True, err=True)
    path = f"{_lessons(api, exercise, team)}/{number}/withdraw"
    return _lesson(api.post(path, {"reason": reason}))


@lesson.command("mark")
@_EXERCISE
@_TEAM
@_NUMBER
@click.option("--done/--open", required=True, default=None, help="How it stands.")
@node_command
def mark_lesson(api: Api, exercise: str, team: str, number: int, *, done: bool) -> Answer:
    """Mark lesson NUMBER of TEAM as done, or as open again."""
    return _lesson(api.post(f"{_lessons(api, exercise, team)}/{number}", {"done": done}))


def _lessons(api: Api, exercise: str, team: str) -> str:
    """Return the path of the lessons of a team that is named."""
    (key,) = _keys(api.get(f"/exercises/{exercise}"), (team,))
    return f"/exercises/{exercise}/teams/{key}/lessons"


def _lesson(one: dict[str, Any]) -> Answer:
    return Answer(one, _lesson_lines(one))


def _lesson_lines(one: dict[str, Any]) -> Iterator[str]:
    state = "done" if one["done_at"] else "open"
    if one["withdrawn_at"]:
        state = f"withdrawn {one['withdrawn_at']} by {one['withdrawn_by']}"
    yield f"{one['number']}  due {one['due']}  {state}  {one['owner']}: {one['text']}"
    if one["before"]:
        last = one["before"][-1]
        yield f"    corrected {last['corrected_at']} by {last['corrected_by']}"
    if one["withdrawn_at"]:
        yield f"    reason: {one['withdrawn_why']}"


def _keys(found: dict[str, Any], names: tuple[str, ...]) -> list[str]:
    """Return the keys of teams that are named.

    Raises:
        MisuseError: the exercise has no team of a name.
    """
    known = {one["name"]: one["team"] for one in found["teams"]}
    missing = [name for name in names if name not in known]
    if missing:
        raise MisuseError(f"the exercise has no team {missing[0][:64]!a}")
    return [known[name] for name in names]


def _told(found: dict[str, Any]) -> Answer:
    return Answer(found, _lines(found))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield found["exercise"]
    for one in found["teams"]:
        passed = one["passed_s"]
        time = f"{passed // 60}:{passed % 60:02d}" if passed is not None else "-"
        points = f"{one['got']}/{one['of']}" if one["of"] is not None else "-"
        yield (
            f"{one['code'] or '-':10}  {_STATES[one['state']]:9} {time:>7}  {points:>7}  "
            f"{one['name']}  people {len(one['members'])}"
        )
        if one["test_before"] is not None and one["members"]:
            yield f"    test before {one['test_before']}, after {one['test_after']}"
        if one["next"]:
            left = max(one["next"]["at_s"] - passed, 0) // 60
            yield f"    next {one['next']['inject']} in {left} min"
        for need in one["needs"]:
            yield f"    needs attention: {_needed(need['code'], need['number'])}"


def _needed(code: str, number: int) -> str:
    """Return why a team needs attention."""
    one, many = _NEEDS[code]
    return (one if number == 1 else many).format(n=number)


add_actions(exercise, {"exercise.begin": _told, "exercise.close": _told, "points.show": _told})
