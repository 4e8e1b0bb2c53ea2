"""Verifying two court bundles of one case: each by itself, then both together."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from comity.bundle.claims import WORDS
from comity.bundle.compare import Comparison, compare
from comity.bundle.folder import FolderReader, read_trust
from comity.canonical import ComityError, MisuseError, OperationError
from comity.cli.faults import fail
from comity.cli.verify_court import is_bundle
from comity.cli.verify_text import details
from comity.verifier.speech import Speech


def verify_two_bundles(
    one: Path, other: Path, trust: Path | None, lang: str, *, as_json: bool
) -> int:
    """Judge two bundles, print the verdict, return the exit status.

    Args:
        one: folder of a bundle.
        other: folder of another party's bundle of the same case.
        trust: the trust file.
        lang: of the text.
        as_json: whether one JSON object is printed in place of text.
    """
    try:
        for path in (one, other):
            if not is_bundle(path):
                raise MisuseError(f"{path} is no court bundle: name two folders with bagit.txt")
        trusted = read_trust(trust, bundle=one) if trust is not None else None
        found = compare(FolderReader(one), FolderReader(other), trust=trusted)
    except ComityError as error:
        unread = isinstance(error, (MisuseError, OperationError))
        fail(error, as_json=as_json, status=2 if unread else 1)
    if as_json:
        click.echo(json.dumps(found.value(), ensure_ascii=False, sort_keys=True))
    else:
        for line in _lines(found, (one, other), Speech(lang)):
            click.echo(line)
    return found.exit_status


def _lines(found: Comparison, paths: tuple[Path, Path], speech: Speech) -> Iterator[str]:
    yield speech.word(found.verdict)
    if any(report.mode == "exercise" for report in found.reports):
        yield f"{speech.word('exercise')}: {speech.word('exercise-text')}"
    for path, report in zip(paths, found.reports, strict=True):
        yield f"  {path}: {report.exporter or '?'}: {speech.word(report.verdict)}"
    yield ""
    yield speech.word("together")
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
