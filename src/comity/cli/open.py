"""The command open: parsing and printing around `comity.files.opening`.

Exit status: 0 opened; 1 a check failed, nothing was given its name; 2 misuse.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from comity.canonical import digest_text
from comity.cli.faults import guarded
from comity.cli.packages_shown import print_rows, row_value, showing
from comity.evidence.offer import Offer, decode_offer
from comity.evidence.open import Binding, Limits
from comity.evidence.package_errors import OfferRequiredError
from comity.files.errors import translating
from comity.files.key_file import read_identities
from comity.files.opening import OpenOrder, OpenReport, open_sealed
from comity.files.signed_offer import read_signed_offer

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
    with showing("opening", size_bytes, quiet=as_json) as progress:
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


def _print_open(report: OpenReport, target: Path, *, against_offer: bool, as_json: bool) -> None:
    contents = report.contents
    if as_json:
        shown = {
            "against_offer": against_offer,
            "authenticated": report.authenticated,
            "changed": [row_value(row) for row in contents.changed],
            "files": contents.files,
            "folder": str(target),
            "payload_size_bytes": contents.payload_size_bytes,
            "refused": [row_value(row) for row in contents.refused],
            "root": digest_text(report.root),
            "sealed_size_bytes": report.sealed_size_bytes,
        }
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        click.echo(f"opened {contents.files} files, {contents.payload_size_bytes} bytes: {target}")
        click.echo(f"package {digest_text(report.root)}")
    if not report.authenticated:
        click.echo("UNAUTHENTICATED: intact, but nobody vouches for who sealed it", err=True)
    print_rows("the sealer could not pack", contents.refused)
    print_rows("changed while it was sealed", contents.changed)
