"""The command verify: a court bundle, a sealed package, a letter or a certificate, offline.

The verdict goes to standard output, first; errors to standard error. Exit status of a bundle, the
first that applies: 2 misuse, or the bundle could not be read; 1 damaged, or its exporter
contradicts itself; 5 a claim that --require names is not proved; 3 a key is not vouched for by the
trust file; 4 statements of parties do not fit together; 0. Of a package, letter or certificate: 0
proved, 1 a check failed, 2 misuse, 3 consistent, but its origin is not proved.
"""

import json
import stat
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from comity.bundle.ceilings import CEILINGS
from comity.bundle.verdict import EXIT, Report
from comity.canonical import ComityError, MisuseError, OperationError
from comity.cli.faults import fail
from comity.files.errors import translating
from comity.instruments.model import LANGUAGES

if TYPE_CHECKING:
    from comity.directory import TrustFile

_PATH = click.Path(path_type=Path)
_OF_A_BUNDLE: Final = ("bagit.txt", "data")
"""A folder with none of these is no bundle at all, not a damaged one."""
LACKING: Final = 5
"""Exit status where a claim that --require names is not proved."""


@click.command("verify")
@click.argument("path", type=_PATH)
@click.option("--trust", type=_PATH, help="The trust file, which did not come with the bundle.")
@click.option("--offer", "offer_path", type=_PATH, help="Of a package: its signed offer.")
@click.option("-i", "--identity", type=_PATH, help="Of a package: a key, to check its contents.")
@click.option("--record", "record_path", type=_PATH, help="Of a letter: the file taken out of it.")
@click.option("--status", type=_PATH, help="Of a certificate: the list of withdrawn ones.")
@click.option("--unauthenticated", is_flag=True, help="Of a package: nobody vouches for it.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Of a bundle: language. Default: en.")
@click.option(
    "--require",
    "required",
    multiple=True,
    metavar="CLAIM",
    help="Of a bundle: exit 5 unless every claim of this name is proved; repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify_bundle(
    path: Path,
    trust: Path | None,
    *,
    record_path: Path | None,
    status: Path | None,
    lang: str | None,
    required: tuple[str, ...],
    as_json: bool,
    **package: Any,
) -> None:
    """Judge the court bundle in folder PATH, or the package, letter or certificate in file PATH.

    A bundle is judged by a trust file. The verdict says whether it is intact, then lists each
    claim: proved; attested, and by whom; contradicted; disputed; not known. Exit status 0: intact.
    1: damaged, or its exporter contradicts itself. 2: misuse. 3: your trust file does not vouch
    for every key. 4: statements of parties do not fit together. 5: a claim that --require names is
    not proved; a program that relies on one claim names it:

        comity verify BUNDLE --trust TRUST-FILE --require receipt

    A package is held against its offer block by block; with a key also every file inside. A
    letter, a PDF, is judged by the signed message in it, and its pages are made again from that; a
    certificate of training, a file or a PDF, by its credential, and by the list of withdrawn ones
    if you have it. Their exit status: 0 proved, 1 failed, 2 misuse, 3 origin not proved.

    Nothing needs a network.
    """
    from comity.bundle.folder import read_trust

    _check_required(required, as_json=as_json)
    try:
        with translating(f"reading {path}"):
            kind = path.stat().st_mode
    except OperationError as error:
        fail(error, as_json=as_json, status=2)
    if stat.S_ISREG(kind):
        told: dict[str, Any] = {"trust": trust, "as_json": as_json}
        if lang is not None or required:
            _misuse("--lang and --require are for a court bundle, and it is a folder", told)
        sys.exit(_file(path, record_path, status, told, package))
    if not stat.S_ISDIR(kind):
        neither = f"{path} is neither a folder (a court bundle) nor a file (a package)"
        fail(MisuseError(neither), as_json=as_json, status=2)
    if record_path is not None or status is not None or any(package.values()):
        misplaced = "an offer, a key, a record, a list and --unauthenticated are for a file"
        fail(MisuseError(misplaced), as_json=as_json, status=2)
    if not any((path / name).exists() for name in _OF_A_BUNDLE):
        no_bundle = f"{path} is no court bundle: name the folder in which {_OF_A_BUNDLE[0]} lies"
        fail(MisuseError(no_bundle), as_json=as_json, status=2)
    try:
        trusted = read_trust(trust, bundle=path) if trust is not None else None
    except ComityError as error:
        fail(error, as_json=as_json, status=2)
    try:
        report = _judged(path, trusted, quiet=as_json)
    except ComityError as error:
        unread = isinstance(error, (MisuseError, OperationError))
        fail(error, as_json=as_json, status=2 if unread else 1)
    lacking = tuple(name for name in required if report.lacking(name) != ())
    damaged = report.exit_status == EXIT["damaged"]
    status_due = LACKING if lacking and not damaged else report.exit_status
    if as_json:
        value = report.value()
        if required:
            value |= {"exit_status": status_due, "lacking": list(lacking)}
        click.echo(json.dumps(value, ensure_ascii=False, sort_keys=True))
    else:
        _print(report, lang or "en", lacking, trusted=trusted is not None)
    sys.exit(status_due)


def _check_required(required: tuple[str, ...], *, as_json: bool) -> None:
    unknown = [name for name in required if name not in CEILINGS]
    if unknown:
        names = ", ".join(CEILINGS)
        fail(
            MisuseError(f"--require: no claim is named {unknown[0]!a}; the names are {names}"),
            as_json=as_json,
            status=2,
        )


def _print(report: Report, lang: str, lacking: tuple[str, ...], *, trusted: bool) -> None:
    from comity.cli.verify_text import lines
    from comity.verifier.speech import Speech

    speech = Speech(lang)
    for line in lines(report, speech, lacking, trusted=trusted):
        click.echo(line)


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
        from comity.cli.verify_letter import verify_letter

        if any(package.values()):
            _misuse("a letter needs no offer and no key", told)
        return verify_letter(path, record=record, **told)
    if zipfile.is_zipfile(path):
        _misuse(f"{path} is a ZIP file: unpack it, and name the folder in it", told)
    from comity.cli.verify_package import verify_package

    return verify_package(path, **told, **package)


def _certificate(
    path: Path, status: Path | None, told: dict[str, Any], package: dict[str, Any]
) -> int | None:
    """Judge a certificate; None if the file is none."""
    from comity.cli.verify_certificate import (
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


def _judged(path: Path, trust: "TrustFile | None", *, quiet: bool) -> Report:
    """Return the verdict; a terminal sees how much was read, and the time that remains."""
    from comity.bundle.folder import FolderReader
    from comity.bundle.verify import verify
    from comity.cli.packages_shown import showing

    watched = sys.stderr.isatty() and not quiet
    sizes = FolderReader(path).listing().values() if watched else ()
    total = sum(size or 0 for size in sizes)
    with showing("verifying", total, quiet=quiet) as progress:
        # small files are read once more by the step that they belong to
        reader = FolderReader(path, lambda done: progress(min(done, total)))
        return verify(reader, trust=trust)
