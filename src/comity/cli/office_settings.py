"""What the office sets itself, from the command line."""

from pathlib import Path

import click

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
    for one in found["settings"]:
        by = f"  {one['changed_by']}, {one['changed_at']}" if one["changed_at"] else ""
        click.echo(f"{one['name']:26} {one['text']}{by}")


@settings.command("set")
@click.argument("name")
@click.argument("value")
@at_node
@AS_JSON
@guarded
def set_(name: str, value: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Set NAME to VALUE. It holds at once, and is audited with the old and the new value."""
    api = session(url, token_file)
    api.accepted(api.ask("PUT", f"/settings/{name}", json={"value": value}))
    if as_json:
        show({"name": name, "value": value})
        return
    click.echo(f"{name} = {value}")
