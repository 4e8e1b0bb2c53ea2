"""``comity case assign``, ``restrict`` and ``open``: who works on a case, and who may see it."""

from pathlib import Path
from typing import Any

import click

from comity.cli.faults import guarded
from comity.cli.office import AS_JSON, at_node, session, show

_CASE = click.argument("number", metavar="CASE")


def _changed(
    number: str, *, url: str, token_file: Path, as_json: bool, **change: str | None
) -> None:
    _say(session(url, token_file).post(f"/cases/{number}/access", change), as_json=as_json)


def _say(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show(found)
        return
    stands = "restricted" if found["restricted"] else "open to the office"
    inside = f", compartment {found['compartment']}" if found["compartment"] else ""
    click.echo(f"{found['case']}  {stands}{inside}")
    for officer in found["assigned"]:
        click.echo(f"  assigned {officer}")


@click.command("access")
@_CASE
@at_node
@AS_JSON
@guarded
def access(number: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Say who works on a case, and who may see it."""
    _say(session(url, token_file).get(f"/cases/{number}/access"), as_json=as_json)


@click.command("assign")
@_CASE
@click.argument("officer", metavar="OFFICER")
@click.option("--remove", is_flag=True, help="Take the officer off the case.")
@at_node
@AS_JSON
@guarded
def assign(
    number: str, *, officer: str, remove: bool, url: str, token_file: Path, as_json: bool
) -> None:
    """Assign OFFICER, an identifier or a name, to a case."""
    word = "unassign" if remove else "assign"
    _changed(number, url=url, token_file=token_file, as_json=as_json, **{word: officer})


@click.command("restrict")
@_CASE
@click.option("--compartment", help="Put it into this compartment too; empty takes it out.")
@at_node
@AS_JSON
@guarded
def restrict(
    number: str, *, compartment: str | None, url: str, token_file: Path, as_json: bool
) -> None:
    """Let a case be seen by those assigned to it alone."""
    change = {"openness": "restricted", "compartment": compartment}
    _changed(number, url=url, token_file=token_file, as_json=as_json, **change)


@click.command("open")
@_CASE
@click.option("--in-need", metavar="REASON", help="Open a case you may not see; it is told.")
@at_node
@AS_JSON
@guarded
def open_(number: str, *, in_need: str | None, url: str, token_file: Path, as_json: bool) -> None:
    """Open a case to the office; or, with --in-need, to yourself for some hours."""
    if in_need is None:
        change = {"openness": "office"}
        _changed(number, url=url, token_file=token_file, as_json=as_json, **change)
        return
    wanted = {"case": number, "reason": in_need}
    made = session(url, token_file).post("/break-glass", wanted)
    if as_json:
        show(made)
        return
    click.echo(f"{made['case']} is open to you until {made['until']}; those concerned are told")
