"""The commands open and ls: parsing and printing around `comity.files`.

Exit status: 0 opened or listed; 1 a check failed, nothing was given its name; 2 misuse.
"""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from comity.canonical import MisuseError, digest_text
from comity.canonical.amounts import counted
from comity.cli.faults import guarded
from comity.cli.options import NEW_PATH
from comity.cli.progress import print_rows, row_value, showing, shown_text
from comity.evidence.offer import Offer, decode_offer
from comity.evidence.open import Binding, Limits
from comity.evidence.package_errors import OfferRequiredError
from comity.files.errors import translating
from comity.files.key_files import read_identities
from comity.files.opening import OpenOrder, OpenReport, open_sealed
from comity.files.part import PartReport, list_package, open_part

_MAX_OFFER_FILE_BYTES = 1 << 20
_PATH = click.Path(path_type=Path)
_VOUCHING = (
    click.argument("package", type=_PATH, metavar="FILE"),
    click.option("-i", "--identity", required=True, type=_PATH, help="The age key file."),
    click.option(
        "--offer",
        "offer_path",
        type=_PATH,
        help="The offer: signed, or plain with --unauthenticated.",
    ),
    click.option("--trust", type=_PATH, help="The trust file to check the signed offer with."),
    click.option(
        "--unauthenticated", is_flag=True, help="Accept that no one vouches for the sender."
    ),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
)


class PartWithMetadataError(MisuseError, code="part-with-metadata"):
    """Metadata are put back when a package is opened as a whole, not on a part of it."""


def _vouched[F: Callable[..., Any]](command: F) -> F:
    """Give a command the arguments that say what is opened, with what, and who vouches for it."""
    for option in reversed(_VOUCHING):
        command = option(command)
    return command


def load_signed_offer(path: Path, trust: Path) -> tuple[Offer, Binding]:
    """Return the offer of a verified ``evidence.offered`` message, and what the message binds.

    Args:
        path: the signed offer as a file, as the node gives it.
        trust: the trust file, which came by hand.
    """
    from comity.files.key_files import MAX_BYTES, read_signed_offer, read_trust_file

    with translating(f"reading {path}"), path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    return read_signed_offer(data, read_trust_file(trust).data, now=datetime.now(UTC))


def read_offer(
    path: Path | None, trust: Path | None, *, plain: bool
) -> tuple[Offer | None, Binding | None]:
    """Return the offer a command was given, and what its message binds; None where there is none.

    Args:
        path: the file, if one was named.
        trust: the trust file; with it the offer must be signed.
        plain: an unsigned offer is taken, because it was said that nobody vouches.

    Raises:
        OfferRequiredError: an offer without a trust file, where that was not said.
    """
    if path is None:
        return None, None
    if trust is not None:
        return load_signed_offer(path, trust)
    if not plain:
        raise OfferRequiredError("an offer is verified with a trust file: name it with --trust")
    with translating(f"reading {path}"), path.open("rb") as stream:
        return decode_offer(stream.read(_MAX_OFFER_FILE_BYTES)), None


def _order(options: dict[str, Any], **more: Any) -> OpenOrder:
    plain = options["unauthenticated"]
    offer, binding = read_offer(options["offer_path"], options["trust"], plain=plain)
    return OpenOrder(
        identities=read_identities(options["identity"]),
        offer=offer,
        binding=binding,
        unauthenticated=plain,
        **more,
    )


@click.command("open")
@_vouched
@click.option("-o", "--output", required=True, type=NEW_PATH, help="The folder to make.")
@click.option(
    "--only", multiple=True, metavar="NAME", help="Only this file, or all below this folder."
)
@click.option(
    "--restore-metadata", is_flag=True, help="Put times, modes and user.* attributes back."
)
@click.option("--max-files", default=Limits().max_files, show_default=True)
@click.option("--max-bytes", default=Limits().max_bytes, show_default=True)
@guarded
def open_package(package: Path, output: Path, **options: Any) -> None:
    """Open a sealed package into a new folder, a BagIt bag.

    A package sealed for a case is opened against its signed offer; one without an offer needs
    --unauthenticated. The folder gets its name only when everything has been checked.

    With --only, which may be repeated, just the blocks that hold those files are read. NAME is the
    original name or the path in the package, as `comity ls` shows them.
    """
    limits = Limits(max_files=options["max_files"], max_bytes=options["max_bytes"])
    restore, as_json = options["restore_metadata"], options["as_json"]
    order = _order(options, limits=limits, restore=restore)
    if options["only"]:
        if restore:
            raise PartWithMetadataError("leave out --only or --restore-metadata")
        names = [os.fsencode(name) for name in options["only"]]
        part = open_part(order, package, output, names=names)
        _print_swept(part.swept)
        _print_part(part, output, as_json=as_json)
        return
    with translating(f"reading {package}"):
        size_bytes = package.stat().st_size
    with showing("opening", size_bytes, quiet=as_json) as progress:
        report = open_sealed(order, package, output, progress=progress)
    _print_swept(report.swept)
    _print_open(report, output, against_offer=order.offer is not None, as_json=as_json)


