"""Verifying one letter: the signed message inside it, and the pages made from that again."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from comity.canonical import ComityError, MisuseError, OperationError
from comity.cli.faults import fail
from comity.cli.paper_common import bytes_of
from comity.forensics.errors import ExtraMissingError
from comity.papers.errors import LetterRecordError

if TYPE_CHECKING:
    from comity.papers.letter_check import LetterVerdict
    from comity.papers.letter_record import Inside

_VERDICTS: Final = {
    "proved": "PROVED: this letter is the message that {author} signed",
    "consistent": "CONSISTENT, BUT NOT ALL PROVED: see below what is not",
    "failed": "FAILED: this is no letter that {author} signed",
}
_WORDS: Final = {"not-proved": "not proved", "failed": "FAILED"}


def verify_letter(path: Path, *, record: Path | None, trust: Path | None, as_json: bool) -> int:
    """Judge a letter, print the verdict, return the exit status."""
    from comity.files.trust_file import read_trust_file
    from comity.node.core.clock import now
    from comity.papers.fonts import FontPlaces
    from comity.papers.letter_check import MAX_LETTER_BYTES, check_letter

    try:
        trusted = None if trust is None else read_trust_file(trust)
        pdf = bytes_of(path, MAX_LETTER_BYTES)
        if len(pdf) > MAX_LETTER_BYTES:
            raise LetterRecordError("larger than a letter")
    except ComityError as error:
        fail(error, as_json=as_json, status=2)
    try:
        inside = _inside(pdf, record)
        found = check_letter(pdf, inside, trust=trusted, now=now(), fonts=FontPlaces())
    except ComityError as error:
        unread = isinstance(error, (MisuseError, OperationError, ExtraMissingError))
        fail(error, as_json=as_json, status=2 if unread else 1)
    _print(found, as_json=as_json)
    return found.exit_status


def _inside(pdf: bytes, record: Path | None) -> "Inside":
    from comity.papers.letter_record import INSIDE, MAX_RECORD_BYTES, read_inside

    if record is not None:
        return read_inside(bytes_of(record, MAX_RECORD_BYTES))
    try:
        from comity.papers.embedded import embedded_file
    except ModuleNotFoundError as fault:
        raise ExtraMissingError(
            "reading the file in a letter needs pyHanko: pip install comity[pades]; or take"
            f" {INSIDE} out with any PDF reader and name it with --record",
            extra="pades",
        ) from fault
    return read_inside(embedded_file(pdf, INSIDE))


def _print(found: "LetterVerdict", *, as_json: bool) -> None:
    if as_json:
        rows = [
            {"code": said.code, "text": said.text, "what": said.what, "word": said.word}
            for said in found.findings
        ]
        told = {
            "author": found.author,
            "code": found.code,
            "content": found.digest,
            "findings": rows,
            "mode": found.mode,
            "type": found.type,
            "verdict": found.verdict,
        }
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
        return
    if found.mode == "exercise":
        click.echo("EXERCISE: no real case")
    click.echo(_VERDICTS[found.verdict].format(author=found.author))
    click.echo(f"{found.type} of {found.author}")
    click.echo(f"content {found.digest}")
    click.echo(f"code    {found.code}  (the same must stand at the foot)")
    for said in found.findings:
        code = f" [{said.code}]" if said.code else ""
        click.echo(f"{_WORDS.get(said.word, said.word):<10}  {said.what}: {said.text}{code}")
