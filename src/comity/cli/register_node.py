"""Taking a register over into a node, and the whole register out of it, on the node's machine."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import click

from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command, show
from comity.cli.faults import guarded
from comity.cli.options import AS_JSON, HERE, NODE_FOLDER
from comity.docket.bodies import Channel

if TYPE_CHECKING:
    from comity.intake.register_rows import RegisterResult
    from comity.node.mail.import_register import Taken

_EVERY: Final = 500  # rows between two lines of progress


def _open_node(folder: Path) -> None:
    """Make Django ready for a node's folder, its database at this version."""
    from comity.node.core.django_setup import use_node

    use_node(folder)
    from comity.node.operations.migrate import migrate

    migrate()


@click.command("import")
@NODE_FOLDER
@click.argument("file", type=HERE)
@click.option("--mapping", required=True, type=HERE, help="File that a person has read, TOML.")
@click.option("--lang", required=True, help="Language of the words in it, as fr or zh.")
@click.option(
    "--channel",
    default="other",
    show_default=True,
    type=click.Choice(get_args(Channel.__value__)),
    help="Channel of its requests in both directions.",
)
@click.option(
    "--direction",
    type=click.Choice(("in", "out")),
    help="For rows that do not say who asked.",
)
@click.option("--dry-run", is_flag=True, help="Say which rows would be taken; record nothing.")
@AS_JSON
@guarded
def import_(
    folder: Path,
    file: Path,
    *,
    mapping: Path,
    dry_run: bool,
    direction: str | None,
    as_json: bool,
    **said: str,
) -> int:
    """Import the register FILE into the node in DIR.

    Each row becomes a case with a conversation on paper, in the state that the row says. The file
    is stored as the original. What was taken over is not taken again: after a break, or when more
    authorities are entered, type the same line. Exit status: 0 every row is in; 1 some are not.
    """
    from comity.cli.paper_common import bytes_of
    from comity.intake.reader import MAX_ORIGINAL_BYTES

    data = bytes_of(file, MAX_ORIGINAL_BYTES)
    result = _rows(data, mapping)
    _open_node(folder)
    from comity.node.core.clock import now
    from comity.node.mail import import_register, import_rows
    from comity.node.service.handle import command_service

    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    source = import_rows.Source(digest=digest, direction=direction or "", **said)
    service, taken = command_service(), import_register.Taken()
    with import_register.alone(folder):
        if not dry_run:
            import_register.keep(service.node, service.committer, data, file.name, source, at=now())
        for taken in import_register.take_over(
            service.node,
            service.committer,
            iter(result.rows),
            source,
            clock=now,
            dry_run=dry_run,
        ):
            _progress(taken, len(result.rows))
    for line in _summary(taken, result, dry_run=dry_run, as_json=as_json):
        click.echo(line)
    return 1 if taken.refused or len(result.rows) < result.read else 0


def _rows(data: bytes, mapping: Path) -> "RegisterResult":
    from comity.cli.paper_common import bytes_of
    from comity.cli.register import known_states
    from comity.intake.register_mapping import MAX_MAPPING_BYTES, parse_mapping
    from comity.intake.register_rows import read_rows
    from comity.intake.registers import read_table

    told = parse_mapping(bytes_of(mapping, MAX_MAPPING_BYTES))
    table = read_table(data, encoding=told.encoding, separator=told.separator)
    return read_rows(table, told, state_of=known_states())


def _progress(taken: "Taken", total: int) -> None:
    done = taken.made + taken.known + len(taken.refused)
    if done % _EVERY == 0:
        click.echo(f"{done} of {total}", err=True)


def _summary(
    taken: "Taken", result: "RegisterResult", *, dry_run: bool, as_json: bool
) -> Iterator[str]:
    from comity.intake.register_faults import FAULTS
    from comity.node.mail.import_rows import REFUSALS

    stopped = [fault for fault in result.faults if fault.stops]
    if as_json:
        told: dict[str, Any] = {
            "dry_run": dry_run,
            "faults": [fault.to_value() for fault in stopped],
            "known": taken.known,
            "made": taken.made,
            "refused": [
                {"code": code, "row": row, "sheet": sheet} for sheet, row, code in taken.refused
            ],
        }
        show(told)
        return
    for fault in stopped:
        yield f"row {fault.row}: NOT MADE [{fault.code}] {FAULTS[fault.code]}"
    for _sheet, row, code in taken.refused:
        yield f"row {row}: NOT MADE [{code}] {REFUSALS.get(code, '')}".rstrip()
    verb = "can be taken over" if dry_run else "taken over"
    yield f"{counted(taken.made, 'row')} {verb}, {taken.known} were in already, of {result.read}"


@click.command()
@NODE_FOLDER
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="New folder.",
)
@local_command
def export(folder: Path, *, output: Path) -> Answer:
    """Export the register of the node in DIR as tables and originals.

    Cases, conversations, messages, docket, clocks and audit as JSON and CSV; each original as it
    came; SHA256SUMS of all. It is open to read: keep it as you keep the cases. It is noted.
    """
    _open_node(folder)
    from comity.node.core.clock import now
    from comity.node.operations import export_register
    from comity.node.service.handle import command_service

    count = export_register.export(command_service().node, output, by="operator", at=now())
    return Answer(
        {"files": count, "folder": str(output)},
        [f"{output}: {counted(count, 'file')}; check with sha256sum -c SHA256SUMS"],
    )
