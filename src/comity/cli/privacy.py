"""Data protection from the command line: what is due, who waits, what is held, the papers."""

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import click

from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, NEW, at_node, session, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


REGISTERS: Final = (
    "subject-request",
    "person-notice",
    "breach",
    "release",
    "hold",
    "review",
    "retention",
)
LANG = click.option("--lang", default="en", show_default=True, help="Language of the words.")


@click.group(cls=Group)
def privacy() -> None:
    """Data protection: what is due to be looked at, who waits, what is held.

    Acts are entered by `comity docket`: retention.set, hold.placed, review.kept,
    subject-request.received, person-notice.owed, breach.found, release.begun and what follows.
    """


@privacy.command()
@click.option(
    "--on",
    type=click.DateTime(("%Y-%m-%d",)),
    help="What will be due on that day (UTC): a look ahead, nothing changes.  [default: now]",
)
@click.option("--class", "record_class", default="", help="Only this class of records.")
@click.option("--all", "everything", is_flag=True, help="All pages, not the first alone.")
@at_node
@AS_JSON
@guarded
def due(
    *,
    on: datetime | None,
    record_class: str,
    everything: bool,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """List records that are due to be looked at, the oldest first.

    Nothing is destroyed by that: a person keeps each, or orders its destruction.
    """
    api = session(url, token_file)
    asked: dict[str, str] = {"record_class": record_class}
    if on is not None:
        asked["on"] = _end_of(on.date())
    found = api.get("/privacy/due", **asked)
    rows = list(found["records"])
    while everything and found["after"]:
        found = api.get("/privacy/due", **asked, after=found["after"])
        rows += found["records"]
    if as_json:
        show({**found, "records": rows})
        return
    _print(
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
            for row in rows
        ),
    )
    if found["after"]:
        click.echo("There is more: --all lists it.")
    if found["unset"]:
        click.echo(f"No period, so never due: {', '.join(found['unset'])}")


def _end_of(day: date) -> str:
    return f"{datetime.combine(day, time(23, 59, 59)).isoformat()}Z"


@privacy.command("list")
@click.argument("register", type=click.Choice(REGISTERS))
@click.option("--all", "everything", is_flag=True, help="Also what is over.")
@click.option("--before", default="", help="Only those begun before this item.")
@at_node
@AS_JSON
@guarded
def list_(
    *, register: str, everything: bool, before: str, url: str, token_file: Path, as_json: bool
) -> None:
    """List a register, the newest first."""
    api = session(url, token_file)
    asked = {"kind": register, "before": before, "everything": str(everything).lower()}
    found = api.get("/privacy/register", **asked)
    if as_json:
        show(found)
        return
    _print_items(register, found["items"])
    if found["before"]:
        click.echo(f"Earlier ones: --before {found['before']}")


@privacy.command()
@at_node
@AS_JSON
@guarded
def status(*, url: str, token_file: Path, as_json: bool) -> None:
    """Show who waits, what is due first, and how long each class of records is kept."""
    found = session(url, token_file).get("/privacy")
    if as_json:
        show(found)
        return
    _print_items("who waits", found["waiting"])
    _print(
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
    click.echo(f"{len(found['due'])}{' or more' if found['more'] else ''} due: comity privacy due")


@privacy.command()
@click.argument("sort", type=click.Choice(("case", "item", "draft", "rows")))
@click.argument("key")
@at_node
@AS_JSON
@guarded
def record(*, sort: str, key: str, url: str, token_file: Path, as_json: bool) -> None:
    """Say what the destruction of a record would do, and what stands against it."""
    found = session(url, token_file).get(f"/privacy/records/{sort}/{key}")
    if as_json:
        show(found)
        return
    for name in ("subject", "case", "state", "held", "against", "sections", "entries", "drafts"):
        click.echo(f"{name}: {found[name]}")
    click.echo(f"originals: {len(found['originals'])}")
    click.echo(f"stays: {', '.join(found['stays'])}; copies in backups, elsewhere and on paper")


@privacy.command()
@click.argument("words", nargs=-1, required=True)
@at_node
@AS_JSON
@guarded
def find(*, words: tuple[str, ...], url: str, token_file: Path, as_json: bool) -> None:
    """Find the records in which all WORDS occur, within what you may see.

    That you looked is audited, the words are not. They stay in your shell's history.
    """
    found = session(url, token_file).post("/privacy/holdings", {"words": list(words)})
    if as_json:
        show(found)
        return
    rows = ((one["at"][:10], one["subject"], one["case"], one["what"]) for one in found["holdings"])
    _print("held", ("when", "record", "case", "what"), rows)
    if found["more"]:
        click.echo("There is more than is listed: add a word.")


@privacy.command()
@LANG
@at_node
@AS_JSON
@guarded
def codes(*, lang: str, url: str, token_file: Path, as_json: bool) -> None:
    """List grounds and exemption codes with their sources."""
    found = session(url, token_file).get("/privacy/codes", lang=lang)
    if as_json:
        show(found)
        return
    rows = [(one["code"], one["words"], one["source"]) for one in found["grounds"]]
    _print("grounds", ("code", "what it means", "source"), rows)
    rows = [(one["code"], one["words"], one["source"]) for one in found["exemptions"]]
    _print("exemption codes", ("code", "what it means", "source"), rows)


@privacy.command()
@click.argument("what", type=click.Choice(("breach", "answer", "index-pdf", "index-csv")))
@click.argument("item")
@click.argument("file", type=NEW)
@LANG
@at_node
@AS_JSON
@guarded
def paper(
    *, what: str, item: str, file: Path, lang: str, url: str, token_file: Path, as_json: bool
) -> None:
    """Write a paper to FILE: the notice of a breach, an answer to a person, a release's index."""
    from comity.files.errors import translating

    places = {
        "breach": f"/privacy/breaches/{item}/paper",
        "answer": f"/privacy/requests/{item}/paper",
        "index-pdf": f"/privacy/releases/{item}/pdf",
        "index-csv": f"/privacy/releases/{item}/csv",
    }
    data = session(url, token_file).fetch(f"{places[what]}?lang={quote(lang)}")
    with translating(f"writing {file}"), file.open("xb") as out:
        out.write(data)
    if as_json:
        show({"file": str(file), "item": item, "what": what})


def _print_items(title: str, items: "Iterable[Mapping[str, Any]]") -> None:
    _print(
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


def _print(title: str, head: "Sequence[str]", rows: "Iterable[Sequence[str]]") -> None:
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
        console.print(table)
        return
    # Columns would be cut or break a word: one member a line instead.
    click.echo(title)
    for row in safe:
        click.echo()
        for name, cell in zip(head, row, strict=True):
            if cell:
                click.echo(f"{name}: {cell}")
