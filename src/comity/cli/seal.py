"""The commands keygen, seal and open: parsing and printing around `comity.files`.

What goes where: results (or one JSON object with ``--json``) to standard output, progress and
    errors to
standard error. Exit status: 0 done; 1 a check failed, or the package stands but something named
was not packed or changed meanwhile; 2 misuse.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from comity.canonical import (
    ComityError,
    digest_text,
    new_id,
    parse_digest,
    parse_id,
    parse_mode,
    parse_party,
    time_text,
)
from comity.cli.faults import guarded
from comity.evidence import age_keys
from comity.evidence.offer import Offer, decode_offer
from comity.evidence.open import Binding, Limits
from comity.evidence.package import FileRow
from comity.evidence.package_errors import OfferRequiredError
from comity.evidence.seal import SealReport
from comity.files.errors import OutputExistsError, translating
from comity.files.key_file import read_identities, write_identity
from comity.files.opening import OpenOrder, OpenReport, open_sealed
from comity.files.publish import write_file
from comity.files.sealing import SealOrder
from comity.files.sealing import seal as seal_package
from comity.files.signed_offer import read_signed_offer
from comity.files.walk import measure

_MAX_OFFER_FILE_BYTES = 1 << 20
_PATH = click.Path(path_type=Path)


def load_signed_offer(path: Path, trust: Path) -> tuple[Offer, Binding]:
    """Return the offer of a verified ``evidence.offered`` message, and what the message binds.

    Args:
        path: the signed offer as a file, as the node gives it.
        trust: the trust file, which came by hand.
    """
    with translating(f"reading {path}"):
        data = path.read_bytes()
    with translating(f"reading {trust}"):
        trusted = trust.read_bytes()
    return read_signed_offer(data, trusted, now=datetime.now(UTC))


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


def _recipients(
    _context: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> tuple[age_keys.Recipient, ...]:
    try:
        return tuple(dict.fromkeys(age_keys.parse_recipient(value.strip()) for value in values))
    except ComityError as error:
        raise click.BadParameter(str(error)) from error


@contextmanager
def _progress(what: str, total_bytes: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show amount, rate and remaining time on a terminal; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(what, total=total_bytes)
        yield lambda done: shown.update(task, completed=done)


@click.command()
@click.option("-o", "--output", type=_PATH, help="Write the identity here, mode 0600.")
@guarded
def keygen(output: Path | None) -> None:
    """Make an age identity and print its recipient.

    The file is the one age-keygen writes. Without -o the identity goes to standard output.
    """
    identity = age_keys.generate(os.urandom)
    created = time_text(datetime.now(UTC))
    if output is None:
        click.echo(age_keys.format_key_file(identity, created=created), nl=False)
        click.echo(f"Public key: {identity.recipient}", err=True)
        return
    write_identity(output, identity, created=created)
    click.echo(str(identity.recipient))


@click.command()
@click.argument("sources", nargs=-1, required=True, type=_PATH, metavar="SRC...")
@click.option(
    "-r",
    "--recipient",
    "recipients",
    multiple=True,
    required=True,
    callback=_recipients,
    help="Seal for age1...; several may be given.",
)
@click.option("-o", "--output", required=True, type=_PATH, help="The sealed package.")
@click.option("--conversation", callback=_option(parse_digest, "sha256:..."), help="The case.")
@click.option("--from", "sender", callback=_option(parse_party, "a party"), help="Who seals.")
@click.option("--to", "receiver", callback=_option(parse_party, "a party"), help="For whom.")
@click.option("--exhibit", callback=_option(parse_id, "a UUIDv7"), help="Default: a new one.")
@click.option("--description", default="Sealed evidence", help="What it is, for the offer.")
@click.option("--lang", default="en", show_default=True, help="Language of the description.")
@click.option("--mode", default="live", show_default=True, callback=_option(parse_mode, "a mode"))
@click.option("--dry-run", is_flag=True, help="Say what would be packed; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@guarded
def seal(output: Path, **options: Any) -> None:
    """Seal files and folders into one package for the given recipients.

    Links are recorded, not followed; devices, sockets and unreadable things are refused and listed.
    OUTPUT.offer.json receives the offer: unsigned, so it proves nothing until a message signs it.
    """
    as_json = options["as_json"]
    planned = measure(options["sources"])
    if options["dry_run"]:
        _print_plan(planned.files, planned.size_bytes, planned.refused, as_json=as_json)
        sys.exit(1 if planned.refused else 0)
    now = datetime.now(UTC)
    exhibit = options["exhibit"] or new_id(now, os.urandom(10))
    offer_path = output.with_name(output.name + ".offer.json")
    is_stream = output.exists() and not output.is_file()
    if not is_stream and offer_path.exists():
        raise OutputExistsError(f"{offer_path} exists already")
    order = SealOrder(
        sources=options["sources"],
        recipients=options["recipients"],
        sealed_at=now,
        mode=options["mode"],
        conversation=options["conversation"],
        sender=options["sender"],
        receiver=options["receiver"],
        exhibit=exhibit,
    )
    with _progress("sealing", planned.size_bytes, quiet=as_json) as progress:
        report = seal_package(order, output, progress=progress)
    offer = report.offer(exhibit=exhibit, description=(options["lang"], options["description"]))
    if not is_stream:
        write_file(offer_path, offer.encode(), mode=0o644)
    _print_seal(report, offer, None if is_stream else offer_path, as_json=as_json)
    sys.exit(1 if report.refused or report.changed else 0)


@click.command("open")
@click.argument("package", type=_PATH, metavar="FILE")
@click.option("-i", "--identity", required=True, type=_PATH, help="The age key file.")
@click.option("-o", "--output", required=True, type=_PATH, help="The folder to make.")
@click.option(
    "--offer", "offer_path", type=_PATH, help="The offer: signed, or plain with --unauthenticated."
)
@click.option("--trust", type=_PATH, help="The trust file that the signed offer is checked with.")
@click.option("--unauthenticated", is_flag=True, help="Accept that nobody vouches for the sender.")
@click.option("--max-files", default=Limits().max_files, show_default=True)
@click.option("--max-bytes", default=Limits().max_bytes, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@guarded
def open_package(package: Path, identity: Path, output: Path, **options: Any) -> None:
    """Open a sealed package into a new folder, a BagIt bag.

    A package sealed for a case is opened against its signed offer; one without an offer needs
    --unauthenticated. The folder gets its name only when everything has been checked.
    """
    as_json, unauthenticated = options["as_json"], options["unauthenticated"]
    offer, binding = _offer(options["offer_path"], options["trust"], plain=unauthenticated)
    order = OpenOrder(
        identities=read_identities(identity),
        offer=offer,
        binding=binding,
        unauthenticated=unauthenticated,
        limits=Limits(max_files=options["max_files"], max_bytes=options["max_bytes"]),
    )
    with translating(f"reading {package}"):
        size_bytes = package.stat().st_size
    with _progress("opening", size_bytes, quiet=as_json) as progress:
        report = open_sealed(order, package, output, progress=progress)
    _print_open(report, output, against_offer=offer is not None, as_json=as_json)


def _offer(
    path: Path | None, trust: Path | None, *, plain: bool
) -> tuple[Offer | None, Binding | None]:
    if path is None:
        return None, None
    if trust is not None:
        return load_signed_offer(path, trust)
    if not plain:
        raise OfferRequiredError("an offer is verified with a trust file: name it with --trust")
    with translating(f"reading {path}"), path.open("rb") as stream:
        return decode_offer(stream.read(_MAX_OFFER_FILE_BYTES)), None


# -- printing ---------------------------------------------------------------------------------


def _row(row: FileRow) -> dict[str, Any]:
    return {key: row.to_value()[key] for key in ("name", "type")} | (
        {"reason": row.reason} if row.reason else {}
    )


def _print_rows(title: str, rows: tuple[FileRow, ...]) -> None:
    for row in rows:
        name = ascii(os.fsdecode(row.name))
        click.echo(f"{title}: {name}" + (f": {row.reason}" if row.reason else ""), err=True)


def _print_plan(
    files: int, size_bytes: int, refused: tuple[FileRow, ...], *, as_json: bool
) -> None:
    if as_json:
        rows = [_row(row) for row in refused]
        click.echo(json.dumps({"files": files, "size_bytes": size_bytes, "refused": rows}))
        return
    click.echo(f"would seal {files} files, {size_bytes} bytes; nothing was written")
    _print_rows("refused", refused)


def _print_seal(report: SealReport, offer: Offer, path: Path | None, *, as_json: bool) -> None:
    if as_json:
        shown = {
            "changed": [_row(row) for row in report.changed],
            "offer": offer.to_value(),
            "offer_file": None if path is None else str(path),
            "offer_signed": False,
            "payload_size_bytes": report.payload_size_bytes,
            "refused": [_row(row) for row in report.refused],
            "sealed_at": report.sealed_at,
        }
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    click.echo(f"sealed {report.files} files, {report.payload_size_bytes} bytes")
    click.echo(f"package {digest_text(report.root)}, {report.sealed_size_bytes} bytes")
    click.echo(f"exhibit {offer.exhibit}")
    for recipient in report.recipients:
        click.echo(f"for {recipient}")
    if path is not None:
        click.echo(f"offer {path} (unsigned: it proves nothing until a message signs it)")
    _print_rows("refused", report.refused)
    _print_rows("changed while it was read", report.changed)


def _print_open(report: OpenReport, target: Path, *, against_offer: bool, as_json: bool) -> None:
    contents = report.contents
    if as_json:
        shown = {
            "against_offer": against_offer,
            "authenticated": report.authenticated,
            "changed": [_row(row) for row in contents.changed],
            "files": contents.files,
            "folder": str(target),
            "payload_size_bytes": contents.payload_size_bytes,
            "refused": [_row(row) for row in contents.refused],
            "root": digest_text(report.root),
            "sealed_size_bytes": report.sealed_size_bytes,
        }
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        click.echo(f"opened {contents.files} files, {contents.payload_size_bytes} bytes: {target}")
        click.echo(f"package {digest_text(report.root)}")
    if not report.authenticated:
        click.echo("UNAUTHENTICATED: intact, but nobody vouches for who sealed it", err=True)
    _print_rows("the sealer could not pack", contents.refused)
    _print_rows("changed while it was sealed", contents.changed)
