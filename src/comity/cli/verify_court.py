"""Verifying one court bundle: the verdict as text or JSON, and as a page for a court."""

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from comity.bundle.folder import FolderReader, read_trust
from comity.bundle.layout import SIGNS
from comity.bundle.verdict import EXIT, Report
from comity.bundle.verify import verify
from comity.canonical import ComityError, MisuseError, OperationError
from comity.cli.faults import fail
from comity.cli.options import refuse_inside
from comity.cli.packages_shown import showing
from comity.cli.verify_kind import no_bundle
from comity.cli.verify_messages import message_lines
from comity.cli.verify_required import lacking_lines, required_value
from comity.cli.verify_text import lines, print_lines
from comity.directory import TrustFile
from comity.files.errors import translating
from comity.verifier.preface import JudgedBy
from comity.verifier.speech import Speech

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
        messages: whether each message is told in a line of its own.
    """

    output: Path | None
    lang: str
    font_folders: tuple[Path, ...]
    required: tuple[str, ...]
    messages: bool = False


def is_bundle(path: Path) -> bool:
    """Tell whether a folder has anything of a bundle."""
    return any((path / name).exists() for name in SIGNS)


def judged_by(path: Path | None, trust: TrustFile | None) -> JudgedBy | None:
    """Return what a verdict says of the trust file at a path; None without one.

    Raises:
        OperationError: it cannot be read.
    """
    if path is None or trust is None:
        return None
    with translating(f"reading {path}"), path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return JudgedBy(digest, tuple(sorted(trust.delegations)))


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
            with translating(f"reading {path}"):
                raise MisuseError(no_bundle(path, typed(trust, wanted, as_json=as_json)))
        trusted = read_trust(trust, bundle=path) if trust is not None else None
        judged = judged_by(trust, trusted)
        check_paper(wanted, path)
    except ComityError as error:
        fail(error, as_json=as_json, status=2)
    try:
        report = _judged(path, trusted, quiet=as_json)
    except ComityError as error:
        unread = isinstance(error, (MisuseError, OperationError))
        fail(error, as_json=as_json, status=2 if unread else 1)
    lacking = tuple(name for name in wanted.required if report.lacking(name) != ())
    speech, failed = Speech(wanted.lang), report.first_failure is not None
    required = tuple(lacking_lines(report, lacking, speech, failed=failed))
    try:
        written = _write_paper(report, path, judged, wanted, required)
    except ComityError as error:
        fail(error, as_json=as_json, status=2)
    damaged = report.exit_status == EXIT["damaged"]
    status = LACKING if lacking and not damaged else report.exit_status
    if as_json:
        value = report.value() | {"trust": judged and judged.value()}
        value |= {"steps": steps_value(report, speech), "summary_lang": speech.lang}
        if wanted.required:
            value |= required_value(lacking, status)
        if written:
            value |= {"paper": written}
        click.echo(json.dumps(value, ensure_ascii=False, sort_keys=True))
        return status
    print_lines(lines(report, speech, required, judged=judged))
    if wanted.messages:
        print_lines(("", *message_lines(report, speech)))
    for line in paper_lines(written):
        click.echo(line)
    return status


def steps_value(report: Report, speech: Speech) -> list[dict[str, Any]]:
    """Return the steps as JSON; title and summary are for people, in the language asked for.

    In English the summary is the judge's own, which also says why a key is not vouched for.
    """
    told = [step.value() for step in report.steps]
    if speech.lang == "en":
        return told
    for step, value in zip(report.steps, told, strict=True):
        value["title"] = speech.word(f"title-{step.number}")
        value["summary"] = speech.summary(step.number, step.looked_at)
    return told


def typed(trust: Path | None, wanted: Wanted, *, as_json: bool) -> list[str]:
    """Return the options of a command as they were typed, for one that is to be typed instead."""
    words = [] if trust is None else ["--trust", str(trust)]
    words += [] if wanted.output is None else ["-o", str(wanted.output)]
    words += [] if wanted.lang == "en" else ["--lang", wanted.lang]
    words += [word for one in wanted.font_folders for word in ("--fonts", str(one))]
    words += [word for one in wanted.required for word in ("--require", one)]
    words += ["--messages"] if wanted.messages else []
    return [*words, "--json"] if as_json else words


def check_paper(wanted: Wanted, *bundles: Path) -> None:
    """Say before a long check, not after it, that a page could not, or may not, be written."""
    if wanted.output is not None:
        refuse_inside(wanted.output, *bundles)
        from comity.cli.verify_paper import check_output

        check_output(wanted.output, wanted.lang, wanted.font_folders)


def _write_paper(
    report: Report,
    bundle: Path,
    judged: JudgedBy | None,
    wanted: Wanted,
    required: tuple[str, ...],
) -> dict[str, str]:
    """Write the page if one is wanted; return its name and SHA-256."""
    if wanted.output is None:
        return {}
    from comity.cli.verify_paper import checked, write_verdict

    found = checked(report, FolderReader(bundle), judged, required)
    return write_verdict(found, wanted.output, wanted.lang, wanted.font_folders)


def paper_lines(written: dict[str, str]) -> Iterator[str]:
    """Yield the name of a page that was written, and its SHA-256."""
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