@click.command("ls")
@_vouched
@guarded
def list_command(package: Path, **options: Any) -> None:
    """List what a sealed package holds, reading only its lists.

    They are checked against the offer as `comity open` does. The files themselves are not read.
    """
    report = list_package(_order(options), package)
    if options["as_json"]:
        click.echo(json.dumps(_part_value(report)))
    else:
        for row in report.rows:
            value = row.to_value()
            name = _shown(row.name)
            place = f"  [{row.path}]" if row.path and row.path != f"data/{name}" else ""
            line = f"{row.kind:<9} {row.size_bytes:>19,} {value['mtime'] or '-':>20}  {name}{place}"
            click.echo(line)
    _print_looked_at(report)


# -- printing ---------------------------------------------------------------------------------


def _shown(name: bytes) -> str:
    return shown_text(os.fsdecode(name))


def _part_value(report: PartReport) -> dict[str, Any]:
    rows = []
    for row, sha256 in zip(report.rows, report.sha256, strict=True):
        rows.append(row.to_value() | {"sha256": None if sha256 is None else sha256.hex()})
    return {
        "authenticated": report.authenticated,
        "files": report.files,
        "only_a_part": True,
        "read_bytes": report.read_bytes,
        "rows": rows,
        "sealed_size_bytes": report.sealed_size_bytes,
    }


def _print_part(report: PartReport, target: Path, *, as_json: bool) -> None:
    if as_json:
        shown = _part_value(report) | {"folder": str(target)}
        click.echo(json.dumps(shown))
    else:
        for row in report.rows:
            if row.path is not None:
                place = shown_text(str(target / row.path))
                click.echo(f"opened {counted(row.size_bytes, 'byte')}: {place}")
    for row in report.rows:
        if row.kind == "hardlink":
            name, target_name = _shown(row.name), _shown(row.target or b"")
            click.echo(f"{name}: a further name of {target_name}, whose bytes these are", err=True)
        elif row.kind in ("symlink", "refused"):
            click.echo(f"not made ({row.kind}): {_shown(row.name)}", err=True)
    _print_looked_at(report)


def _print_looked_at(report: PartReport) -> None:
    click.echo(
        f"ONLY A PART was looked at: {report.read_bytes:,} of {report.sealed_size_bytes:,} sealed"
        f" bytes; the package holds {counted(report.files, 'file')}, the others were not checked",
        err=True,
    )
    _print_vouching(authenticated=report.authenticated)


def _print_vouching(*, authenticated: bool) -> None:
    if not authenticated:
        click.echo("UNAUTHENTICATED: intact, but nobody vouches for who sealed it", err=True)


def _print_swept(swept: tuple[Path, ...]) -> None:
    for path in swept:
        click.echo(f"removed what a killed run had left: {shown_text(str(path))}", err=True)


def _print_open(report: OpenReport, target: Path, *, against_offer: bool, as_json: bool) -> None:
    contents, restored = report.contents, report.restored
    if as_json:
        shown = {
            "against_offer": against_offer,
            "authenticated": report.authenticated,
            "changed": [row_value(row) for row in contents.changed],
            "files": contents.files,
            "folder": str(target),
            "not_restored": None if restored is None else dict(restored.omitted),
            "payload_size_bytes": contents.payload_size_bytes,
            "refused": [row_value(row) for row in contents.refused],
            "root": digest_text(report.root),
            "sealed_size_bytes": report.sealed_size_bytes,
        }
        click.echo(json.dumps(shown))
    else:
        files = counted(contents.files, "file")
        size = counted(contents.payload_size_bytes, "byte")
        click.echo(f"opened {files}, {size}: {shown_text(str(target))}")
        click.echo(f"package {digest_text(report.root)}")
        if restored is not None:
            files, folders = counted(restored.files, "file"), counted(restored.folders, "folder")
            click.echo(f"metadata put back on {files}, {folders}")
    _print_vouching(authenticated=report.authenticated)
    print_rows("the sealer could not pack", contents.refused)
    print_rows("changed while it was sealed", contents.changed)
    for why, count in restored.omitted if restored is not None else ():
        click.echo(f"not restored: {why}: {count}", err=True)
