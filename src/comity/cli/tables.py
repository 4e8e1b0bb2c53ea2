"""Round tables from the command line: list, show, take the minutes out."""

from pathlib import Path

import click

from comity.canonical.amounts import counted
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, NEW, at_node, session, show


@click.group(cls=Group)
def table() -> None:
    """Round tables of several States: list, show, export.

    They are called, answered and minuted as any message is: `comity draft new`.
    """


@table.command("list")
@at_node
@AS_JSON
@guarded
def list_(*, url: str, token_file: Path, as_json: bool) -> None:
    """List round tables that are not done with; what is due first comes first."""
    found = session(url, token_file).whole("/round-tables", "tables")
    if as_json:
        show(found)
        return
    for one in found["tables"]:
        waits = "".join(f"  {wait['what']} by {wait['due'][:10]}" for wait in one["waits"][:1])
        click.echo(
            f"{one['case']}  {one['stands']:8} {(one['begins'] or '')[:16]}  "
            f"{one['caller']}  {one['matter']}{waits}  {one['conversation']}"
        )
    if not found["tables"]:
        click.echo("no round table that you may see is open", err=True)


@table.command("show")
@click.argument("digest", metavar="CONVERSATION")
@at_node
@AS_JSON
@guarded
def show_(digest: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Show one round table: who comes, who agreed to the minutes, what is to be done."""
    found = session(url, token_file).get(f"/round-tables/{digest}")
    if as_json:
        show(found)
        return
    line = found["table"]
    click.echo(f"{line['matter']}  {line['stands']}")
    click.echo(f"case {line['case']}, called by {line['caller']}")
    click.echo(f"begins {line['begins']}, {line['where']}")
    for item in found["agenda"]:
        click.echo(
            f"  {item['number']}. {item['title']} ({counted(item['duration_minutes'], 'minute')})"
        )
    for one in found["documents"]:
        click.echo(f"  document {one['number']}: {one['title']}  {one['digest']}")
    for one in found["answers"]:
        click.echo(f"  {one['party']}: {one['answer'] or 'has not answered'}")
    for part in found["minutes"]:
        counts = ", these count" if part["counts"] else ""
        click.echo(f"minutes {part['by']}: {part['standing']}{counts}")
        for word in part["words"]:
            waited = "" if word["counts"] else " (not waited for)"
            click.echo(f"  {word['party']}: {word['word'] or 'has not spoken'}{waited}")
        for one in part["actions"]:
            click.echo(
                f"  action {one['number']}, {one['party']}, due {one['due_by'][:10]}: "
                f"{one['what']}: {one['state']}"
            )
    for one in found["misfits"]:
        click.echo(f"does not fit ({one['why']}): {one['by']}")


@table.command("export")
@click.argument("digest", metavar="CONVERSATION")
@click.argument("file", type=NEW)
@at_node
@AS_JSON
@guarded
def export(digest: str, *, file: Path, url: str, token_file: Path, as_json: bool) -> None:
    """Write the minutes to FILE, a new one; its ending says how: .json or .md."""
    form = file.suffix.removeprefix(".")
    if form not in ("json", "md"):
        raise click.BadParameter("FILE ends in .json or .md")
    session(url, token_file).save(f"/round-tables/{digest}/minutes/{form}", file)
    told = {"file": str(file), "bytes": file.stat().st_size}
    show(told) if as_json else click.echo(f"wrote {file}")
