"""``comity audit``: export who did what, and verify that it is unchanged."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical import time_text
from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command
from comity.cli.carry import open_node, steps_shown
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import NEW, NODE_FOLDER
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
