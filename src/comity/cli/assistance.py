"""Assistance from the command line: the board of needs, offers and courses."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import click

from comity.cli import named
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, NEW, at_node, session, show
from comity.cli.tables import table

_KINDS: Final = ("need", "help", "places", "table")
_STANDS: Final = ("open", "waiting", "agreed", "complaint", "ended", "off")


@click.group(cls=Group)
def assistance() -> None:
    """Needs, offers and courses between States: list, show, export.

    They are written as any message is: `comity draft new`.
    """


assistance.add_command(table)


def _narrowing(command: Any) -> Any:
    for option in (
        click.option("--side", type=click.Choice(["ours", "theirs"]), help="Only these."),
        click.option("--kind", type=click.Choice(_KINDS), help="Only these."),
        click.option("--topic", default="", help="Only of this topic: electronic-evidence, ..."),
        click.option(
            "--state", default="", callback=named.state, help="Only with this State: two letters."
        ),
        click.option("--stands", type=click.Choice(_STANDS), help="Only what stands like this."),
        click.option("--due", default="", help="Only what is to be looked at by this moment."),
    ):
        command = option(command)
    return command


def _wanted(**options: Any) -> dict[str, str]:
    found = {name: value for name, value in options.items() if value}
    if "due" in found:
        try:
            datetime.fromisoformat(found["due"])
        except ValueError as fault:
            raise click.BadParameter("a moment such as 2026-12-01T00:00:00Z") from fault
    return found


@assistance.command("list")
@_narrowing
@click.option("--most", default=100, show_default=True, type=click.IntRange(1), help="At most.")
@at_node
@AS_JSON
@guarded
def list_(*, url: str, token_file: Path, as_json: bool, most: int, **options: Any) -> None:
    """List needs, offers and courses, ours and those of others; the latest change first."""
    api, wanted, after = session(url, token_file), _wanted(**options), ""
    found: list[dict[str, Any]] = []
    while len(found) < most:
        page = api.get("/assistance", **wanted, after=after)
        found += page["lines"]
        if page["next"] is None:
            break
        after = page["next"]
    found = found[:most]
    if as_json:
        show({"lines": found})
        return
    for one in found:
        review = f"  review {one['review_at'][:10]}" if one["review_at"] else ""
        click.echo(
            f"{one['case']}  {one['side']:6} {one['kind']:6} {one['stands']:9} "
            f"{one['party']}  {one['matter']}{review}  {one['conversation']}"
        )
    if not found:
        click.echo("nothing that you may see fits", err=True)


@assistance.command("show")
@click.argument("digest", metavar="CONVERSATION")
@at_node
@AS_JSON
@guarded
def show_(digest: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Show one line of the board, how far it is, and who reads what is written there."""
    found = session(url, token_file).get(f"/assistance/{digest}")
    if as_json:
        show(found)
        return
    line = found["line"]
    click.echo(f"{line['kind']}  {line['stands']}  {line['matter']}")
    click.echo(f"case {line['case']}, opened by {line['party']}")
    click.echo(f"topics: {', '.join(line['topics'])}")
    if line["review_at"]:
        click.echo(f"to be looked at by {line['review_at']}")
    for digest_, stands in found["tracks"].items():
        click.echo(f"  {stands}  {digest_}")
    for reader in found["readers"]:
        click.echo(
            f"  read by {reader['party']}" + (f": {reader['fault']}" * bool(reader["fault"]))
        )


@assistance.command("export")
@_narrowing
@click.argument("file", type=NEW)
@at_node
@AS_JSON
@guarded
def export(*, file: Path, url: str, token_file: Path, as_json: bool, **options: Any) -> None:
    """Write the board to FILE, a new one; its ending says how: .csv or .json."""
    form = file.suffix.removeprefix(".")
    if form not in ("csv", "json"):
        raise click.BadParameter("FILE ends in .csv or .json")
    asked = urlencode(_wanted(**options))
    session(url, token_file).save(f"/assistance/export/{form}?{asked}", file)
    told = {"file": str(file), "bytes": file.stat().st_size}
    show(told) if as_json else click.echo(f"wrote {file}")
