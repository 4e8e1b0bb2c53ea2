"""The command verify: a court bundle, a sealed package, a letter or a certificate, offline.

The verdict goes to standard output, first; errors to standard error. Exit status: 0 all that is
claimed is proved; 1 a check failed; 2 misuse, or the bundle could not be read; 3 consistent, but
whose keys these are is not proved.
"""

import json
import stat
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from comity.bundle.verdict import Outcome, Report
from comity.canonical import ComityError, MisuseError, OperationError
from comity.cli.faults import fail
from comity.files.errors import translating

if TYPE_CHECKING:
    from comity.directory import TrustFile

_PATH = click.Path(path_type=Path)
_WORDS: Final = {"proved": "proved", "failed": "FAILED", "not-proved": "not proved"}
_OF_A_BUNDLE: Final = ("bagit.txt", "data")
"""A folder with none of these is no bundle at all, not one that fails."""
_SHOWN: Final = 20  # findings of a step; --json has all


@click.command("verify")
@click.argument("path", type=_PATH)
@click.option("--trust", type=_PATH, help="The trust file, which did not come with the bundle.")
@click.option("--offer", "offer_path", type=_PATH, help="Of a package: its signed offer.")
@click.option("-i", "--identity", type=_PATH, help="Of a package: a key, to check its contents.")
@click.option("--record", "record_path", type=_PATH, help="Of a letter: the file taken out of it.")
@click.option("--status", type=_PATH, help="Of a certificate: the list of withdrawn ones.")
@click.option("--unauthenticated", is_flag=True, help="Of a package: nobody vouches for it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify_bundle(
    path: Path,
    trust: Path | None,
    *,
    record_path: Path | None,
    status: Path | None,
    as_json: bool,
    **package: Any,
) -> None:
    """Judge the court bundle in folder PATH, or the package, letter or certificate in file PATH.

    A bundle is judged step by step by a trust file. A package is held against its offer block by
    block; with a key also every file inside. A letter, a PDF, is judged by the signed message in
    it, and its pages are made again from that; a certificate of training, a file or a PDF, by its
    credential, and by the list of withdrawn ones if you have it. Nothing needs a network.
    """
    from comity.bundle.folder import read_trust

    try:
        with translating(f"reading {path}"):
            kind = path.stat().st_mode
    except OperationError as error:
        fail(error, as_json=as_json, status=2)
    if stat.S_ISREG(kind):
        told: dict[str, Any] = {"trust": trust, "as_json": as_json}
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
    if as_json:
        click.echo(json.dumps(report.value(), ensure_ascii=False, sort_keys=True))
    else:
        for line in lines(report, trust):
            click.echo(line)
    sys.exit(report.exit_status)


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


def lines(report: Report, trust: Path | None = None) -> Iterator[str]:
    """Yield a report as text: verdict, steps, heads, then what is attested and unknown.

    Args:
        report: the verdict.
        trust: the trust file as it was named, if there was one.
    """
    yield _verdict(report)
    for state in report.unlike_trust:
        yield f"The keys of {state} in this bundle are not those in the trust file {trust}."
        yield "  Either may be wrong. Compare the trust file's digest with that State by telephone."
    yield f"exported by {report.exporter or '?'} at {report.exported_at or '?'}" + (
        f" (mode {report.mode})" if report.mode else ""
    )
    yield ""
    for step in report.steps:
        yield from _step(step)
    yield ""
    if report.heads or report.custody:
        failed = report.verdict == "failed"
        yield "heads that it states:" if failed else "complete up to these heads:"
    else:
        yield "no heads are stated"
    for conversation, heads in report.heads.items():
        yield f"  conversation {conversation}"
        for party, head in sorted(heads.items()):
            yield f"    {party}: message {head['sequence']}, {head['content']}"
    for exhibit, head in report.custody.items():
        yield f"  exhibit {exhibit}: event {head['count']}, {head['digest']}"
    for word in ("attested", "unknown"):
        yield from _said(report, word)
    if report.withheld:
        yield "withheld:"
        yield from (f"  {path}: {item}" for path, item in report.withheld.items())
    yield "limits:"
    if report.verdict == "failed":
        yield "  A failed check is not by itself a sign of forgery; a partner can cause it."
        yield "  Ask the exporter and another party for a new export of the same case."
    else:
        yield "  An exporter that lies can sign its own receipts again and leave things out unseen."
        yield "  Compare this bundle with one that another party exports of the same case."


def _verdict(report: Report) -> str:
    first = report.first_failure
    if report.verdict == "failed" and first is not None:
        number, finding = first
        return f"FAILED at step {number}: {finding.path!a}: {finding.reason} [{finding.code}]"
    if report.verdict == "consistent":
        return "CONSISTENT; ORIGIN NOT PROVED: it fits together, but nobody vouches for its keys"
    return "PROVED: every signature, digest and log proof in it holds by your trust file"


def _step(step: Outcome) -> Iterator[str]:
    yield f"{step.number:>2}  {_WORDS[step.status]:<10}  {step.title}: {step.summary}"
    for finding in step.findings[:_SHOWN]:
        yield f"      {finding.path!a}: {finding.reason} [{finding.code}]"
    if len(step.findings) > _SHOWN:
        yield f"      and {len(step.findings) - _SHOWN} more"


def _said(report: Report, word: str) -> Iterator[str]:
    said = [text for step in report.steps for text in getattr(step, word)]
    if said:
        yield f"{word}:"
        yield from (f"  {text}" for text in said)
