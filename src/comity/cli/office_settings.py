"""What the office sets itself, from the command line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from comity.cli.actions import Shown, add_actions
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, at_node, session, show


@click.group(cls=Group)
def settings() -> None:
    """What your office sets itself: list, set."""


@settings.command("list")
@at_node
@AS_JSON
@guarded
def list_(*, url: str, token_file: Path, as_json: bool) -> None:
    """List the settings with who changed them last."""
    found = session(url, token_file).get("/settings")
    if as_json:
        show(found)
        return
    for line in _lines(found):
        click.echo(line)


def _lines(answer: Any) -> Iterator[str]:
    for one in answer["settings"]:
        by = f"  {one['changed_by']}, {one['changed_at']}" if one["changed_at"] else ""
        yield f"{one['name']:26} {one['text']}{by}"


add_actions(settings, {"setting.set": Shown(_lines)})
