"""Assistance from the command line: the board of needs, offers and courses, and round tables."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import click

from comity.canonical.amounts import counted
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import MOST, NEW, named_state

_KINDS: Final = ("need", "help", "places", "table")
_STANDS: Final = ("open", "waiting", "agreed", "complaint", "ended", "off")
_CONVERSATION = click.argument("digest", metavar="CONVERSATION")


@click.group(cls=Group)
def assistance() -> None:
    """Manage needs, offers and courses between States.

    They are written as any message is: `comity draft new`.
    """


def _narrowing(command: Any) -> Any:
    for option in (
        click.option("--side", type=click.Choice(["ours", "theirs"]), help="Only these."),
        click.option("--kind", type=click.Choice(_KINDS), help="Only these."),
        click.option("--topic", default="", help="Only of this topic: electronic-evidence, ..."),
        click.option(
            "--state", default="", callback=named_state, help="Only with this State: two letters."
        ),
        click.option("--stands", type=click.Choice(_STANDS), help="Only what stands like this."),
        click.option("--due", default="", help="Only what is to be reviewed by this moment."),
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


def _saved(api: Api, path: str, file: Path) -> Answer:
    api.save(path, file)
    return Answer({"file": str(file), "bytes": file.stat().st_size}, [f"wrote {file}"])


def _form(file: Path, *known: str) -> str:
    """Return the form that a file's ending names.

    Raises:
        click.BadParameter: none of those known.
    """
    form = file.suffix.removeprefix(".")
    if form not in known:
        raise click.BadParameter(f"FILE ends in .{' or .'.join(known)}")
    return form


@assistance.command("list")
@_narrowing
@MOST
@node_command
def list_(api: Api, *, most: int, **options: Any) -> Answer:
    """List needs, offers and courses, latest change first."""
    found = api.first(most, "/assistance", "lines", **_wanted(**options))
    return Answer(found, map(_line, found["lines"]), none="nothing that you may see fits")


def _line(one: dict[str, Any]) -> str:
    review = f"  review {one['review_at'][:10]}" if one["review_at"] else ""
    return (
        f"{one['case']}  {one['side']:6} {one['kind']:6} {one['stands']:9} "
        f"{one['party']}  {one['matter']}{review}  {one['conversation']}"
    )


@assistance.command("show")
@_CONVERSATION
@node_command
def show_(api: Api, digest: str) -> Answer:
    """Show one item of the board, its status and its readers."""
    found = api.get(f"/assistance/{digest}")
    return Answer(found, _told(found))


def _told(found: dict[str, Any]) -> Iterator[str]:
    line = found["line"]
    yield f"{line['kind']}  {line['stands']}  {line['matter']}"
    yield f"case {line['case']}, opened by {line['party']}"
    yield f"topics: {', '.join(line['topics'])}"
    if line["review_at"]:
        yield f"to be looked at by {line['review_at']}"
    for digest, stands in found["tracks"].items():
        yield f"  {stands}  {digest}"
    for reader in found["readers"]:
        fault = f": {reader['fault']}" if reader["fault"] else ""
        yield f"  read by {reader['party']}{fault}"


@assistance.command()
@_narrowing
@click.argument("file", type=NEW)
@node_command
def export(api: Api, *, file: Path, **options: Any) -> Answer:
    """Export the board to a new FILE (.csv or .json)."""
    form, asked = _form(file, "csv", "json"), urlencode(_wanted(**options))
    return _saved(api, f"/assistance/export/{form}?{asked}", file)


# ------------------------------------------------------------------ round tables


@assistance.group()
def table() -> None:
    """List, show and export round tables.

    They are called, answered and minuted as any message is: `comity draft new`.
    """


@table.command("list")
@node_command
def list_tables(api: Api) -> Answer:
    """List open round tables, first due first."""
    found = api.whole("/round-tables", "tables")
    none = "no round table that you may see is open"
    return Answer(found, map(_table_line, found["tables"]), none=none)


def _table_line(one: dict[str, Any]) -> str:
    waits = "".join(f"  {wait['what']} by {wait['due'][:10]}" for wait in one["waits"][:1])
    return (
        f"{one['case']}  {one['stands']:8} {(one['begins'] or '')[:16]}  "
        f"{one['caller']}  {one['matter']}{waits}  {one['conversation']}"
    )


@table.command("show")
@_CONVERSATION
@node_command
def show_table(api: Api, digest: str) -> Answer:
    """Show a round table: attendance, minutes and actions."""
    found = api.get(f"/round-tables/{digest}")
    return Answer(found, _table_told(found))


def _table_told(found: dict[str, Any]) -> Iterator[str]:
    line = found["table"]
    yield f"{line['matter']}  {line['stands']}"
    yield f"case {line['case']}, called by {line['caller']}"
    yield f"begins {line['begins']}, {line['where']}"
    for item in found["agenda"]:
        lasts = counted(item["duration_minutes"], "minute")
        yield f"  {item['number']}. {item['title']} ({lasts})"
    for one in found["documents"]:
        yield f"  document {one['number']}: {one['title']}  {one['digest']}"
    for one in found["answers"]:
        yield f"  {one['party']}: {one['answer'] or 'no reply'}"
    for part in found["minutes"]:
        counts = ", these count" if part["counts"] else ""
        yield f"minutes {part['by']}: {part['standing']}{counts}"
        for word in part["words"]:
            waited = "" if word["counts"] else " (not waited for)"
            yield f"  {word['party']}: {word['word'] or 'no reply to the minutes'}{waited}"
        for one in part["actions"]:
            yield (
                f"  action {one['number']}, {one['party']}, due {one['due_by'][:10]}: "
                f"{one['what']}: {one['state']}"
            )
    for one in found["misfits"]:
        yield f"does not fit ({one['why']}): {one['by']}"


@table.command("export")
@_CONVERSATION
@click.argument("file", type=NEW)
@node_command
def export_table(api: Api, digest: str, *, file: Path) -> Answer:
    """Export the minutes to a new FILE (.json or .md)."""
    return _saved(api, f"/round-tables/{digest}/minutes/{_form(file, 'json', 'md')}", file)
