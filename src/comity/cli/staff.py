"""``comity people`` and ``comity compartment``: who is in the office, over the node's API."""

from pathlib import Path
from typing import Any, Final

import click

from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import HERE
from comity.cli.people import ROLES

_OFFICER = click.argument("officer", metavar="OFFICER")
_MOST_BYTES: Final = 64 * 1024
_STEPS: Final = ("cases", "jobs", "watch", "account", "certificate", "keys", "shares")


@click.group(cls=Group)
def people() -> None:
    """Manage users of your office: list, add, role, close, offboard.

    OFFICER is an identifier, as `comity people list` prints it. On the node's own machine, and
    when no one can sign in, `comity user` does the same without a token.
    """


@people.command("list")
@node_command
def list_(api: Api) -> Answer:
    """List users: identifier, role, state, name, confirmation date."""
    found = api.whole("/people", "people")
    return Answer(found, map(_line, found["people"]))


def _line(row: dict[str, Any]) -> str:
    state = "in use" if row["in_use"] else "closed"
    told = f"{row['identifier']}  {row['role']:<10}  {state}  {row['name']}"
    return f"{told}  confirm by {row['confirm_by']}  {counted(len(row['cases']), 'case')}"


@people.command()
@_OFFICER
@click.argument("file", type=HERE)
@node_command
def certificate(api: Api, officer: str, file: Path) -> Answer:
    """Store the certificate in FILE for OFFICER."""
    from comity.canonical import decode_loose
    from comity.files.errors import translating

    with translating(f"reading {file}"), file.open("rb") as opened:
        value = decode_loose(opened.read(_MOST_BYTES + 1), max_bytes=_MOST_BYTES)
    made = api.post(f"/officers/{officer}/certificate", value)
    return Answer(made, [f"{made['officer']} has the certificate, and it is in the log"])


def _change(api: Api, officer: str, do: str, **told: str) -> Answer:
    found = api.post(f"/people/{officer}", {"do": do, **told})
    return Answer(found, [_line(found)])


@people.command()
@_OFFICER
@click.argument("role", type=click.Choice(ROLES))
@node_command
def role(api: Api, officer: str, *, role: str) -> Answer:
    """Change the role of OFFICER and end the current sessions."""
    return _change(api, officer, "role", role=role)


@people.command()
@_OFFICER
@node_command
def confirm(api: Api, officer: str) -> Answer:
    """Confirm for one year that OFFICER needs the account."""
    return _change(api, officer, "confirm")


@people.command()
@_OFFICER
@node_command
def close(api: Api, officer: str) -> Answer:
    """Close the account of OFFICER. The record of actions stays."""
    return _change(api, officer, "disable")


@people.command()
@_OFFICER
@click.argument("step", type=click.Choice(_STEPS))
@click.option("--successor", default="", help="Identifier of who takes over what is left of it.")
@node_command
def offboard(api: Api, officer: str, *, step: str, successor: str) -> Answer:
    """Complete one step of the offboarding checklist of OFFICER.

    Cases go to a person who may read them, `jobs` to a translator, `watch` (the roster) to
    an officer who takes calls. The lines `keys` and `shares` say that you did them elsewhere.
    """
    return _change(api, officer, "step", step=step, successor=successor)


@people.command("hand-over")
@_OFFICER
@click.option("--cases", default="", help="Who takes the cases: identifier or name.")
@click.option("--jobs", default="", help="Which translator takes the translation jobs.")
@click.option("--watch", default="", help="Who replaces the person in the roster.")
@node_command
def hand_over(api: Api, officer: str, *, cases: str, jobs: str, watch: str) -> Answer:
    """Transfer all open work of OFFICER who leaves, in one step.

    A shift that is under way ends. Name no one for what there is none of.
    """
    return _change(api, officer, "hand-over", cases_to=cases, jobs_to=jobs, watch_to=watch)


@click.group(cls=Group)
def compartment() -> None:
    """List and set compartments that limit who sees a case."""


@compartment.command("list")
@node_command
def listed(api: Api) -> Answer:
    """List compartments with their members."""
    found = api.get("/compartments")
    return Answer(found, map(_members, found["compartments"]), none="there is no compartment")


@compartment.command("set")
@click.argument("name")
@click.option("--member", "members", multiple=True, help="Identifier or name; repeat it.")
@node_command
def set_(api: Api, name: str, *, members: tuple[str, ...]) -> Answer:
    """Create the compartment NAME, or replace its members."""
    made = api.post("/compartments", {"name": name, "members": list(members)})
    return Answer(made, [_members(made)])


def _members(row: dict[str, Any]) -> str:
    return f"{row['name']}  {', '.join(row['members']) or 'nobody'}"


add_actions(
    people,
    {"person.add": lambda made: Answer(made, [made["identifier"], made["password"]])},
)
