"""``comity duty ladder``: who is woken when, for each kind of alarm."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from comity.canonical import MisuseError
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, at_node, session, show

_KIND = click.argument("kind", metavar="KIND")


@click.group(cls=Group)
def ladder() -> None:
    """Who is woken when, for each kind of alarm: list, show, set, default."""


@ladder.command("list")
@at_node
@AS_JSON
@guarded
def list_(*, url: str, token_file: Path, as_json: bool) -> None:
    """List the ladder of every kind; `any` is for the kinds that have none of their own."""
    found = session(url, token_file).get("/duty/ladders")
    if as_json:
        show(found)
        return
    for one in found["ladders"]:
        _tell(one)


@ladder.command("show")
@_KIND
@at_node
@AS_JSON
@guarded
def show_(kind: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Show the ladder of KIND, its steps as `set` takes them."""
    found = session(url, token_file).get("/duty/ladders")["ladders"]
    one = next((one for one in found if one["kind"] == kind), None)
    if one is None:
        known = ", ".join(one["kind"] for one in found)
        raise MisuseError(f"there is no such kind of alarm; known: {known}")
    _answer(one, as_json=as_json)


@ladder.command("set")
@_KIND
@click.option(
    "--step",
    "steps",
    multiple=True,
    required=True,
    metavar="MINUTES:WHOM:CHANNEL,...",
    help="One step, repeat it in order of time: 10:second:screen,mail,webhook. WHOM is officer,"
    " second, deputy, head or list; a channel is screen, mail or webhook.",
)
@click.option(
    "--repeat", "repeat_minutes", required=True, type=int, help="Minutes until it begins again."
)
@at_node
@AS_JSON
@guarded
def set_(
    kind: str,
    *,
    steps: tuple[str, ...],
    repeat_minutes: int,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Keep a ladder of the office's own for KIND. Alarms that are open climb it at once."""
    told = {"steps": [_step(one) for one in steps], "repeat_minutes": repeat_minutes}
    _answer(session(url, token_file).post(f"/duty/ladders/{kind}", told), as_json=as_json)


def _step(text: str) -> dict[str, Any]:
    """Return a step as the node takes it; what it may say is the node's to judge."""
    minutes, _, rest = text.partition(":")
    whom, between, channels = rest.partition(":")
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= 6 and between):
        raise MisuseError("a step is MINUTES:WHOM:CHANNEL,... such as 0:officer:screen,mail")
    return {"minutes": int(minutes), "whom": whom, "channels": channels.split(",")}


def _answer(one: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show(one)
    else:
        _tell(one)


def _tell(one: dict[str, Any]) -> None:
    for line in ladder_lines(one):
        click.echo(line)


def ladder_lines(one: dict[str, Any]) -> Iterator[str]:
    """Yield a ladder, its steps as `set` takes them."""
    whose = "the office's own" if one["own"] else "as shipped, or as for any"
    yield f"{one['kind']}  {whose}  again after {one['repeat_minutes']}"
    for step in one["steps"]:
        yield f"  {step['minutes']}:{step['whom']}:{','.join(step['channels'])}"
