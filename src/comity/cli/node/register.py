"""Taking a register over into a node, and the whole register out of it, on the node's machine."""

import hashlib
import shlex
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import click

from comity.canonical import MisuseError
from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command, show
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.options import AS_JSON, HERE, NEW, NODE_FOLDER, open_node
from comity.docket.bodies import Channel

if TYPE_CHECKING:
    from comity.intake.register_rows import RegisterResult, StateOf
    from comity.intake.register_table import Table
    from comity.node.mail.import_register import Taken

_EVERY: Final = 500  # rows between two lines of progress


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
    from comity.cli.papers import bytes_of
    from comity.intake.reader import MAX_ORIGINAL_BYTES

    data = bytes_of(file, MAX_ORIGINAL_BYTES)
    result = _rows(data, mapping)
    open_node(folder)
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
    from comity.cli.papers import bytes_of
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
    from comity.intake.register_table import FAULTS
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
    open_node(folder)
    from comity.node.core.clock import now
    from comity.node.operations import export_register
    from comity.node.service.handle import command_service

    count = export_register.export(command_service().node, output, by="operator", at=now())
    return Answer(
        {"files": count, "folder": str(output)},
        [f"{output}: {counted(count, 'file')}; check with sha256sum -c SHA256SUMS"],
    )


_ENCODING = click.option(
    "--encoding",
    default="",
    help="Of CSV: utf-8, utf-16, windows-1251, -1252 or -1256.",
)
_SEPARATOR = click.option(
    "--separator", default="", help="Of CSV: , ; tab or |. By default both are told from the bytes."
)


@click.group(cls=Group)
def register() -> None:
    """Map, test, import and export registers of requests.

    First `map` proposes how columns and words become fields and codes; a person reads and corrects
    that file. Then `read` prints row by row what would be made, and which rows cannot and why. On
    the node's machine `import` takes the rows over, and `export` writes the whole register.
    """


register.add_command(import_)
register.add_command(export)


@register.command("map")
@click.argument("file", type=HERE)
@_ENCODING
@_SEPARATOR
@click.option("-o", "--output", required=True, type=NEW, help="New file for the mapping, TOML.")
@local_command
def map_(file: Path, *, encoding: str, separator: str, output: Path) -> Answer:
    """Propose a mapping for the columns of a register.

    Read every line of it: columns that were not known, values without a code, and date formats
    that could be exchanged are added as comments.
    """
    from comity.files.publish import write_file
    from comity.intake.register_proposal import propose_mapping

    table = _table(file, encoding, separator)
    write_file(output, propose_mapping(table, state_of=known_states()).encode("utf-8"))
    words = ["comity", "register", "read", str(file), "--mapping", str(output), "--dry-run"]
    following = [f"{output}: read every line of it, then", f"next: {shlex.join(words)}"]
    return Answer(_described(table) | {"mapping": str(output)}, [*_table_lines(table), *following])


@register.command()
@click.argument("file", type=HERE)
@click.option("--mapping", required=True, type=HERE, help="File that a person has read, TOML.")
@click.option("--dry-run", is_flag=True, help="Say what would be made; nothing else is done yet.")
@click.option("--limit", default=50, show_default=True, help="Rows to print; faults are all told.")
@local_command
def read(file: Path, *, mapping: Path, dry_run: bool, limit: int) -> Answer:
    """Preview an import row by row, with errors.

    Formulas are not evaluated; the value stored last is taken and told. A reference that an earlier
    row has, an impossible day, an unknown zone or State keep their row out. Exit status: 0 every
    row can be made; 1 some cannot; 2 misuse.
    """
    from comity.cli.papers import bytes_of
    from comity.intake.register_mapping import MAX_MAPPING_BYTES, parse_mapping
    from comity.intake.register_rows import read_rows

    if not dry_run:
        raise MisuseError("rows are only tried by this command: add --dry-run")
    told = parse_mapping(bytes_of(mapping, MAX_MAPPING_BYTES))
    table = _table(file, told.encoding, told.separator)
    result = read_rows(table, told, state_of=known_states())
    return Answer(
        _described(table) | result.to_value(),
        [*_table_lines(table), *_result_lines(result, limit)],
        status=int(any(fault.stops for fault in result.faults)),
    )


def _table(file: Path, encoding: str, separator: str) -> "Table":
    from comity.cli.papers import bytes_of
    from comity.intake.reader import MAX_ORIGINAL_BYTES
    from comity.intake.registers import read_table

    separator = "\t" if separator in {"tab", "\\t"} else separator
    data = bytes_of(file, MAX_ORIGINAL_BYTES)
    return read_table(data, encoding=encoding, separator=separator)


def known_states() -> "StateOf":
    """Return what finds a State's code by its code, or by its name in a language held here."""
    from comity.files.instruments import shipped
    from comity.instruments.state_names import state_names

    names = state_names(shipped())
    known = {
        unicodedata.normalize("NFC", name).casefold(): state
        for state, told in names.names.items()
        for name in told.values()
        if names.find(name) == state
    }

    def find(text: str) -> str | None:
        wanted = unicodedata.normalize("NFC", " ".join(text.split())).casefold()
        return wanted if wanted in names.names else known.get(wanted)

    return find


def _described(table: "Table") -> dict[str, Any]:
    return {"encoding": table.encoding, "kind": table.kind, "separator": table.separator}


def _table_lines(table: "Table") -> Iterator[str]:
    from comity.papers.visible import visible

    if table.kind == "csv":
        separator = {"\t": "tab"}.get(table.separator, table.separator)
        yield f"CSV in {table.encoding}, separated by {separator}"
        if table.has_undecoded:
            yield "! text-undecoded: some letters are not of this encoding; say --encoding"
    for sheet in table.sheets:
        hidden = " (hidden)" if sheet.is_hidden else ""
        merged = f", {sheet.merged} merged ranges" if sheet.merged else ""
        name = f"sheet {visible(sheet.name)}{hidden}: " if sheet.name else ""
        yield f"{name}{counted(len(sheet.rows), 'row')}{merged}"


def _result_lines(result: "RegisterResult", limit: int) -> Iterator[str]:
    from comity.intake.register_table import FAULTS
    from comity.papers.visible import visible

    for row in result.rows[: max(0, limit)]:
        told = {name: value for name, value in row.to_value().items() if value}
        words = [f"{name}={visible(str(told[name]))}" for name in told if name not in _PLACE]
        yield f"row {row.row}: {'; '.join(words)}"
    if len(result.rows) > limit:
        yield f"and {counted(len(result.rows) - max(0, limit), 'more row')} that can be made"
    for fault in result.faults:
        where = f"sheet {visible(fault.sheet)}, " if fault.sheet else ""
        column = f", {visible(fault.column)}" if fault.column else ""
        other = f" (row {fault.other_row})" if fault.other_row else ""
        stops = "NOT MADE" if fault.stops else "note"
        text = FAULTS[fault.code]
        yield f"{where}row {fault.row}{column}: {stops} [{fault.code}] {text}{other}"
    for name in (*result.hidden_sheets, *result.other_sheets):
        yield f"sheet {visible(name)} was not read"
    yield f"{len(result.rows)} of {result.read} rows can be made"


_PLACE = frozenset({"row", "sheet", "warnings"})
