"""``comity exercise``: a trainer's exercises at a node in exercise mode."""

from pathlib import Path
from typing import Any

import click

from comity.canonical import MisuseError
from comity.canonical.amounts import counted
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, HERE, NEW, at_node, session, show
from comity.files.errors import translating

_EXERCISE = click.argument("exercise", metavar="EXERCISE")
_PERCENT = click.IntRange(1, 10_000)


@click.group(cls=Group)
def exercise() -> None:
    """Exercises at your node: make, begin, steer and close them, and see every team.

    Needs a node in exercise mode and a token with the right `train`. A usual day: `scenarios`,
    `new`, give each team its code, `begin`, `show` again and again, `steer`, `close`.
    """


@exercise.command("scenarios")
@click.option("--lang", default="en", show_default=True, help="Language of the titles.")
@at_node
@AS_JSON
@guarded
def scenarios(*, lang: str, url: str, token_file: Path, as_json: bool) -> None:
    """List the scenarios that can be played, and those in which something is to mend first."""
    found = session(url, token_file).get("/exercises/scenarios", lang=lang)
    if as_json:
        show(found)
        return
    for one in found["scenarios"]:
        mend = f"  {counted(one['to_mend'], 'thing')} to mend first" if one["to_mend"] else ""
        click.echo(f"{one['name']}  {one['minutes']} min  {one['title']}{mend}")


@exercise.command("list")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1), help="At most.")
@at_node
@AS_JSON
@guarded
def list_(*, most: int, url: str, token_file: Path, as_json: bool) -> None:
    """List exercises, the newest first."""
    api, after = session(url, token_file), ""
    found: list[dict[str, Any]] = []
    while len(found) < most:
        page = api.get("/exercises", after=after)
        found += page["exercises"]
        if page["next"] is None:
            break
        after = page["next"]
    found = found[:most]
    if as_json:
        show({"exercises": found})
        return
    for one in found:
        click.echo(
            f"{one['exercise']}  {one['state']:8} {one['scenario']}  teams {one['teams']}, "
            f"people {one['members']}  {one['made_at']}"
        )
    if not found:
        click.echo("no exercise was made here yet", err=True)


