"""Data protection from the command line: what is due, who waits, what is held, the papers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click

from comity.cli.actions import add_actions
from comity.cli.answers import Answer, written
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import NEW, WORDS_LANG

REGISTERS: Final = (
    "subject-request",
    "person-notice",
    "breach",
    "release",
    "hold",
    "review",
    "retention",
)


@click.group(cls=Group)
def privacy() -> None:
    """Manage data protection: reviews, requests, retained records.

    Acts are entered by `comity docket`: retention.set, hold.placed, review.kept,
    subject-request.received, person-notice.owed, breach.found, release.begun and what follows. The
    words that `find` is given stay in your shell's history.
    """


@privacy.command()
@click.option(
    "--on",
    type=click.DateTime(("%Y-%m-%d",)),
    help="What will be due on that day (UTC): a look ahead, nothing changes.  [default: now]",
)
@click.option("--class", "record_class", default="", help="Only this class of records.")
@click.option("--all", "everything", is_flag=True, help="All pages, not the first alone.")
@node_command
def due(api: Api, *, on: datetime | None, record_class: str, everything: bool) -> Answer:
    """List records due for review, oldest first.

    Nothing is destroyed by that: a person keeps each, or orders its destruction.
    """
    asked = {"record_class": record_class}
    if on is not None:
        asked["on"] = f"{on:%Y-%m-%d}T23:59:59Z"
    found = api.get("/privacy/due", **asked)
    rows = list(found["records"])
    while everything and found["after"]:
        found = api.get("/privacy/due", **asked, after=found["after"])
        rows += found["records"]
    found = {**found, "records": rows}
    return Answer(found, _due(found))


def _due(found: Mapping[str, Any]) -> Iterator[str]:
    yield from _table(
        f"due on {found['on'][:10]}",
        ("due", "record", "class", "case", "rows", "hold"),
        (
            (
                row["due_at"][:10],
                row["subject"],
                row["record_class"],
                row["case"],
                str(row["count"]),
                "HELD" if row["held"] else "",
            )
            for row in found["records"]
        ),
    )
    if found["after"]:
        yield "There is more: --all lists it."
    if found["unset"]:
        yield f"No period, so never due: {', '.join(found['unset'])}"


@privacy.command("list")
@click.argument("register", type=click.Choice(REGISTERS))
@click.option("--all", "everything", is_flag=True, help="Also what is over.")
@click.option("--before", default="", help="Only those begun before this item.")
@node_command
def list_(api: Api, *, register: str, everything: bool, before: str) -> Answer:
    """List a register, newest first."""
    asked = {"kind": register, "before": before, "everything": str(everything).lower()}
    found = api.get("/privacy/register", **asked)
    return Answer(found, _register(register, found))


def _register(register: str, found: Mapping[str, Any]) -> Iterator[str]:
    yield from _items(register, found["items"])
    if found["before"]:
        yield f"Earlier ones: --before {found['before']}"


@privacy.command()
@node_command
def status(api: Api) -> Answer:
    """Show pending requests, due dates and retention periods."""
    found = api.get("/privacy")
    return Answer(found, _status(found))


def _status(found: Mapping[str, Any]) -> Iterator[str]:
    yield from _items("who waits", found["waiting"])
    yield from _table(
        "periods",
        ("class", "days", "rule"),
        (
            (
                one["record_class"],
                "not set" if one["days"] is None else str(one["days"]),
                one["rule"],
            )
            for one in found["periods"]
        ),
    )
    yield f"{len(found['due'])}{' or more' if found['more'] else ''} due: comity privacy due"


@privacy.command()
@click.argument("sort", type=click.Choice(("case", "item", "draft", "rows")))
@click.argument("key")
@node_command
def record(api: Api, *, sort: str, key: str) -> Answer:
    """Preview the destruction of a record and its obstacles."""
    found = api.get(f"/privacy/records/{sort}/{key}")
    names = ("subject", "case", "state", "held", "against", "sections", "entries", "drafts")
    lines = [
        *(f"{name}: {found[name]}" for name in names),
        f"originals: {len(found['originals'])}",
        f"stays: {', '.join(found['stays'])}; copies in backups, elsewhere and on paper",
    ]
    return Answer(found, lines)


@privacy.command()
@WORDS_LANG
@node_command
def codes(api: Api, *, lang: str) -> Answer:
    """List grounds and exemption codes with their sources."""
    found = api.get("/privacy/codes", lang=lang)
    return Answer(found, _codes(found))


def _codes(found: Mapping[str, Any]) -> Iterator[str]:
    for title, name in (("grounds", "grounds"), ("exemption codes", "exemptions")):
        rows = ((one["code"], one["words"], one["source"]) for one in found[name])
        yield from _table(title, ("code", "what it means", "source"), rows)


@privacy.command()
@click.argument("what", type=click.Choice(("breach", "answer", "index-pdf", "index-csv")))
@click.argument("item")
@click.argument("file", type=NEW)
@WORDS_LANG
@node_command
def paper(api: Api, *, what: str, item: str, file: Path, lang: str) -> Answer:
    """Write a breach notification, reply or release index to FILE."""
    places = {
        "breach": f"/privacy/breaches/{item}/paper",
        "answer": f"/privacy/requests/{item}/paper",
        "index-pdf": f"/privacy/releases/{item}/pdf",
        "index-csv": f"/privacy/releases/{item}/csv",
    }
    data = api.fetch(f"{places[what]}?lang={quote(lang)}")
    return written(file, data, item=item, what=what)


def _items(title: str, items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return _table(
        title,
        ("due", "kind", "state", "case", "who or what", "item"),
        (
            (
                (one["due_at"] or "")[:16],
                one["kind"],
                one["state"],
                one["case"],
                one["title"],
                one["item"],
            )
            for one in items
        ),
    )


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table as lines; where the window would cut it, one member a line instead."""
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    from comity.files.terminal import safe_text, terminal

    table: Table = Table(title=title)
    for name in head:
        table.add_column(name)
    safe = [[safe_text(cell) for cell in row] for row in rows]
    for row in safe:
        table.add_row(*map(Text, row))
    console = terminal()
    if Measurement.get(console, console.options, table).maximum < console.width:
        with console.capture() as drawn:
            console.print(table)
        yield drawn.get().removesuffix("\n")
        return
    yield title
    for row in safe:
        yield ""
        yield from (f"{name}: {cell}" for name, cell in zip(head, row, strict=True) if cell)


def _held(found: Mapping[str, Any]) -> Answer:
    rows = ((one["at"][:10], one["subject"], one["case"], one["what"]) for one in found["holdings"])
    lines = _table("held", ("when", "record", "case", "what"), rows)
    more = ["There is more than is listed: add a word."] if found["more"] else []
    return Answer(found, lines, notes=more)


add_actions(privacy, {"holdings.find": _held})
