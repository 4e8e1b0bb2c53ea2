"""Verifying one court bundle: the verdict as text or JSON, and as a page for a court."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from comity.bundle.ceilings import CEILINGS
from comity.bundle.folder import FolderReader, read_trust
from comity.bundle.verdict import EXIT, Report
from comity.bundle.verify import verify
from comity.canonical import ComityError, MisuseError, OperationError
from comity.cli.faults import fail
from comity.cli.packages_shown import showing
from comity.cli.verify_text import lines
from comity.directory import TrustFile
from comity.verifier.speech import Speech

_OF_A_BUNDLE: Final = ("bagit.txt", "data")
"""A folder with none of these is no bundle at all, not a damaged one."""
LACKING: Final = 5
"""Exit status where a claim that --require names is not proved."""


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a verdict.

    Attributes:
        output: new PDF file, or None.
        lang: of text and PDF.
        font_folders: where fonts for the PDF are looked for too.
        required: names of claims that must be proved.
    """

    output: Path | None
    lang: str
    font_folders: tuple[Path, ...]
    required: tuple[str, ...]


def is_bundle(path: Path) -> bool:
    """Tell whether a folder has anything of a bundle."""
    return any((path / name).exists() for name in _OF_A_BUNDLE)


def check_required(required: tuple[str, ...], *, as_json: bool) -> None:
    """End with the status of misuse if a name is none of a claim; the error lists the names."""
    unknown = [name for name in required if name not in CEILINGS]
    if unknown:
        text = f"--require: no claim is named {unknown[0]!a}; the names are {', '.join(CEILINGS)}"
        fail(MisuseError(text), as_json=as_json, status=2)


def verify_court_bundle(path: Path, trust: Path | None, wanted: Wanted, *, as_json: bool) -> int:
    """Judge a bundle, print the verdict, return the exit status.

    Args:
        path: its folder.
        trust: the trust file.
        wanted: what else is to be told, and where.
        as_json: whether one JSON object is printed in place of text.
    """
    try:
        if not is_bundle(path):
            raise MisuseError(f"{path} is no court bundle: name the folder with {_OF_A_BUNDLE[0]}")
        trusted = read_trust(trust, bundle=path) if trust is not None else None
        _check_paper(wanted)
    except ComityError as error:
        fail(error, as_json=as_json, status=2)
    try:
        report = _judged(path, trusted, quiet=as_json)
    except ComityError as error:
        unread = isinstance(error, (MisuseError, OperationError))
        fail(error, as_json=as_json, status=2 if unread else 1)
    try:
        written = _write_paper(report, path, trust, wanted)
    except ComityError as error:
        fail(error, as_json=as_json, status=2)
    lacking = tuple(name for name in wanted.required if report.lacking(name) != ())
    damaged = report.exit_status == EXIT["damaged"]
    status = LACKING if lacking and not damaged else report.exit_status
    if as_json:
        value = report.value()
        if wanted.required:
            value |= {"exit_status": status, "lacking": list(lacking)}
        if written:
            value |= {"paper": written}
        click.echo(json.dumps(value, ensure_ascii=False, sort_keys=True))
        return status
    told = lines(report, Speech(wanted.lang), lacking, trusted=trusted is not None)
    for line in (*told, *_paper_lines(written)):
        click.echo(line)
    return status


def _check_paper(wanted: Wanted) -> None:
    """Say before a long check, not after it, that a page could not be written."""
    if wanted.output is not None:
        from comity.cli.verify_paper import check_output

        check_output(wanted.output, wanted.lang, wanted.font_folders)


def _write_paper(
    report: Report, bundle: Path, trust: Path | None, wanted: Wanted
) -> dict[str, str]:
    """Write the page if one is wanted; return its name and SHA-256."""
    if wanted.output is None:
        return {}
    from comity.cli.verify_paper import checked, write_verdict

    found = checked(report, FolderReader(bundle), trust)
    return write_verdict(found, wanted.output, wanted.lang, wanted.font_folders)


def _paper_lines(written: dict[str, str]) -> Iterator[str]:
    if written:
        yield ""
        yield f"{written['file']}  sha256:{written['sha256']}"


def _judged(path: Path, trust: TrustFile | None, *, quiet: bool) -> Report:
    """Return the verdict; a terminal sees how much was read, and the time that remains."""
    watched = sys.stderr.isatty() and not quiet
    sizes = FolderReader(path).listing().values() if watched else ()
    total = sum(size or 0 for size in sizes)
    with showing("verifying", total, quiet=quiet) as progress:
        # small files are read once more by the step that they belong to
        reader = FolderReader(path, lambda done: progress(min(done, total)))
        return verify(reader, trust=trust)
