"""``comity people`` and ``comity compartment``: who is in the office, over the node's API."""

from pathlib import Path
from typing import Any, Final

import click

from comity.canonical.amounts import counted
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, HERE, at_node, session, show
from comity.cli.people import ROLES

_OFFICER = click.argument("officer", metavar="OFFICER")
_MOST_BYTES: Final = 64 * 1024
_STEPS: Final = ("cases", "jobs", "watch", "account", "certificate", "keys", "shares")


@click.group(cls=Group)
def people() -> None:
    """People of your office: list, add, role, confirm, close, leave.

    OFFICER is an identifier, as `comity people list` prints it. On the node's own machine, and
    when nobody can sign in, `comity user` does the same without a token.
    """


@people.command("list")
@at_node
@AS_JSON
@guarded
def list_(*, url: str, token_file: Path, as_json: bool) -> None:
    """List everybody: identifier, role, state, name, until when the account is confirmed."""
    found = session(url, token_file).whole("/people", "people")
    if as_json:
        show(found)
        return
    for row in found["people"]:
        click.echo(_line(row))


@people.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the person may do.")
@at_node
@AS_JSON
@guarded
def add(name: str, *, role: str, url: str, token_file: Path, as_json: bool) -> None:
    """Add a person called NAME. Prints identifier and first password, once."""
    made = session(url, token_file).post("/people", {"name": name, "role": role})
    if as_json:
        show(made)
        return
    click.echo(made["identifier"])
    click.echo(made["password"])


@people.command()
@_OFFICER
@click.argument("file", type=HERE)
@at_node
@AS_JSON
@guarded
def certificate(officer: str, file: Path, *, url: str, token_file: Path, as_json: bool) -> None:
    """Keep the certificate in FILE for OFFICER, as `comity officer certify` wrote it."""
    from comity.canonical import decode_loose
    from comity.files.errors import translating

    with translating(f"reading {file}"), file.open("rb") as opened:
        value = decode_loose(opened.read(_MOST_BYTES + 1), max_bytes=_MOST_BYTES)
    made = session(url, token_file).post(f"/officers/{officer}/certificate", value)
    if as_json:
        show(made)
        return
    click.echo(f"{made['officer']} has the certificate, and it is in the log")


@people.command()
@_OFFICER
@click.argument("role", type=click.Choice(ROLES))
@at_node
@AS_JSON
@guarded
def role(officer: str, *, role: str, url: str, token_file: Path, as_json: bool) -> None:
    """Give OFFICER another role; sessions under the old one end."""
    _change(officer, {"do": "role", "role": role}, url, token_file, as_json=as_json)


@people.command()
@_OFFICER
@at_node
@AS_JSON
@guarded
def confirm(officer: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Confirm for a year that OFFICER still needs the account."""
    _change(officer, {"do": "confirm"}, url, token_file, as_json=as_json)


@people.command()
@_OFFICER
@at_node
@AS_JSON
@guarded
def close(officer: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Close the account of OFFICER: no sign-in, no token; what the person did stays."""
    _change(officer, {"do": "disable"}, url, token_file, as_json=as_json)


@people.command()
@_OFFICER
@click.argument("step", type=click.Choice(_STEPS))
@click.option("--successor", default="", help="Identifier of who takes over what is left of it.")
@at_node
@AS_JSON
@guarded
def leave(
    officer: str, *, step: str, successor: str, url: str, token_file: Path, as_json: bool
) -> None:
    """Do one line of the checklist of OFFICER, who leaves.

    Cases go to somebody who may read them, `jobs` to a translator, `watch` (the roster) to
    somebody who takes calls. The lines `keys` and `shares` say that you did them elsewhere.
    """
    change = {"do": "step", "step": step, "successor": successor}
    _change(officer, change, url, token_file, as_json=as_json)


@people.command("hand-over")
@_OFFICER
@click.option("--cases", default="", help="Who takes the cases: identifier or name.")
@click.option("--jobs", default="", help="Which translator takes the translation jobs.")
@click.option("--watch", default="", help="Who stands in the roster instead.")
@at_node
@AS_JSON
@guarded
def hand_over(
    officer: str,
    *,
    cases: str,
    jobs: str,
    watch: str,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Hand over at once all that OFFICER, who leaves, has in hand: everything, or nothing.

    A shift that is under way ends. Nobody need be named for what there is none of.
    """
    change = {"do": "hand-over", "cases_to": cases, "jobs_to": jobs, "watch_to": watch}
    _change(officer, change, url, token_file, as_json=as_json)


@click.group(cls=Group)
def compartment() -> None:
    """Compartments: list, set. A case in one is seen by its members alone."""


@compartment.command("list")
@at_node
@AS_JSON
@guarded
def listed(*, url: str, token_file: Path, as_json: bool) -> None:
    """List compartments with their members."""
    found = session(url, token_file).get("/compartments")
    if as_json:
        show(found)
        return
    for row in found["compartments"]:
        click.echo(_members(row))
    if not found["compartments"]:
        click.echo("there is no compartment")


@compartment.command("set")
@click.argument("name")
@click.option("--member", "members", multiple=True, help="Identifier or name; repeat it.")
@at_node
@AS_JSON
@guarded
def set_(name: str, *, members: tuple[str, ...], url: str, token_file: Path, as_json: bool) -> None:
    """Make the compartment NAME, or say anew who is in it: these, and nobody else."""
    wanted = {"name": name, "members": list(members)}
    made = session(url, token_file).post("/compartments", wanted)
    if as_json:
        show(made)
        return
    click.echo(_members(made))


def _change(
    officer: str, wanted: dict[str, str], url: str, token_file: Path, *, as_json: bool
) -> None:
    found = session(url, token_file).post(f"/people/{officer}", wanted)
    if as_json:
        show(found)
        return
    click.echo(_line(found))


def _line(row: dict[str, Any]) -> str:
    state = "in use" if row["in_use"] else "closed"
    told = f"{row['identifier']}  {row['role']:<10}  {state}  {row['name']}"
    return f"{told}  confirm by {row['confirm_by']}  {counted(len(row['cases']), 'case')}"


def _members(row: dict[str, Any]) -> str:
    return f"{row['name']}  {', '.join(row['members']) or 'nobody'}"
