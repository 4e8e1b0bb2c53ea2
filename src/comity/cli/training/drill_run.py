"""Reading what commands of exercises are given: scenarios by name or folder, runs as files."""

import json
import tempfile
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from comity.canonical import MisuseError, PeerError, decode_foreign
from comity.cli.answers import show as show_json
from comity.cli.faults import guarded, interrupted_with
from comity.cli.frame import say
from comity.cli.frame import say as print_line
from comity.cli.options import AS_JSON, FOLDER
from comity.cli.papers import bytes_of
from comity.cli.tongues import spoken
from comity.demo.ending import ended_as_by_ctrl_c
from comity.drills import (
    SKILLS,
    DrillRunError,
    DrillUnsoundError,
    Run,
    Scenario,
    lint,
    read_run,
    read_scenario,
    unplayable,
)
from comity.drills import read_scenario as scenario_of
from comity.drills.telling import explained
from comity.files.courses import quizzes
from comity.files.drills import read_folder, read_shipped, shipped_names
from comity.files.instruments import library
from comity.files.publish import write_file
from comity.files.terminal import terminal
from comity.instruments import LANGUAGES
from comity.papers.visible import visible
from comity.papers.words import words

if TYPE_CHECKING:
    from comity.hall.founding import Founded, Order
    from comity.hall.running import Held

MAX_RUN_BYTES: Final = 16 * 1024 * 1024


def named(scenario: str) -> tuple[str, dict[str, bytes], str]:
    """Return name and files of a shipped scenario or of a folder, and what stands before a file."""
    if scenario in shipped_names():
        return scenario, read_shipped(scenario), f"{scenario}/"
    folder = Path(scenario)
    if not folder.is_dir():
        names = ", ".join(shipped_names())
        raise MisuseError(f"{visible(scenario)}: neither a folder nor one of: {names}")
    return folder.resolve().name, read_folder(folder), ""


def sound(scenario: str) -> Scenario:
    """Return a scenario that lint finds nothing to mend in.

    Raises:
        DrillUnsoundError: the first thing that it finds.
    """
    name, files, _ = named(scenario)
    found = lint(name, files, library(), languages=["en"], quizzes=quizzes())
    if found:
        told = f"{name} is not sound: {found[0].file}: {found[0].key}: {found[0].text}"
        raise DrillUnsoundError(told, file=found[0].file, key=found[0].key)
    return scenario_of(name, files)


def value_in(path: Path) -> dict[str, Any]:
    """Return the object of JSON in a file.

    Raises:
        DrillRunError: too large, or none.
    """
    data = bytes_of(path, MAX_RUN_BYTES)
    if len(data) > MAX_RUN_BYTES:
        raise DrillRunError(f"{visible(path.name)}: more than {MAX_RUN_BYTES} bytes are no run")
    try:
        value = decode_foreign(data, max_bytes=MAX_RUN_BYTES)
    except PeerError as fault:
        raise DrillRunError(f"{visible(path.name)}: not JSON") from fault
    if not isinstance(value, dict):
        raise DrillRunError(f"{visible(path.name)}: a run is an object")
    return value


def run_value(value: dict[str, Any]) -> dict[str, Any]:
    """Return the run in an object: the object, or the run in a report that names people."""
    run = value.get("run", value)
    return run if isinstance(run, dict) else {}


def run_in(scenario: Scenario, value: dict[str, Any]) -> Run:
    """Return the run in an object, every event admitted anew.

    Raises:
        DrillRunError: it is none, or of another edition.
    """
    return read_run(scenario, run_value(value))


def marked(text: str, lang: str, wanted: str) -> str:
    """Return a text, with a mark where it is not in the language that was wanted."""
    return text if lang == wanted else f"{text} [{lang}]"


def _out_of(told: dict[str, Any]) -> str:
    """Return points of those that were owed; of nothing there are none."""
    return f"{told['got']:>4} of {told['of']}" if told["got"] or told["of"] else "   –"


def print_report(told: dict[str, Any]) -> None:
    """Print what `explained` returns: points, what was lost, what went wrong."""
    board = told["board"]
    outcomes = words("en")  # as the rest of what is printed here
    print_line(f"{told['team']}: {_out_of(board).strip()} points")
    for one in board["points"]:
        at = "" if one["at_s"] is None else f", minute {one['at_s'] // 60}"
        outcome = outcomes(f"report.outcomes.{one['outcome']}")
        print_line(f"{_out_of(one):<11} {one['key']}: {outcome}{at}", indent=2)
        if one["got"] < max(one["of"], 0):
            print_line(marked(one["why"], one["why_lang"], told["lang"]), indent=14)
    for group in (told.get("test") or {}).get("groups", ()):
        marks = ", ".join(
            f"{at} {group[at]['right']} of {group[at]['of']} by {group[at]['people']}"
            for at in ("before", "after")
        )
        print_line(f"test, {group['role'] or 'the team'} of {group['people']}: {marks}", indent=2)
    for step in told["timeline"]:
        if step["outcome"] == "not-done":
            print_line(f"not done: {step['key']}, due minute {step['ideal_s'] // 60}", indent=2)
    for lost in told["lost"]:
        print_line(f"lost: {lost['inject']}, minute {lost['at_s'] // 60}", indent=2)
    for wrong in told["wrong"]:
        print_line(f"wrong: {wrong['key']}, minute {wrong['at_s'] // 60}", indent=2)


