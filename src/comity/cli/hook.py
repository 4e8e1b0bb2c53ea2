"""``comity hook``: programs of yours that are told when something happened."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from comity.cli.actions import Shown, add_actions
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, at_node, session, show

_WHY: Final[Mapping[str, str]] = {
    "hook-address": "the operator does not allow this address",
    "hook-gone": "the receiver says that it is gone for good",
    "hook-inside": "the host is inside, and the operator has not allowed that",
    "hook-refused": "the receiver did not accept it",
    "hook-silent": "the receiver does not answer, or its certificate is not valid",
}
"""By the code of what went wrong with a delivery."""


@click.group(cls=Group)
def hook() -> None:
    """Webhooks: list, new, test, deliveries, replay, remove.

    A webhook is told numbers, codes and moments, only of cases that you may see, and only at hosts
    that the operator allows.
    """


@hook.command("list")
@at_node
@AS_JSON
@guarded
def list_(*, url: str, token_file: Path, as_json: bool) -> None:
    """List your webhooks: number, name, address, what each is told of."""
    found = session(url, token_file).get("/hooks")
    if as_json:
        show(found)
        return
    for row in found["hooks"]:
        ended = f"  ended: {row['ended']}" if row["ended"] else ""
        told = ", ".join(row["events"])
        click.echo(f"{row['hook']}  {row['name']}  {row['url']}  {told}{ended}")
    if not found["hooks"]:
        click.echo("no program is told of anything")


@hook.command()
@click.argument("name")
@click.argument("address")
@click.option(
    "--event",
    "events",
    multiple=True,
    required=True,
    type=click.Choice(["case.moved", "message.came", "item.due"]),
    help="What it is told of; repeat it.",
)
@at_node
@AS_JSON
@guarded
def new(
    name: str,
    *,
    address: str,
    events: tuple[str, ...],
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Let the program NAME at ADDRESS be told. Prints the secret of the signature, once."""
    wanted = {"name": name, "url": address, "events": list(events)}
    made = session(url, token_file).post("/hooks", wanted)
    if as_json:
        show(made)
        return
    click.echo(made["secret"])
    click.echo(f"webhook {made['hook']}", err=True)


@hook.command()
@click.argument("number", metavar="HOOK", type=click.IntRange(min=1))
@at_node
@AS_JSON
@guarded
def deliveries(number: int, *, url: str, token_file: Path, as_json: bool) -> None:
    """List the deliveries of webhook HOOK, the newest first."""
    found = session(url, token_file).whole(f"/hooks/{number}/deliveries", "deliveries")
    if as_json:
        show(found)
        return
    for row in found["deliveries"]:
        click.echo(_told(row))
    if not found["deliveries"]:
        click.echo("nothing yet")


def _lines(answer: dict[str, Any]) -> list[str]:
    return [_told(answer)]


def _told(row: dict[str, Any]) -> str:
    why = f"  {_WHY[row['fault']]}" if row["fault"] in _WHY else ""
    fault = f"{why}  [{row['fault']}]" if row["fault"] else ""
    data = " ".join(f"{name}={value}" for name, value in sorted(row["data"].items()))
    return f"{row['delivery']}  {row['happened_at']}  {row['event']}  {row['stage']}{fault}  {data}"


add_actions(
    hook,
    {
        "hook.test": Shown(_lines, lambda answer: 1 if answer["fault"] else 0),
        "hook-delivery.replay": Shown(_lines),
        "hook.remove": Shown(lambda _: ["nothing is sent there any more"]),
    },
)
