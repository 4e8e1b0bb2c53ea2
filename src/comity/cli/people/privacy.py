"""Data protection and the audit log: what is due, held and asked for; who did what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import click

from comity.canonical import time_text
from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer, local_command, written
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import NEW, NODE_FOLDER, WORDS_LANG, open_node
from comity.cli.progress import steps_shown
from comity.files.publish import write_file

if TYPE_CHECKING:
    from comity.node.log.audit_check import Fault

_WHAT: Final = {
    "rows": "audit rows were changed, removed or added",
    "anchor": "audit rows name an anchor that the log does not have",
    "entry": "an entry of the log is missing, or is not what its leaf commits to",
    "tree": "the entries of the log are not those of a signed checkpoint",
}


@click.group(cls=Group)
def audit() -> None:
    """Export the audit log, or verify that it is unchanged."""


@audit.command()
@click.option("--actor", default="", help="Only what this user, party or `node` did.")
@click.option("--action", default="", help="Only this word.")
@click.option("--subject", default="", help="Only about this.")
@click.option("--since", default="", help="From this day, in UTC: 2026-01-31.")
@click.option("--until", default="", help="To this day, in UTC.")
@click.option("-o", "output", type=NEW, help="New file for the CSV; else printed.")
@node_command
def export(
    api: Api, *, since: str, until: str, output: Path | None, as_json: bool, **narrowed: str
) -> Answer | None:
    """Export the audit log as CSV or JSON, newest first. The export is audited."""
    import csv
    import io

    days = {name: day for name, day in (("since", since), ("until", until)) if day}
    data = api.accepted(api.ask("GET", "/audit", params={**narrowed, **days})).body
    if as_json:
        text = io.StringIO(data.decode().removeprefix("\ufeff"))
        return Answer({"rows": list(csv.DictReader(text))})
    if output is None:
        click.echo(data.decode(), nl=False)
    else:
        write_file(output, data, mode=0o644)
    return None


@audit.command()
@NODE_FOLDER
@click.option(
    "--checkpoint",
    "notes",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A checkpoint of this log from a partner or a witness. May be repeated.",
)
@local_command
def verify(folder: Path, *, notes: tuple[Path, ...], as_json: bool) -> Answer:
    """Verify the audit log of the node in DIR against the anchors in its log.

    Recomputes every anchor, every entry and every tree, also while the node runs. Finds rows that
    were changed, removed, added or re-attributed after they were anchored, and says between which
    two checkpoints of the log they are.

    Anyone with this machine and the keys of the log can compute both again. Only a checkpoint of
    another party shows that: ask a partner or a witness for one, and give it with --checkpoint. A
    court bundle from a partner contains it as data/log/PARTY/EPOCH/checkpoint.

    Exit status: 0 no difference; 1 a difference; 2 misuse.
    """
    open_node(folder)
    from comity.node.core.node import load_node
    from comity.node.log import audit_check

    node = load_node(folder.resolve())
    held = [audit_check.tree_of(node, path.read_bytes()) for path in notes]
    check = audit_check.Check([*audit_check.signed_trees(node), *held])
    with steps_shown("entries of the log", check.total, quiet=as_json) as shown:
        while check.step():
            shown(check.leaves)
    waiting = audit_check.unanchored()
    faults = [fault.value() for fault in check.faults]
    found = {
        "checkpoints": len(held),
        "entries": check.leaves,
        "faults": faults,
        "holds": not faults,
        "rows": check.rows,
        "anchors": check.anchors,
        "unanchored": waiting,
    }
    return Answer(found, _told(found, check.faults), status=int(bool(faults)))


def _told(found: dict[str, Any], faults: list["Fault"]) -> Iterator[str]:
    for fault in faults:
        yield f"DOES NOT HOLD  {_WHAT[fault.what]}"
        yield f"  {_between(fault)}"
        if fault.last_row:
            yield f"  audit rows {fault.first_row} to {fault.last_row} are there now"
        elif fault.what == "rows":
            yield "  no audit row is left there"
    rows, anchors = counted(found["rows"], "audit row"), counted(found["anchors"], "anchor")
    if not faults:
        yield f"Every anchor holds: {rows} under {anchors}."
    if found["unanchored"]:
        waiting = counted(found["unanchored"], "audit row")
        yield f"Not anchored yet: {waiting}. A change of these does not show."
    if found["checkpoints"]:
        given = counted(found["checkpoints"], "checkpoint")
        yield f"Compared with {given} that you gave and with the one that this node signed last."
    else:
        yield "Compared with the checkpoint that this node signed last, and with none of others."


def _between(fault: "Fault") -> str:
    """Say between which checkpoints a fault lies."""
    if not fault.after_size:
        begun = f"before the checkpoint of {counted(fault.size, 'entry', 'entries')}"
    else:
        begun = f"between the checkpoints of {fault.after_size} and {fault.size} entries"
    moments = [time_text(at) for at in (fault.since, fault.until) if at is not None]
    when = f", {' to '.join(moments)}" if moments else ""
    return f"{begun} in epoch {fault.epoch}{when}"


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
