"""``comity duty contact``: how people are reached. Personal data: each reading is audited."""

from pathlib import Path
from typing import Any

import click

from comity.canonical import MisuseError
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
        click.echo(_line(one))


@contact.command("show")
@_WHO
@at_node
@AS_JSON
@guarded
def show_(officer: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Show how OFFICER is reached."""
    _answer(session(url, token_file).get(f"/duty/contacts/{officer}"), as_json=as_json)


@contact.command("set")
@_WHO
@click.option("--email", help="Where notices go; empty takes it away.")
@click.option("--phone", help="With the country: +27 12 555 0100; empty takes it away.")
@click.option("--other-phone", help="A second number; empty takes it away.")
@click.option("--head/--no-head", default=None, help="Whether the person heads the office.")
@click.option("--seen", metavar="VERSION", help="Only if it is still this version.")
@at_node
@AS_JSON
@guarded
def set_(
    officer: str, *, seen: str | None, url: str, token_file: Path, as_json: bool, **told: Any
) -> None:
    """Change how OFFICER is reached, in one step; what is not named stays. It is audited.

    With --seen nothing changes if somebody else changed it since: `show --json` gives its version.
    """
    changed = {name: value for name, value in told.items() if value is not None}
    if not changed:
        raise MisuseError("say what changes: --email, --phone, --other-phone, --head or --no-head")
    if seen is not None:
        changed["seen"] = seen
    answer = session(url, token_file).post(f"/duty/contacts/{officer}", changed)
    _answer(answer, as_json=as_json)


def _answer(one: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show(one)
    else:
        click.echo(_line(one))


def _line(one: dict[str, Any]) -> str:
    head = "  head of the office" if one["head"] else ""
    ways = "  ".join(one[name] or "-" for name in ("email", "phone", "other_phone"))
    return f"{one['officer']}  {one['name']}  {ways}{head}"
