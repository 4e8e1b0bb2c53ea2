"""The command verify: a court bundle, a sealed package, a letter or a certificate, offline.

The verdict goes to standard output, first; errors to standard error. Exit status of a bundle, the
first that applies: 2 misuse, or the bundle could not be read; 1 damaged, or its exporter
contradicts itself; 5 a claim that --require names is not proved; 3 a key is not vouched for by the
trust file; 4 statements of parties contradict each other; 0. Of a package, letter or certificate: 0
proved, 1 a check failed, 2 misuse, 3 consistent, but its origin is not proved.
"""

import stat
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from comity.canonical import ComityError, MisuseError, OperationError
from comity.cli.faults import fail
from comity.cli.options import AS_JSON, NEW
from comity.cli.papers import FONTS
from comity.files.errors import translating
from comity.instruments.model import LANGUAGES

_PATH = click.Path(path_type=Path)


def _claims(context: click.Context, option: click.Parameter, wanted: bool) -> None:
    """Print the names of the claims; what knows them is loaded only then."""
    if wanted:
        from comity.cli.court.verdict import listed

        listed(context, option, wanted)


@click.command("verify")
@click.argument("path", type=_PATH)
@click.argument("other", type=_PATH, required=False)
@click.option("--trust", type=_PATH, help="The trust file, which did not come with the bundle.")
@click.option("--offer", "offer_path", type=_PATH, help="Of a package: its signed offer.")
@click.option("-i", "--identity", type=_PATH, help="Of a package: a key, to check its contents.")
@click.option("--record", "record_path", type=_PATH, help="Of a letter: the file exported from it.")
@click.option("--status", type=_PATH, help="Of a certificate: the list of withdrawn ones.")
@click.option(
    "--unauthenticated", is_flag=True, help="Of a package: accept that no one vouches for it."
)
@click.option("-o", "--output", type=NEW, help="Of a bundle: new PDF file, for a court.")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="Of a bundle: language of text and PDF. Default: en.",
)
@FONTS
@click.option(
    "--require",
    "required",
    multiple=True,
    metavar="CLAIM",
    help="Of a bundle: exit 5 unless every claim of this name is proved; repeatable.",
)
@click.option("--messages", is_flag=True, help="Of a bundle: list its messages, a line each.")
@click.option(
    "--claims",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_claims,
    help="List the names of the claims, a sentence each, and end.",
)
@AS_JSON
def verify_bundle(
    path: Path,
    other: Path | None,
    trust: Path | None,
    *,
    record_path: Path | None,
    status: Path | None,
    output: Path | None,
    lang: str | None,
    font_folders: tuple[Path, ...],
    required: tuple[str, ...],
    messages: bool,
    as_json: bool,
    **package: Any,
) -> None:
    """Verify a court bundle, package, letter or certificate, offline.

    A bundle is judged by a trust file. The verdict says whether it is intact, then lists each
    claim: proved; attested, and by whom; contradicted; disputed; not known. Exit status 0: intact.
    1: damaged, its exporter contradicts itself, or your trust file has another mode or other keys
    of a State. 2: misuse. 3: your trust file does not vouch for every key. 4: statements of parties
    contradict each other. 5: a claim that --require names is not proved; a program names it:

        comity verify BUNDLE --trust TRUST-FILE --require message-signed

    What is not proved is listed, with why. The newest answers in an honest bundle are often only
    attested, because no partner has signed yet that it holds them: --require receipt then ends
    with 5.

    --claims lists all names, each with a sentence and with the most that any bundle can show.

    With --messages each message has a line: who sent what, when, and within which bounds.

    With a second bundle, OTHER, of the same case by another party, each is judged, and then both
    together: what both hold, what one of them left out, where their statements clash:

        comity verify BUNDLE OTHER --trust TRUST-FILE

    With -o, the verdict is also written as a PDF for a court, in seven languages:

        comity verify BUNDLE --trust TRUST-FILE --lang fr -o verdict.pdf

    A package is held against its offer block by block; with a key also every file inside. A
    letter, a PDF, is judged by the signed message in it, and its pages are made again from that; a
    certificate of training, a file or a PDF, by its credential, and by the list of withdrawn ones
    if you have it. Their exit status: 0 proved, 1 failed, 2 misuse, 3 origin not proved.

    Nothing needs a network.
    """
    from comity.cli.court.verdict import check_required
    from comity.cli.court.verify_bundle import Wanted, verify_court_bundle

    check_required(required, two=other is not None, as_json=as_json)
    wanted = Wanted(output, lang or "en", font_folders, required, messages)
    told: dict[str, Any] = {"trust": trust, "as_json": as_json}
    if messages and (other is not None or as_json):
        _misuse("--messages is for the text of one bundle; JSON has them as claims", told)
    if other is not None:
        from comity.cli.court.verify_bundle import verify_two_bundles

        if record_path or status or any(package.values()):
            _misuse("--offer, -i, --record, --status and --unauthenticated are for one file", told)
        sys.exit(verify_two_bundles((path, other), trust, wanted, as_json=as_json))
    try:
        with translating(f"reading {path}"):
            kind = path.stat().st_mode
    except OperationError as error:
        fail(error, as_json=as_json, status=2)
    if stat.S_ISREG(kind):
        if output is not None or lang is not None or required or font_folders or messages:
            only = "-o, --lang, --fonts, --require and --messages are for a court bundle, a folder"
            _misuse(only, told)
        sys.exit(_file(path, record_path, status, told, package))
    if not stat.S_ISDIR(kind):
        neither = f"{path} is neither a folder (a court bundle) nor a file (a package)"
        fail(MisuseError(neither), as_json=as_json, status=2)
    if record_path is not None or status is not None or any(package.values()):
        misplaced = "an offer, a key, a record, a list and --unauthenticated are for a file"
        fail(MisuseError(misplaced), as_json=as_json, status=2)
    sys.exit(verify_court_bundle(path, trust, wanted, as_json=as_json))


