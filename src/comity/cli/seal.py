"""The commands keygen and seal: parsing and printing around `comity.files.sealing`.

What goes where: results (or one JSON object with ``--json``) to standard output, progress and
errors to standard error. Exit status: 0 done; 1 the package stands but something named was not
packed or changed meanwhile; 2 misuse.
"""

import json
import os
import sys
from collections.abc import Callable
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
from comity.cli.packages_shown import print_rows, row_value, showing
from comity.evidence import age_keys
from comity.evidence.offer import Offer
from comity.evidence.package import FileRow
from comity.evidence.seal import SealReport
from comity.files.errors import OutputExistsError
from comity.files.key_file import write_identity
from comity.files.publish import write_file
from comity.files.sealing import SealOrder
from comity.files.sealing import seal as seal_package
from comity.files.walk import measure

_PATH = click.Path(path_type=Path)


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
    with showing("sealing", planned.size_bytes, quiet=as_json) as progress:
        report = seal_package(order, output, progress=progress)
    offer = report.offer(exhibit=exhibit, description=(options["lang"], options["description"]))
    if not is_stream:
        write_file(offer_path, offer.encode(), mode=0o644)
    _print_seal(report, offer, None if is_stream else offer_path, as_json=as_json)
    sys.exit(1 if report.refused or report.changed else 0)


def _print_plan(
    files: int, size_bytes: int, refused: tuple[FileRow, ...], *, as_json: bool
) -> None:
    if as_json:
        rows = [row_value(row) for row in refused]
        click.echo(json.dumps({"files": files, "size_bytes": size_bytes, "refused": rows}))
        return
    click.echo(f"would seal {files} files, {size_bytes} bytes; nothing was written")
    print_rows("refused", refused)


def _print_seal(report: SealReport, offer: Offer, path: Path | None, *, as_json: bool) -> None:
    if as_json:
        shown = {
            "changed": [row_value(row) for row in report.changed],
            "offer": offer.to_value(),
            "offer_file": None if path is None else str(path),
            "offer_signed": False,
            "payload_size_bytes": report.payload_size_bytes,
            "refused": [row_value(row) for row in report.refused],
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
    print_rows("refused", report.refused)
    print_rows("changed while it was read", report.changed)
