"""The commands keygen and seal: parsing and printing around `comity.files.sealing`.

What goes where: results (or one JSON object with ``--json``) to standard output, progress and
errors to standard error. Exit status: 0 done; 1 the package stands but something named was not
packed or changed meanwhile; 2 misuse.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from comity.canonical import (
    ComityError,
    digest_text,
    new_id,
    parse_digest,
    parse_id,
    parse_mode,
)
from comity.canonical.amounts import counted
from comity.cli.evidence.age import hand_out, parsed_recipients
from comity.cli.evidence.image import print_sealed, sealed_images
from comity.cli.faults import guarded
from comity.cli.options import AS_JSON, NEW_PATH, named_party
from comity.cli.progress import print_rows, row_value, showing
from comity.evidence import age_keys
from comity.evidence.offer import Offer
from comity.evidence.package import FileRow
from comity.evidence.seal import SealReport
from comity.files.errors import (
    NotFoundError,
    OutputExistsError,
    SpecialFileError,
    translating,
)
from comity.files.publish import write_file
from comity.files.recovery import recovery_recipients
from comity.files.sealing import SealOrder
from comity.files.sealing import seal as seal_package
from comity.files.segments import NamedStream
from comity.files.walk import Findings, Measure, is_special, measure

_PATH = click.Path(path_type=Path)
_PIPE = click.Path(path_type=Path, allow_dash=True)
_STDIN = Path("-")


def _option[T](parse: Callable[[str], T], wanted: str) -> Callable[..., T | None]:
    """Make a click callback of a parser; its error becomes a usage error."""

    def read(_context: click.Context, _param: click.Parameter, value: str | None) -> T | None:
        if value is None:
            return None
        try:
            return parse(value)
        except ComityError as error:
            raise click.BadParameter(f"{error} (expected {wanted})") from error

    return read


@click.command()
@click.option("-o", "--output", type=NEW_PATH, help="Write the identity here, mode 0600.")
@AS_JSON
@guarded
def keygen(output: Path | None, *, as_json: bool) -> None:
    """Create an age identity and print its recipient.

    The file is the one age-keygen writes. Without -o the identity goes to standard output.
    """
    hand_out(age_keys.generate(os.urandom), output, as_json=as_json)


@click.command()
@click.argument("sources", nargs=-1, required=True, type=_PIPE, metavar="SRC...")
@click.option(
    "-r",
    "--recipient",
    "recipients",
    multiple=True,
    required=True,
    callback=parsed_recipients,
    help="Seal for age1... or age1pq1...; several of one kind may be given.",
)
@click.option(
    "--recovery",
    "recovery",
    metavar="FILE|age1...",
    envvar="COMITY_RECOVERY",
    callback=_option(recovery_recipients, "age1..., or a file of recipients"),
    help="Seal for the unit's recovery recipient too. Default: what COMITY_RECOVERY names.",
)
@click.option("-o", "--output", required=True, type=NEW_PATH, help="The sealed package.")
@click.option(
    "--conversation",
    callback=_option(parse_digest, "sha256:..."),
    help="The case; needed to offer it.",
)
@click.option("--from", "sender", callback=named_party, help="Who seals.")
@click.option("--to", "receiver", callback=named_party, help="For whom.")
@click.option("--exhibit", callback=_option(parse_id, "a UUIDv7"), help="Default: a new one.")
@click.option("--description", default="Sealed evidence", help="What it is, for the offer.")
@click.option("--lang", default="en", show_default=True, help="Language of the description.")
@click.option("--mode", default="live", show_default=True, callback=_option(parse_mode, "a mode"))
@click.option("--stdin-name", default="stdin", show_default=True, help="What `-` is called.")
@click.option("--report", type=NEW_PATH, help="A new file for every finding, as JSON.")
@click.option(
    "--refuse-special",
    is_flag=True,
    help="Seal nothing if a pipe, socket or device lies in a folder; default: skip it.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be packed; write nothing.")
@AS_JSON
@guarded
def seal(output: Path, **options: Any) -> None:
    """Seal files, folders, devices or standard input into one package.

    Links are recorded, not followed. Pipes, sockets and devices inside folders are skipped and
    listed, in the package too; what cannot be read is refused and listed, and the exit status is 1.
    OUTPUT.offer.json receives the offer: unsigned, so it proves nothing until a message signs it.
    """
    as_json = options["as_json"]
    sources = [source for source in options["sources"] if source != _STDIN]
    if options["refuse_special"]:
        _check_special(measure(sources).refused)
    if options["dry_run"]:
        _print_plan(measure(sources), as_json=as_json)
    offer_path = None if output.exists() and not output.is_file() else _beside(output)
    _check_free(offer_path, options["report"], output)
    order = _order(sources, options)
    exhibit, found = str(order.exhibit), Findings()
    told = None if options["report"] is None else found.add
    with _finishing() as finish:
        with showing("sealing", _total(order, quiet=as_json), quiet=as_json) as progress:
            report = seal_package(order, output, progress=progress, told=told, whole=finish)
        offer = report.offer(exhibit=exhibit, description=(options["lang"], options["description"]))
        if offer_path is not None:
            write_file(offer_path, offer.encode(), mode=0o644)
        if options["report"] is not None:
            found.write(options["report"], report)
        _print_seal(
            report, offer, offer_path, sealed_images(sources), order.conversation, as_json=as_json
        )
    skipped, refused = _parted(report.refused)
    late = skipped if options["refuse_special"] else ()  # it came after the check
    sys.exit(1 if refused or late or report.changed else 0)


NO_CONVERSATION: Final = (
    "warning: the package names no conversation: offered in a case, the partner authority cannot "
    "open it. Try: comity seal with --conversation sha256:..."
)


def _parted(rows: Iterable[FileRow]) -> tuple[tuple[FileRow, ...], tuple[FileRow, ...]]:
    """Return what was skipped by its nature, and what was refused."""
    found = tuple(rows)
    special = tuple(row for row in found if is_special(row))
    return special, tuple(row for row in found if row not in special)


def _check_special(rows: Iterable[FileRow]) -> None:
    """Raise if a folder holds something that is no file, folder or link."""
    found = [f"{os.fsdecode(row.name)!r}: {row.reason}" for row in _parted(rows)[0]]
    if found:
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        raise SpecialFileError(f"nothing was sealed: {'; '.join(found[:5])}{more}")


def _check_free(offer: Path | None, report: Path | None, output: Path) -> None:
    """Check, before hours of sealing, that what is written after them can be."""
    for path in (offer, report):
        if path is not None and path.exists():
            raise OutputExistsError(f"{path} exists already")
    if report is None:
        return
    if report.absolute() in {output.absolute(), _beside(output).absolute()}:
        raise click.BadParameter("the package or its offer has that name", param_hint="--report")
    if not report.absolute().parent.is_dir():
        raise NotFoundError(f"{report} cannot be written: there is no such folder")


@contextmanager
def _finishing() -> Iterator[Callable[[], object]]:
    """Yield what makes Ctrl-C unheard until the block ends; for the main thread only.

    A package that is whole gets its name, its offer and its report.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    heard = signal.getsignal(signal.SIGINT)
    try:
        yield partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    finally:
        signal.signal(signal.SIGINT, heard)


