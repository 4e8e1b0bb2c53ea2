"""``comity duty contact``: how people are reached. Personal data: each reading is audited."""

from pathlib import Path
from typing import Any

import click

from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, at_node, session, show

_WHO = click.argument("officer", metavar="OFFICER")


@click.group(cls=Group)
def contact() -> None:
    """How people are woken: list, show, set. Each reading is audited.

    OFFICER is an identifier, as `list` gives it.
    """


@contact.command("list")
@at_node
@AS_JSON
@guarded
def list_(*, url: str, token_file: Path, as_json: bool) -> None:
    """List the call-out list: identifier, name, e-mail, telephones, who heads the office."""
    found = session(url, token_file).get("/duty/contacts")
    if as_json:
        show(found)
        return
    for one in found["people"]:
        click.echo(contact_line(one))


@contact.command("show")
@_WHO
@at_node
@AS_JSON
@guarded
def show_(officer: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Show how OFFICER is reached."""
    _answer(session(url, token_file).get(f"/duty/contacts/{officer}"), as_json=as_json)


def _answer(one: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show(one)
    else:
        click.echo(contact_line(one))


def contact_line(one: dict[str, Any]) -> str:
    """Return how one person is reached, in a line."""
    head = "  head of the office" if one["head"] else ""
    ways = "  ".join(one[name] or "-" for name in ("email", "phone", "other_phone"))
    return f"{one['officer']}  {one['name']}  {ways}{head}"
