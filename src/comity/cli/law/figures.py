"""The commands settings and statistics of an office."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import NEW
from comity.files.publish import write_file


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


@click.group(cls=Group)
def statistics() -> None:
    """Show and release statistics of your office."""


@statistics.command("show")
@click.argument("period")
@click.option("--released", is_flag=True, help="With small numbers hidden, as in the files.")
@node_command
def show_(api: Api, period: str, *, released: bool) -> Answer:
    """Show the statistics of PERIOD: 2026, 2026-H1, 2026-Q3, 2026-05."""
    found = api.get("/statistics/released" if released else "/statistics", period=period)
    return Answer(found, _lines(found))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    for key, rows in found["splits"].items():
        yield key
        for row in rows:
            counts = "  ".join("-" if each is None else str(each) for each in row["counts"])
            yield f"  {row['code'] or '(none)':30} {counts}"
    yield "times, in seconds: half, nine in ten"
    for line in found["times"]:
        for direction, spread in _spreads(line):
            told = f"{spread['median_s']}, {spread['p90_s']}"
            if spread["median_s"] is not None:
                yield f"  {line['step']:15} {direction:9} {told}"
    yield "times by month, in seconds: half, nine in ten"
    for line in found["times_by_month"]:
        for month, direction, spread in _months(line):
            if spread["median_s"] is not None:
                p90 = "-" if spread["p90_s"] is None else spread["p90_s"]
                told = f"{spread['median_s']}, {p90}"
                yield f"  {month}  {line['step']:13} {line['urgency']:10} {direction:9} {told}"


def _months(line: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    months = line.get("months", [line])
    return [(one["month"], *spread) for one in months for spread in _spreads(one)]


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
@node_command
def release(api: Api, period: str, *, form: str, lang: str, output: Path) -> Answer:
    """Export the statistics of PERIOD for publication. Audited.

    Small numbers are hidden, and others with them, so that totals do not give them back.
    """
    query = {"period": period, "lang": lang}
    answer = api.accepted(api.ask("GET", f"/statistics/files/{form}", params=query))
    write_file(output, answer.body, mode=0o644)
    told = {"file": str(output), "form": form, "period": period}
    return Answer(told, [f"{output}: {form}, {period}"])