def _beside(output: Path) -> Path:
    return output.with_name(output.name + ".offer.json")


def _order(sources: list[Path], options: dict[str, Any]) -> SealOrder:
    """Return the order of a seal; standard input is a stream behind the other sources."""
    now = datetime.now(UTC)
    name = os.fsencode(options["stdin_name"])
    if not name or b"/" in name:
        raise click.BadParameter("a name is not empty and has no slash", param_hint="--stdin-name")
    streams: tuple[NamedStream, ...] = ()
    if options["sources"].count(_STDIN) > 1:
        raise click.BadParameter("standard input can be read once", param_hint="SRC")
    if _STDIN in options["sources"]:
        with translating("reading standard input"):
            streams = (NamedStream(name, FileIO(0, closefd=False)),)
    recipients = dict.fromkeys((*options["recipients"], *(options["recovery"] or ())))
    return SealOrder(
        sources=sources,
        streams=streams,
        recipients=tuple(recipients),
        sealed_at=now,
        mode=options["mode"],
        conversation=options["conversation"],
        sender=options["sender"],
        receiver=options["receiver"],
        exhibit=options["exhibit"] or new_id(now, os.urandom(10)),
    )


def _total(order: SealOrder, *, quiet: bool) -> int | None:
    """Return the bytes to come, where somebody watches and it can be known."""
    if quiet or order.streams or not sys.stderr.isatty():
        return None
    return measure(order.sources).size_bytes


def _amount(files: int, size_bytes: int) -> str:
    return f"{counted(files, 'file')}, {counted(size_bytes, 'byte')}"


def _print_plan(planned: Measure, *, as_json: bool) -> NoReturn:
    skipped, refused = _parted(planned.refused)
    if as_json:
        told = {
            "files": planned.files,
            "refused": [row_value(row) for row in refused],
            "size_bytes": planned.size_bytes,
            "skipped": [row_value(row) for row in skipped],
        }
        click.echo(json.dumps(told))
    else:
        click.echo(f"would seal {_amount(planned.files, planned.size_bytes)}")
        click.echo("nothing was written")
        print_rows("skipped", skipped)
        print_rows("refused", refused)
    sys.exit(1 if refused else 0)


def _print_seal(
    report: SealReport,
    offer: Offer,
    path: Path | None,
    images: list[dict[str, Any]],
    conversation: bytes | None,
    *,
    as_json: bool,
) -> None:
    skipped, refused = _parted(report.refused)
    if as_json:
        shown = {
            "changed": [row_value(row) for row in report.changed],
            "conversation": None if conversation is None else digest_text(conversation),
            "images": images,
            "offer": offer.to_value(),
            "offer_file": None if path is None else str(path),
            "offer_signed": False,
            "payload_size_bytes": report.payload_size_bytes,
            "refused": [row_value(row) for row in refused],
            "sealed_at": report.sealed_at,
            "skipped": [row_value(row) for row in skipped],
        }
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    if not report.files:
        click.echo("warning: no file was there to seal; look at the folder's name", err=True)
    if conversation is None:
        click.echo(NO_CONVERSATION, err=True)
    click.echo(f"sealed {_amount(report.files, report.payload_size_bytes)}")
    click.echo(f"package {digest_text(report.root)}, {counted(report.sealed_size_bytes, 'byte')}")
    click.echo(f"exhibit {offer.exhibit}")
    for recipient in report.recipients:
        click.echo(f"for {recipient}")
    print_sealed(images)
    if path is not None:
        click.echo(f"offer {path} (unsigned: it proves nothing until a message signs it)")
    print_rows("skipped", skipped)
    print_rows("refused", refused)
    print_rows("changed while it was read", report.changed)
