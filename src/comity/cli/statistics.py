"""Figures of your office from the command line: whole, or as they may leave the office."""

from pathlib import Path
from typing import Any

import click

from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, NEW, at_node, session, show


@click.group(cls=Group)
def statistics() -> None:
    """Figures of your office: show, release."""


@statistics.command("show")
@click.argument("period")
@click.option("--released", is_flag=True, help="With small numbers hidden, as in the files.")
@at_node
@AS_JSON
@guarded
def show_(period: str, *, released: bool, url: str, token_file: Path, as_json: bool) -> None:
    """Show the figures of PERIOD: 2026, 2026-H1, 2026-Q3 or 2026-05."""
    path = "/statistics/released" if released else "/statistics"
    found = session(url, token_file).get(path, period=period)
    if as_json:
        show(found)
        return
    for key, rows in found["splits"].items():
        click.echo(key)
        for row in rows:
            counts = "  ".join("-" if each is None else str(each) for each in row["counts"])
            click.echo(f"  {row['code'] or '(none)':30} {counts}")
    click.echo("times, in seconds: half, nine in ten")
    for line in found["times"]:
        for direction, spread in _spreads(line):
            told = f"{spread['median_s']}, {spread['p90_s']}"
            if spread["median_s"] is not None:
                click.echo(f"  {line['step']:15} {direction:9} {told}")


def _spreads(line: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    if "incoming" in line:
        return [("received" if line["incoming"] else "sent", line)]
    return [("received", line["received"]), ("sent", line["sent"])]


@statistics.command()
@click.argument("period")
@click.option(
    "--form",
    type=click.Choice(["csv", "minister", "conference"]),
    required=True,
    help="A table, or a paper (PDF) for the minister or the Conference of the States Parties.",
)
@click.option("--lang", default="en", show_default=True, help="Language of labels and papers.")
@click.option("-o", "--output", required=True, type=NEW, help="New file.")
@at_node
@AS_JSON
@guarded
def release(
    period: str,
    *,
    form: str,
    lang: str,
    output: Path,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Write the figures of PERIOD to a file that may leave the office. It is audited.

    Small numbers are hidden, and others with them, so that totals do not give them back.
    """
    from comity.files.publish import write_file

    api = session(url, token_file)
    answer = api.accepted(
        api.ask("GET", f"/statistics/files/{form}", params={"period": period, "lang": lang})
    )
    write_file(output, answer.body, mode=0o644)
    if as_json:
        show({"file": str(output), "form": form, "period": period})
        return
    click.echo(f"{output}: {form}, {period}")
