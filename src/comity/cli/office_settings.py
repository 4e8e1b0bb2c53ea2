"""What the office sets itself, from the command line."""

from typing import Any

import click

from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command


@click.group(cls=Group)
def settings() -> None:
    """List and change the settings of your office."""


@settings.command("list")
@node_command
def list_(api: Api) -> Answer:
    """List the settings and who last changed them."""
    return _told(api.get("/settings"))


def _told(found: dict[str, Any]) -> Answer:
    return Answer(found, map(_line, found["settings"]))


def _line(one: dict[str, Any]) -> str:
    by = f"  {one['changed_by']}, {one['changed_at']}" if one["changed_at"] else ""
    return f"{one['name']:26} {one['text']}{by}"


add_actions(settings, {"setting.set": _told})