@exercise.command("new")
@click.argument("scenario")
@click.option("--team", "named", multiple=True, help="Name of a team; once for each.")
@click.option(
    "--teams-file", type=HERE, help="A text file with the names of the teams, one a line, UTF-8."
)
@click.option("--teams", "number", type=click.IntRange(1, 40), help="How many, called by numbers.")
@click.option("--hide-points", is_flag=True, help="Players and spectators see no points.")
@at_node
@AS_JSON
@guarded
def new(
    scenario: str,
    *,
    named: tuple[str, ...],
    teams_file: Path | None,
    number: int | None,
    hide_points: bool,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
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
    _tell(session(url, token_file).post("/exercises", wanted), as_json=as_json)


@exercise.command("show")
@_EXERCISE
@click.option("--team", default="", help="One team in full, by its name; as JSON.")
@at_node
@AS_JSON
@guarded
def show_(exercise: str, *, team: str, url: str, token_file: Path, as_json: bool) -> None:
    """Show how every team of EXERCISE stands: time, people, what came and comes, points, needs.

    With --team: everything that came and was done in it, and why each point.
    """
    api = session(url, token_file)
    found = api.get(f"/exercises/{exercise}")
    if team:
        (key,) = _keys(found, (team,))
        show(api.get(f"/exercises/{exercise}/teams/{key}"))
        return
    _tell(found, as_json=as_json)


@exercise.command("begin")
@_EXERCISE
@click.option("--pace", default=100, show_default=True, type=_PERCENT,
              help="Per cent of the wall clock: 200 is twice as fast.")  # fmt: skip
@at_node
@AS_JSON
@guarded
def begin(exercise: str, *, pace: int, url: str, token_file: Path, as_json: bool) -> None:
    """Let the time of EXERCISE run, for all teams from the same moment."""
    found = session(url, token_file).post(f"/exercises/{exercise}/begin", {"percent": pace})
    _tell(found, as_json=as_json)


@exercise.command("steer")
@_EXERCISE
@click.argument(
    "kind",
    type=click.Choice(
        ("pause", "resume", "freeze", "pace", "inject", "withhold", "speak", "judge")
    ),
)
@click.option("--team", "teams", multiple=True, help="To this team only, by name; may be repeated.")
@click.option("--percent", type=_PERCENT, help="With pace: per cent of the wall clock.")
@click.option("--inject", help="With inject and withhold: its key, as `show` names it.")
@click.option("--role", help="With speak: to this role only.")
@click.option("--text", help="With speak: what you say.")
@click.option("--score", help='With judge: "score KEY" or "task KEY".')
@click.option("--points", type=click.IntRange(-1000, 1000), help="With judge: what counts now.")
@click.option("--reason", help="With judge: why; the team reads it.")
@at_node
@AS_JSON
@guarded
def steer(
    exercise: str,
    kind: str,
    *,
    teams: tuple[str, ...],
    url: str,
    token_file: Path,
    as_json: bool,
    **names: Any,
) -> None:
    """Do one thing to the teams of EXERCISE: to all of them, or to those that --team names.

    pause, resume and freeze (players' deeds are refused) need nothing more; pace needs --percent,
    inject and withhold --inject, speak --text, judge --score, --points and --reason.
    """
    api = session(url, token_file)
    told = {name: value for name, value in names.items() if value is not None}
    if teams:
        told["teams"] = _keys(api.get(f"/exercises/{exercise}"), teams)
    done = api.post(f"/exercises/{exercise}/steer", {"kind": kind, **told})
    if as_json:
        show(done)
        return
    click.echo(f"{kind}: teams {len(done['teams'])}")


@exercise.command("points")
@_EXERCISE
@click.argument("what", type=click.Choice(("show", "hide")))
@at_node
@AS_JSON
@guarded
def points(exercise: str, what: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Let players and spectators of EXERCISE see points, or hide them."""
    api, wanted = session(url, token_file), {"shown": what == "show"}
    _tell(api.post(f"/exercises/{exercise}/board", wanted), as_json=as_json)


@exercise.command("branch")
@_EXERCISE
@click.argument("team")
@click.argument("name")
@at_node
@AS_JSON
@guarded
def branch(
    exercise: str, team: str, name: str, *, url: str, token_file: Path, as_json: bool
) -> None:
    """Let a new team NAME go on from where TEAM of EXERCISE stands; print its code."""
    api = session(url, token_file)
    (key,) = _keys(api.get(f"/exercises/{exercise}"), (team,))
    made = api.post(f"/exercises/{exercise}/teams/{key}/branch", {"name": name})
    show(made) if as_json else click.echo(f"{made['line']['code']}  {made['line']['name']}")


@exercise.command("export")
@_EXERCISE
@click.option("-o", "--output", required=True, type=NEW, help="The file to write, a new one.")
@at_node
@AS_JSON
@guarded
def export(exercise: str, *, output: Path, url: str, token_file: Path, as_json: bool) -> None:
    """Write everything of EXERCISE into a JSON file, but for codes; audited."""
    data = session(url, token_file).fetch(f"/exercises/{exercise}/export")
    with translating(f"writing {output}"), output.open("xb") as file:
        file.write(data)
    told = {"file": str(output), "bytes": len(data)}
    show(told) if as_json else click.echo(f"wrote {output}")


@exercise.command("close")
@_EXERCISE
@click.option("--yes", is_flag=True, help="Do not ask (for scripts).")
@at_node
@AS_JSON
@guarded
def close(exercise: str, *, yes: bool, url: str, token_file: Path, as_json: bool) -> None:
    """Close EXERCISE: nobody plays or steers it any more, and its players' accounts end.

    This cannot be undone. What happened stays and can be shown and exported.
    """
    if not yes:
        click.confirm(f"Close exercise {exercise} for good?", abort=True, err=as_json)
    _tell(session(url, token_file).post(f"/exercises/{exercise}/close"), as_json=as_json)


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


def _tell(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show(found)
        return
    click.echo(found["exercise"])
    for one in found["teams"]:
        passed = one["passed_s"]
        time = f"{passed // 60}:{passed % 60:02d}" if passed is not None else "-"
        points = f"{one['got']}/{one['of']}" if one["of"] is not None else "-"
        click.echo(
            f"{one['code'] or '-':10}  {one['state']:8} {time:>7}  {points:>7}  "
            f"{one['name']}  people {len(one['members'])}"
        )
        if one["test_before"] is not None and one["members"]:
            click.echo(f"    test before {one['test_before']}, after {one['test_after']}")
        if one["next"]:
            left = max(one["next"]["at_s"] - passed, 0) // 60
            click.echo(f"    next {one['next']['inject']} in {left} min")
        for need in one["needs"]:
            click.echo(f"    needs attention: {need['code']} {need['number'] or ''}".rstrip())