LOOK_EVERY_S: Final = 1.0
MOST_TEAMS: Final = 20


@click.command()
@click.argument("scenario")
@click.option(
    "--teams",
    default=2,
    show_default=True,
    type=click.IntRange(1, MOST_TEAMS),
    help="How many teams play side by side.",
)
@click.option("--name", "names", multiple=True, help="Of a team, in order; may be repeated.")
@click.option("--table-top", "table", is_flag=True, help="One node holds all; teams get none.")
@click.option("--auto", is_flag=True, help="Scripted players play all teams, at once.")
@click.option(
    "--skill",
    "skills",
    multiple=True,
    type=click.Choice(tuple(SKILLS)),
    help="Of scripted players, team by team; default: good, careless, late, silent, and so on.",
)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=lambda: spoken() if spoken() in LANGUAGES else "en",
    show_default="COMITY_LANG, else the locale's, else en",
    help="Language in which partners write, and of the points printed.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="New folder that keeps nodes and reports; default: nothing is stored.",
)
@click.option(
    "--port-base",
    default=8740,
    show_default=True,
    type=click.IntRange(1024, 65000),
    help="TCP port of the house on this machine; the nodes have those that follow.",
)
@AS_JSON
@guarded
def run(
    scenario: str,
    *,
    teams: int,
    names: tuple[str, ...],
    table: bool,
    auto: bool,
    skills: tuple[str, ...],
    lang: str,
    output: Path | None,
    port_base: int,
    as_json: bool,
) -> None:
    """Run an exercise with SCENARIO on this machine.

    Each team gets a node of its own, and so does each simulated State; what a team sends at its
    node counts at once. The trainer signs in at the house, begins, and steers; trainees join by
    the code of their team. All of it is in exercise mode: nothing can be taken for live, and
    nothing needs the internet. Ctrl-C ends it and prints the reports; TERM and a closed terminal
    do the same.

    Each report that -o keeps holds its run: `comity drill report FILE` makes a paper of it. What
    -o keeps can be continued, also after a kill: `comity drill resume FOLDER`.

    With --table-top teams get no nodes: they say on the exercise's own page what they would send.
    With --auto scripted players play it to the end. What a node did not let go is told: after a
    careless team's mistake, a message of the story may no longer be possible.
    """
    name, files, _ = named(scenario)
    if output is not None and output.exists() and any(output.iterdir()):
        raise click.BadParameter("the folder is not empty", param_hint="--output")
    found = unplayable(lint(name, files, library(), quizzes=quizzes()))
    if found:
        raise DrillUnsoundError(f"{name}: {len(found)} to mend; see `comity drill lint {name}`")
    from comity.hall.founding import Order, founded

    with tempfile.TemporaryDirectory(prefix="comity-exercise-") as spare:
        order = Order(
            scenario=read_scenario(name, files),
            files=files,
            teams=[*names, *(f"Team {number}" for number in range(len(names) + 1, teams + 1))],
            folder=(output or Path(spare, "exercise")).resolve(),
            port_base=port_base,
            lang=lang,
            table=table,
        )
        order.folder.mkdir(parents=True, exist_ok=True)
        tell = quiet if as_json else say
        kept = f"{order.folder} is kept as far as it was made" if output else "nothing was kept"
        with interrupted_with(kept), ended_as_by_ctrl_c():
            with founded(order, tell) as nodes:
                if auto:
                    told, beside = _auto(nodes, skills, tell, as_json=as_json)
                else:
                    from comity.hall.running import hold

                    told, beside = live(nodes, lambda say_so: hold(nodes, say_so))
            finish(order, told, beside, keep=output is not None, as_json=as_json)


type Told = tuple[list[dict[str, Any]], dict[str, list[dict[str, str]]]]


def _auto(
    nodes: "Founded", skills: Sequence[str], tell: Callable[[str], None], *, as_json: bool
) -> Told:
    from comity.hall.running import hold, play_itself

    running = hold(nodes, tell)
    order = nodes.order
    playing = [
        skills[number] if number < len(skills) else list(SKILLS)[_CAST[number % len(_CAST)]]
        for number in range(len(order.teams))
    ]
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=terminal(stderr=True), disable=as_json) as bar:
        task = bar.add_task("minutes of the exercise", total=order.scenario.plan.minutes)
        end = play_itself(running, playing, lambda minute: bar.update(task, completed=minute))
    return _told(running, end)


_CAST: Final = (0, 2, 1, 3)
"""Skills of teams in order: good, careless, late, silent."""