def _file(
    path: Path,
    record: Path | None,
    status: Path | None,
    told: dict[str, Any],
    package: dict[str, Any],
) -> int:
    """Judge a certificate, a letter or a package, whichever the file is; return the status."""
    if record is None and (judged := _certificate(path, status, told, package)) is not None:
        return judged
    if status is not None:
        _misuse("a list of withdrawn ones is for a certificate", told)
    if record is not None or _is_pdf(path):
        from comity.cli.court.verify_signed import verify_letter

        if any(package.values()):
            _misuse("a letter needs no offer and no key", told)
        return verify_letter(path, record=record, **told)
    from comity.cli.court.verdict import misnamed
    from comity.cli.court.verify_signed import verify_package

    try:
        with translating(f"reading {path}"):
            instead = misnamed(path, vouched=any(package.values()))
    except OperationError as error:
        fail(error, as_json=bool(told["as_json"]), status=2)
    if instead is not None:
        _misuse(instead, told)

    return verify_package(path, **told, **package)


def _certificate(
    path: Path, status: Path | None, told: dict[str, Any], package: dict[str, Any]
) -> int | None:
    """Judge a certificate; None if the file is none."""
    from comity.cli.court.verify_certificate import (
        certificate_inside,
        is_certificate,
        verify_certificate,
    )

    inside = None
    if _is_pdf(path):
        try:
            inside = certificate_inside(path)
        except ComityError as error:
            unread = isinstance(error, (MisuseError, OperationError))
            fail(error, as_json=bool(told["as_json"]), status=2 if unread else 1)
    if inside is None and not is_certificate(path):
        return None
    if any(package.values()):
        _misuse("a certificate needs no offer and no key", told)
    return verify_certificate(path, inside, status=status, **told)


def _misuse(text: str, told: dict[str, Any]) -> NoReturn:
    fail(MisuseError(text), as_json=bool(told["as_json"]), status=2)


def _is_pdf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(5) == b"%PDF-"
    except OSError:
        return False  # reading it again says why
