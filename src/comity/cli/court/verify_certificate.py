"""Verifying one certificate of training: its file, or the PDF that holds it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from comity.canonical import ComityError, MisuseError, OperationError
from comity.cli.faults import fail
from comity.cli.papers import bytes_of
from comity.papers.letter_check import MAX_LETTER_BYTES
from comity.papers.visible import visible
from comity.training.record import INSIDE, MAX_RECORD_BYTES, Inside, read_inside, read_record

if TYPE_CHECKING:
    from comity.papers.training_certificate import TrainingVerdict

_BEGINS: Final = b'{"credential":"'
_VERDICTS: Final = {
    "proved": "PROVED: {party} issued this certificate",
    "consistent": "CONSISTENT, BUT NOT ALL PROVED: see below what is not",
    "failed": "FAILED: this certificate does not count",
}
_WORDS: Final = {"not-proved": "not proved", "failed": "FAILED"}


def is_certificate(path: Path) -> bool:
    """Tell whether a file begins as the file of a certificate does."""
    try:
        with path.open("rb") as file:
            return file.read(len(_BEGINS)) == _BEGINS
    except OSError:
        return False  # reading it again says why


def certificate_inside(path: Path) -> Inside | None:
    """Return the certificate inside a PDF, or None if it holds none or nothing here can look.

    Raises:
        PeerError: there is one, and it is malformed.
    """
    try:
        from comity.papers.embedded import embedded_file
    except ModuleNotFoundError:
        return None  # what reads letters says what to install
    from comity.papers.errors import LetterRecordError

    try:
        found = embedded_file(bytes_of(path, MAX_LETTER_BYTES), INSIDE)
    except LetterRecordError:
        return None
    return read_inside(found)


def verify_certificate(
    path: Path, inside: Inside | None, *, trust: Path | None, status: Path | None, as_json: bool
) -> int:
    """Judge a certificate, print the verdict, return the exit status.

    Args:
        path: the file, or the PDF.
        inside: what stood in the PDF, or None for a file.
        trust: the trust file, or None.
        status: the list of withdrawn certificates, or None.
        as_json: print one JSON object.
    """
    from comity.files.key_files import read_trust_file
    from comity.node.core.clock import now
    from comity.papers.training_certificate import check_training, check_training_pdf
    from comity.papers.typeset import FontPlaces

    try:
        trusted = None if trust is None else read_trust_file(trust)
        listed = None if status is None else read_record(bytes_of(status, MAX_RECORD_BYTES))
    except ComityError as error:
        fail(error, as_json=as_json, status=2)
    try:
        if inside is None:
            record = read_record(bytes_of(path, MAX_RECORD_BYTES))
            found = check_training(record, trust=trusted, now=now(), status=listed)
        else:
            pdf = bytes_of(path, MAX_LETTER_BYTES)
            found = check_training_pdf(
                pdf, inside, trust=trusted, now=now(), fonts=FontPlaces(), status=listed
            )
    except ComityError as error:
        unread = isinstance(error, (MisuseError, OperationError))
        fail(error, as_json=as_json, status=2 if unread else 1)
    _print(found, as_json=as_json)
    return found.exit_status


def _print(found: "TrainingVerdict", *, as_json: bool) -> None:
    said = found.certificate
    if as_json:
        rows = [
            {"code": one.code, "text": one.text, "what": one.what, "word": one.word}
            for one in found.findings
        ]
        told = {
            "certificate": said.id,
            "code": found.code,
            "findings": rows,
            "mode": said.mode,
            "party": said.party,
            "verdict": found.verdict,
        }
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
        return
    click.echo(_VERDICTS[found.verdict].format(party=said.party))
    exercise = "EXERCISE, trains nobody for real: " if said.mode == "exercise" else ""
    click.echo(f"{exercise}{visible(said.name)}, {said.function}, {visible(said.title)}")
    click.echo(f"code    {found.code}")
    for one in found.findings:
        code = f" [{one.code}]" if one.code else ""
        click.echo(f"{_WORDS.get(one.word, one.word):<10}  {one.what}: {one.text}{code}")