def live(nodes: "Founded", held: Callable[[Callable[[str], None]], "Held"]) -> Told:
    """Keep an exercise that people play until a signal ends it; return what it came to.

    Args:
        nodes: that answer.
        held: makes the exercise, or goes on with it; given what tells of it.
    """
    from comity.client.api import NodeSilentError
    from comity.hall.keeping import Keeper
    from comity.hall.running import go_on
    from comity.node.core.clock import now

    running = held(say)
    never, keeper = threading.Event(), Keeper(nodes.clock, running.exercise.pk)
    keeper.start()
    try:
        _show_seats(running)  # from its last line on, Ctrl-C ends the exercise as it says
        while not never.wait(LOOK_EVERY_S):
            try:
                go_on(running)
            except NodeSilentError as fault:
                say(f"a node gives no answer and is asked again: {fault}")
    except KeyboardInterrupt:
        say("stopping")
    finally:
        keeper.stop()
    return _told(running, now())


def _show_seats(running: "Held") -> None:
    from comity.hall.story import HOUSE
    from comity.node.exercise.codes import spaced

    nodes = running.founded
    house = nodes.url(HOUSE)
    say(f"the house: {house}")
    say(f"sign in at {HOUSE} {nodes.trainer.name}  password {nodes.trainer.password}")
    say(f"for a hall: {house}/hall/{running.exercise.hall}")
    for number, row in enumerate(running.rows()):
        say(f"{row.name}: join at {house}/exercise/join with the code {spaced(row.code)}")
        if running.nodes:
            party = running.nodes[number].party
            say(f"its node: {nodes.url(party)}", indent=2)
            for seat in nodes.accounts(party):
                say(f"sign in at {party} {seat.name}  password {seat.password}", indent=2)
    say(f"if this program is killed: comity drill resume {nodes.order.folder}")
    if running.exercise.begun_at is None:
        say("the exercise waits until the trainer begins it; Ctrl-C ends everything")
    else:
        say("the exercise waits until the trainer resumes it; Ctrl-C ends everything")


def _told(running: "Held", at: datetime) -> Told:
    from comity.hall.running import hostile, reports, runs, tests, unsaid

    order = running.order
    told = [
        explained(order.scenario, one, order.lang)
        | {"run": run.to_value(), "test": test.to_value() if test else None}
        for one, run, test in zip(reports(running, at), runs(running), tests(running), strict=True)
    ]
    beside = {
        "hostile": [dict(vars(one)) for one in hostile(running)],
        "unsaid": [dict(vars(one)) for one in unsaid(running)],
    }
    return told, beside


def finish(
    order: "Order",
    told: list[dict[str, Any]],
    beside: dict[str, list[dict[str, str]]],
    *,
    keep: bool,
    as_json: bool,
) -> None:
    """Print what an exercise came to, and with ``keep`` write a report for each team."""
    if keep:
        for number, one in enumerate(told, 1):
            data = json.dumps(one, ensure_ascii=False, indent=1).encode()  # `drill report` reads it
            target = order.folder / f"report-{number}.json"
            target.unlink(missing_ok=True)  # of the same exercise, before it went on
            write_file(target, data)
    if as_json:
        show_json({"teams": told, **beside})
        return
    for one in told:
        click.echo()
        print_report(one)
    for act in beside["hostile"]:
        say(f"hostile: {act['team']}, {act['deed']}, answered {act['answer'] or 'nothing'}")
    for miss in beside["unsaid"]:
        say(f"not said at a node: {miss['team']}, {miss['what']}: {miss['fault']}")
    if keep:
        what = "reports and nodes" if told else "no team has begun; nodes"
        say(f"{what}: {order.folder}")


def quiet(_text: str) -> None:
    """Say nothing."""


@click.command()
@click.argument("folder", type=FOLDER)
@AS_JSON
@guarded
def resume(folder: Path, *, as_json: bool) -> None:
    """Resume the exercise in FOLDER after an interruption.

    FOLDER is that of `comity drill run -o`, or the one that the terminal named. All nodes come
    back with the same addresses, codes, accounts and passwords, and partners are played again. The
    teams' time stands from the moment at which the program ended, until the trainer resumes it.
    """
    resume_exercise(folder, as_json=as_json)


def resume_exercise(folder: Path, *, as_json: bool) -> None:
    """Go on with the exercise in a folder, until it is ended again.

    Raises:
        ExerciseFolderError: there is none.
    """
    from comity.hall.founding import founded_again
    from comity.hall.record import read

    kept = read(folder)
    with (
        interrupted_with(f"{kept.order.folder} is kept. The same command resumes it"),
        ended_as_by_ctrl_c(),
    ):
        with founded_again(
            kept.order, kept.people, kept.tokens, quiet if as_json else say
        ) as nodes:
            from comity.hall.running import hold_again

            told, beside = live(nodes, lambda tell: hold_again(nodes, kept, tell))
        finish(kept.order, told, beside, keep=True, as_json=as_json)
