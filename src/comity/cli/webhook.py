"""``comity webhook``: programs of yours that are told when something happened."""

from collections.abc import Mapping
from typing import Any, Final

import click

from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command

_WHY: Final[Mapping[str, str]] = {
    "hook-address": "the operator does not allow this address",
    "hook-gone": "the receiver says that it is gone for good",
    "hook-inside": "the host is inside, and the operator has not allowed that",
    "hook-refused": "the receiver did not accept it",
    "hook-silent": "the receiver does not answer, or its certificate is not valid",
}
"""By the code of what went wrong with a delivery."""


@click.group(cls=Group)
def webhook() -> None:
    """Manage webhooks: list, new, test, deliveries, replay, remove.

    A webhook is told numbers, codes and moments, only of cases that you may see, and only at hosts
    that the operator allows.
    """


@webhook.command("list")
@node_command
def list_(api: Api) -> Answer:
    """List your webhooks: number, name, address, events."""
    found = api.get("/hooks")
    return Answer(found, map(_line, found["hooks"]), none="no program is told of anything")


def _line(row: dict[str, Any]) -> str:
    ended = f"  ended: {row['ended']}" if row["ended"] else ""
    return f"{row['hook']}  {row['name']}  {row['url']}  {', '.join(row['events'])}{ended}"


@webhook.command()
@click.argument("number", metavar="HOOK", type=click.IntRange(min=1))
@node_command
def deliveries(api: Api, number: int) -> Answer:
    """List the deliveries of webhook HOOK, newest first."""
    found = api.whole(f"/hooks/{number}/deliveries", "deliveries")
    return Answer(found, map(_delivery, found["deliveries"]), none="nothing yet")


def _delivery(row: dict[str, Any]) -> str:
    why = f"  {_WHY[row['fault']]}" if row["fault"] in _WHY else ""
    fault = f"{why}  [{row['fault']}]" if row["fault"] else ""
    data = " ".join(f"{name}={value}" for name, value in sorted(row["data"].items()))
    return f"{row['delivery']}  {row['happened_at']}  {row['event']}  {row['stage']}{fault}  {data}"


add_actions(
    webhook,
    {
        "hook.make": lambda made: Answer(made, [made["secret"]], notes=[f"webhook {made['hook']}"]),
        "hook.remove": lambda made: Answer(made, ["nothing is sent there any more"]),
        "hook.test": lambda made: Answer(made, [_delivery(made)], status=int(bool(made["fault"]))),
        "hook-delivery.replay": lambda made: Answer(made, [_delivery(made)]),
    },
)
