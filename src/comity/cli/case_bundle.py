"""A court bundle that one's node writes: asked for, waited for, taken out as one file."""

import time
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError
from comity.cli.faults import guarded
from comity.cli.office import AS_JSON, NEW, at_node, session, show

_PAUSE_S: Final = 1.0
_OPEN: Final = frozenset({"waiting", "writing"})


@click.command("bundle")
@click.argument("case")
@click.option(
    "--for",
    "purpose",
    default="",
    type=click.Choice(["", "proceedings", "other-proceedings", "exculpatory", "public"]),
    help="What it is used for; asked where a limit of use binds the evidence.",
)
@click.option("--papers", default="", metavar="LANG", help="Put passports in as PDF.")
@click.option("--reason", required=True, help="Why; it stays in this office.")
@click.option("-o", "--output", required=True, type=NEW, help="New file, a ZIP.")
@at_node
@AS_JSON
@guarded
def bundle(case: str, *, output: Path, url: str, token_file: Path, **options: Any) -> None:
    """Let the node write the court bundle of CASE, and take it out when it is ready.

    The node writes it by itself; `comity bundle` does the same on the node's own machine.
    """
    api, as_json = session(url, token_file), options.pop("as_json")
    row = api.post("/exports", {"case": case, **options})
    while row["stage"] in _OPEN:
        time.sleep(_PAUSE_S)
        row = api.get(f"/exports/{row['id']}")
    if row["stage"] != "ready":
        raise MisuseError(f"the bundle could not be written: {row['fault']}")
    api.save(f"/exports/{row['id']}/file", output)
    if as_json:
        show(row)
        return
    click.echo(f"{output}: sha256 {row['sha256']}, statement {row['statement']}")
    for party in row["tell"]:
        click.echo(f"tell {party} of this use without delay (exculpatory)", err=True)
