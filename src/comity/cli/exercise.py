"""``comity exercise``: a trainer's exercises at a node in exercise mode."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from comity.canonical import MisuseError
from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer, show, written
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import HERE, MOST, NEW, WORDS_LANG
from comity.files.errors import translating

_EXERCISE = click.argument("exercise", metavar="EXERCISE")


@click.group(cls=Group)
def exercise() -> None:
    """Exercises at your node: make, begin, steer and close them, and see every team.

    Needs a node in exercise mode and a token with the right `train`. A usual day: `scenarios`,
    `new`, give each team its code, `begin`, `show` again and again, `steer`, `close`.
    """


@exercise.command("scenarios")
@WORDS_LANG
@node_command
def scenarios(api: Api, *, lang: str) -> Answer:
    """List the scenarios that can be played, and those in which something is to mend first."""
    found = api.get("/exercises/scenarios", lang=lang)
    return Answer(found, map(_scenario, found["scenarios"]))


def _scenario(one: dict[str, Any]) -> str:
    mend = f"  {counted(one['to_mend'], 'thing')} to mend first" if one["to_mend"] else ""
    return f"{one['name']}  {one['minutes']} min  {one['title']}{mend}"


@exercise.command("list")
@MOST
@node_command
def list_(api: Api, *, most: int) -> Answer:
    """List exercises, the newest first."""
    found = api.first(most, "/exercises", "exercises")
    return Answer(found, map(_line, found["exercises"]), none="no exercise was made here yet")


def _line(one: dict[str, Any]) -> str:
    return (
        f"{one['exercise']}  {one['state']:8} {one['scenario']}  teams {one['teams']}, "
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
    """Make an exercise of SCENARIO; print its number, and each team's code.

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
    """Show how every team of EXERCISE stands: time, people, what came and comes, points, needs.

    With --team: everything that came and was done in it, and why each point.
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
    """Do one thing to the teams of EXERCISE: to all of them, or to those that --team names.

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
    """Let a new team NAME go on from where TEAM of EXERCISE stands; print its code."""
    (key,) = _keys(api.get(f"/exercises/{exercise}"), (team,))
    made = api.post(f"/exercises/{exercise}/teams/{key}/branch", {"name": name})
    return Answer(made, [f"{made['line']['code']}  {made['line']['name']}"])


@exercise.command("export")
@_EXERCISE
@click.option("-o", "--output", required=True, type=NEW, help="The file to write, a new one.")
@node_command
def export(api: Api, exercise: str, *, output: Path) -> Answer:
    """Write everything of EXERCISE into a JSON file, but for codes; audited."""
    return written(output, api.fetch(f"/exercises/{exercise}/export"))


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
            f"{one['code'] or '-':10}  {one['state']:8} {time:>7}  {points:>7}  "
            f"{one['name']}  people {len(one['members'])}"
        )
        if one["test_before"] is not None and one["members"]:
            yield f"    test before {one['test_before']}, after {one['test_after']}"
        if one["next"]:
            left = max(one["next"]["at_s"] - passed, 0) // 60
            yield f"    next {one['next']['inject']} in {left} min"
        for need in one["needs"]:
            yield f"    needs attention: {need['code']} {need['number'] or ''}".rstrip()


add_actions(exercise, {"exercise.begin": _told, "exercise.close": _told, "points.show": _told})
