"""Papers for people: passport, label, courier form, cover of a bundle, a signature on one."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import click

from comity.canonical import MisuseError, decode_loose, parse_digest
from comity.cli.court.letters import (
    code,
    execution_record,
    find,
    letter,
    note_verbale,
    record,
    records_certificate,
    texts,
)
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.options import AS_JSON, HERE, NEW, named_party, refuse_inside
from comity.cli.papers import FOLDER, FONTS, bytes_of, font_places, publish
from comity.cli.tongues import Tongue, languages

if TYPE_CHECKING:
    from comity.canonical import Mode
    from comity.evidence.offer import Offer
    from comity.papers.label import Sheet

_MAX_OFFER_BYTES: Final = 16 * 1024 * 1024


def _printed[F: Callable[..., Any]](command: F) -> F:
    """Add the options that every paper has."""
    lang = click.option("--lang", required=True, type=Tongue(), help="Language of the paper.")
    output = click.option("-o", "--output", required=True, type=NEW, help="New PDF file.")
    return languages(lang(FONTS(output(AS_JSON(command)))))


def _of_package[F: Callable[..., Any]](command: F) -> F:
    """Add the options that say which package a label or form is about."""
    offer = click.option(
        "--offer", type=HERE, help="Offer file beside the package: gives exhibit and root."
    )
    exhibit = click.option("--exhibit", help="Identifier of the exhibit, without --offer.")
    root = click.option("--root", help="sha256:... of the sealed package, without --offer.")
    seal = click.option("--seal-number", required=True, help="As printed on the bag's seal.")
    case = click.option("--case", required=True, help="Your office's number of the case.")
    mode = click.option(
        "--mode", required=True, type=click.Choice(["live", "exercise"]), help="Printed large."
    )
    return offer(exhibit(root(seal(case(mode(command))))))


@click.group(cls=Group)
def paper() -> None:
    """Make labels, forms, letters, certificates and notes, offline.

    Papers explain; they prove nothing. PDF/A-2a and PDF/UA-1, in seven languages. A letter is
    PDF/A-3a: it carries the signed message it was made from.
    """


for _command in (
    code,
    execution_record,
    find,
    letter,
    note_verbale,
    record,
    records_certificate,
    texts,
):
    paper.add_command(_command)


@paper.command()
@_of_package
@click.option(
    "--party",
    required=True,
    callback=named_party,
    help="Whose exhibit it is: vn/contact-point.",
)
@click.option("--description", help="What it is, in a few words.")
@click.option(
    "--sheet",
    type=click.Choice(["a6", "a4"]),
    default="a6",
    show_default=True,
    help="One label, or four alike on a sheet.",
)
@_printed
@guarded
def label(*, output: Path, as_json: bool, sheet: str, **told: Any) -> None:
    """Make the label of an exhibit's bag, with a QR code.

    The code holds exhibit, root, seal number and case. Nothing of --offer is verified here.
    """
    from comity.node.core.clock import now
    from comity.papers.label import Label, label_pdf
    from comity.papers.words import words

    exhibit, root = _package(told)
    made = label_pdf(
        Label(
            exhibit=exhibit,
            root=root,
            seal_number=told["seal_number"],
            case=told["case"],
            party=told["party"],
            description=told["description"],
            mode=cast("Mode", told["mode"]),
        ),
        words(told["lang"]),
        sheet=cast("Sheet", sheet),
        made_at=now(),
        fonts=font_places(told),
    )
    publish(output, made, as_json=as_json)


@paper.command()
@_of_package
@click.option("--from", "sender", required=True, help="Party that sends: vn/contact-point.")
@click.option("--to", "addressee", required=True, help="Party that receives.")
@click.option("--medium", required=True, help="What is in the bag, in a few words.")
@click.option("--courier", "carrier", help="Name of the courier; otherwise written in by hand.")
@_printed
@guarded
def courier(*, output: Path, as_json: bool, **told: Any) -> None:
    """Make the courier form that is signed at each transfer of custody."""
    from comity.node.core.clock import now
    from comity.papers.courier import HandOver, courier_pdf
    from comity.papers.words import words

    exhibit, root = _package(told)
    made = courier_pdf(
        HandOver(
            exhibit=exhibit,
            root=root,
            seal_number=told["seal_number"],
            case=told["case"],
            sender=told["sender"],
            addressee=told["addressee"],
            courier=told["carrier"],
            medium=told["medium"],
            mode=cast("Mode", told["mode"]),
        ),
        words(told["lang"]),
        made_at=now(),
        fonts=font_places(told),
    )
    publish(output, made, as_json=as_json)


@paper.command()
@click.argument("passport_file", metavar="PASSPORT", type=HERE)
@_printed
@guarded
def passport(passport_file: Path, *, output: Path, as_json: bool, **told: Any) -> None:
    """Print the custody passport of PASSPORT, a file by `comity exhibit passport --json`.

    The chain in the file is verified; what the file says of logs is its author's word.
    """
    from comity.evidence.passport import MAX_PASSPORT_BYTES, parse_passport
    from comity.node.core.clock import now
    from comity.papers.passport import passport_pdf
    from comity.papers.words import words

    facts = parse_passport(_json(passport_file, most=MAX_PASSPORT_BYTES))
    made = passport_pdf(facts, words(told["lang"]), made_at=now(), fonts=font_places(told))
    publish(output, made, as_json=as_json)


@paper.command()
@click.argument("bundle", type=FOLDER)
@click.option("--trust", type=HERE, help="The trust file, which did not come with the bundle.")
@_printed
@guarded
def cover(bundle: Path, *, trust: Path | None, output: Path, as_json: bool, **told: Any) -> int:
    """Verify the court bundle in BUNDLE and print its cover page.

    The cover is made whatever the verdict; the exit status is that of `comity verify`. For the
    verdict alone, on one page, use `comity verify -o`.
    """
    from comity.bundle.folder import FolderReader, read_trust
    from comity.bundle.verify import verify
    from comity.cli.court.verify_bundle import checked, judged_by
    from comity.node.core.clock import now
    from comity.papers.cover import cover_pdf
    from comity.papers.words import words

    refuse_inside(output, bundle)
    reader = FolderReader(bundle)
    trusted = None if trust is None else read_trust(trust, bundle=bundle)
    judged = judged_by(trust, trusted)
    report = verify(reader, trust=trusted)
    found = checked(report, reader, judged)
    made = cover_pdf(found, words(told["lang"]), made_at=now(), fonts=font_places(told))
    publish(output, made, as_json=as_json, verdict=report.verdict)
    return report.exit_status


@paper.command()
@click.argument("pdf", type=HERE)
@click.option("--key", required=True, type=HERE, help="Private key, PEM: RSA or elliptic curve.")
@click.option("--cert", required=True, type=HERE, help="Certificate of that key, PEM.")
@click.option("--chain", type=HERE, help="Further certificates up to a root, PEM.")
@click.option("--passphrase-file", type=HERE, help="First line is the key's passphrase.")
@click.option("-o", "--output", required=True, type=NEW, help="New signed PDF file.")
@AS_JSON
@guarded
def sign(
    pdf: Path,
    *,
    key: Path,
    cert: Path,
    chain: Path | None,
    passphrase_file: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """Sign a finished PDF for a court (PAdES B-B).

    Needs the extra: pip install comity[pades]. The signature claims a time; no one confirms it.
    """
    from comity.node.core.clock import now
    from comity.papers.sign import MAX_KEY_FILE_BYTES, MAX_PDF_BYTES, SigningFiles, sign_pdf

    passphrase = b"" if passphrase_file is None else bytes_of(passphrase_file, MAX_KEY_FILE_BYTES)
    files = SigningFiles(
        key=bytes_of(key, MAX_KEY_FILE_BYTES),
        certificate=bytes_of(cert, MAX_KEY_FILE_BYTES),
        chain=b"" if chain is None else bytes_of(chain, MAX_KEY_FILE_BYTES),
        passphrase=passphrase.partition(b"\n")[0].rstrip(b"\r") or None,
    )
    publish(output, sign_pdf(bytes_of(pdf, MAX_PDF_BYTES), files, at=now()), as_json=as_json)


def _package(told: dict[str, Any]) -> tuple[str, bytes]:
    """Return exhibit and root, from the options or from an offer file."""
    exhibit, root = told["exhibit"], told["root"]
    if told["offer"] is not None and exhibit is None and root is None:
        offer = _offer(told["offer"])
        return offer.exhibit, offer.root
    if told["offer"] is not None or exhibit is None or root is None:
        raise MisuseError("give either --offer, or --exhibit and --root")
    return exhibit, parse_digest(root)


def _offer(path: Path) -> "Offer":
    """Return the offer of a file by `comity seal`, or of a signed one; its signature is not asked.

    Raises:
        PeerError: the file is no offer.
    """
    from comity.evidence.offer import parse_offer
    from comity.exchange.sections import Section

    value = _json(path, most=_MAX_OFFER_BYTES)
    if isinstance(value, dict) and "message" in value:
        value = Section.from_value(value.get("offer")).value
    return parse_offer(value)


def _json(path: Path, *, most: int) -> Any:
    return decode_loose(bytes_of(path, most), max_bytes=most)
