"""Verifying two court bundles of one case: each by itself, then both together."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from comity.bundle.claims import WORDS
from comity.bundle.compare import Comparison, compare
from comity.bundle.folder import FolderReader, read_trust
from comity.bundle.verdict import EXIT
from comity.canonical import ComityError, MisuseError, OperationError
from comity.cli.faults import fail
from comity.cli.verify_court import (
    LACKING,
    Wanted,
    check_paper,
    is_bundle,
    judged_by,
    paper_lines,
    steps_value,
)
from comity.cli.verify_required import lacking_lines, required_value
from comity.cli.verify_text import details, meaning, print_lines
from comity.verifier.preface import JudgedBy, judged_lines
from comity.verifier.speech import Speech, shown


def verify_two_bundles(
    paths: tuple[Path, Path], trust: Path | None, wanted: Wanted, *, as_json: bool
) -> int:
    """Judge two bundles, print the verdict, return the exit status.

    Args:
        paths: folder of a bundle, and of another party's bundle of the same case.
        trust: the trust file.
        wanted: what else is to be told, and where.
        as_json: whether one JSON object is printed in place of text.
    """
    try:
        for path in paths:
            if not is_bundle(path):
                raise MisuseError(f"{path} is no court bundle: name two folders with bagit.txt")
        trusted = None
        if trust is not None:
            for path in paths:  # it may lie in neither
                trusted = read_trust(trust, bundle=path)
        judged = judged_by(trust, trusted)
        check_paper(wanted, *paths)
        one, other = map(FolderReader, paths)
        found = compare(one, other, trust=trusted)
    except ComityError as error:
        unread = isinstance(error, (MisuseError, OperationError))
        fail(error, as_json=as_json, status=2 if unread else 1)
    lacking = tuple(name for name in wanted.required if found.lacking(name) != ())
    speech = Speech(wanted.lang)
    required = tuple(lacking_lines(found, lacking, speech, failed=found.failed))
    try:
        written = _write_paper(found, paths, judged, wanted, required)
    except ComityError as error:
        fail(error, as_json=as_json, status=2)
    damaged = found.exit_status == EXIT["damaged"]
    status = LACKING if lacking and not damaged else found.exit_status
    if as_json:
        value = found.value() | {"trust": judged and judged.value(), "summary_lang": speech.lang}
        for told, report in zip(value["bundles"], found.reports, strict=True):
            told["steps"] = steps_value(report, speech)
        if wanted.required:
            value |= required_value(lacking, status)
        if written:
            value |= {"paper": written}
        click.echo(json.dumps(value, ensure_ascii=False, sort_keys=True))
        return status
    print_lines(_lines(found, paths, judged, required, speech))
    for line in paper_lines(written):
        click.echo(line)
    return status


def _write_paper(
    found: Comparison,
    paths: tuple[Path, Path],
    judged: JudgedBy | None,
    wanted: Wanted,
    required: tuple[str, ...],
) -> dict[str, str]:
    """Write the page if one is wanted; return its name and SHA-256."""
    if wanted.output is None:
        return {}
    from comity.cli.verify_paper import checked, write_comparison

    one, other = (
        checked(report, FolderReader(path), judged)
        for report, path in zip(found.reports, paths, strict=True)
    )
    both, places = (one, other), wanted.font_folders
    return write_comparison(found, both, wanted.output, wanted.lang, places, required=required)


def _lines(
    found: Comparison,
    paths: tuple[Path, Path],
    judged: JudgedBy | None,
    required: Sequence[str],
    speech: Speech,
) -> Iterator[str]:
    yield speech.word(found.heading)
    if any(report.mode == "exercise" for report in found.reports):
        yield f"{speech.word('exercise')}: {speech.word('exercise-text')}"
    for path, report in zip(paths, found.reports, strict=True):
        yield f"  {shown(str(path))}: {report.exporter or '?'}: {speech.word(report.heading)}"
        if report.first_failure is not None:
            why = meaning(report, speech, trusted=judged is not None)
            yield from (f"    {line}" for line in why)
    yield from judged_lines(found.reports[0], judged, speech)
    yield from required
    yield ""
    yield speech.word("together")
    if found.failed:
        yield f"  {speech.word('together-damaged')}"
    for word in WORDS:
        told = list(speech.lines(found.groups, word))
        if told:
            yield f"{speech.word(f'word-{word}')}. {speech.word(f'word-{word}-text')}"
        for line, group in told:
            yield f"  {line}"
            if group is not None:
                yield from details(group, speech)
    yield ""
    yield speech.word("together-each")
