"""Verifying one sealed package, or one letter: what a signature stands under."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from comity.canonical import ComityError, MisuseError, OperationError, digest_text
from comity.canonical.amounts import counted
from comity.cli.evidence.open import read_offer
from comity.cli.faults import fail
from comity.cli.papers import bytes_of
from comity.evidence.blocks import BLOCK_BYTES
from comity.evidence.open import Contents
from comity.evidence.package_errors import OfferRequiredError
from comity.files.key_files import read_identities
from comity.files.opening import OpenOrder, check_blocks, check_sealed_package
from comity.forensics.errors import ExtraMissingError
from comity.keys.bech32 import AgeNoMatchError
from comity.papers.errors import LetterRecordError

if TYPE_CHECKING:
    from comity.papers.letter_check import LetterVerdict
    from comity.papers.letter_record import Inside

_EXIT: Final = {"proved": 0, "consistent": 3}
_NO_VERDICT: Final = (MisuseError, OperationError, OfferRequiredError, AgeNoMatchError)
_PACKAGE_VERDICTS: Final = {
    "proved": "PROVED: this is the package that {sender} offered",
    "consistent": "CONSISTENT; ORIGIN NOT PROVED: it fits together, but nobody vouches for it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageVerdict:
    """What was found of a package.

    Attributes:
        sender: the party that signed the offer; None if nobody vouches for it.
        against_offer: there was an offer, signed or not, and it was held against the package.
        root: 32 bytes over the sealed blocks.
        sealed_size_bytes: of the package.
        contents: what is inside; None if no key was given.
    """

    sender: str | None
    against_offer: bool
    root: bytes
    sealed_size_bytes: int
    contents: Contents | None

    @property
    def verdict(self) -> str:
        """``proved`` if somebody the trust file knows vouches for it, else ``consistent``."""
        return "consistent" if self.sender is None else "proved"


def verify_package(
    path: Path,
    *,
    identity: Path | None,
    offer_path: Path | None,
    trust: Path | None,
    unauthenticated: bool,
    as_json: bool,
) -> int:
    """Judge a package, print the verdict, return the exit status."""
    try:
        found = _judge(path, identity, offer_path, trust, plain=unauthenticated)
    except ComityError as error:
        if isinstance(error, _NO_VERDICT):
            fail(error, as_json=as_json, status=2)
        if as_json:
            told = {"code": error.code, "detail": str(error)}
            click.echo(json.dumps({"error": told, "verdict": "failed"}, sort_keys=True))
        else:
            click.echo("FAILED: it is not the package that the offer describes, or is spoilt")
        fail(error, as_json=False, status=1)
    _print_package(found, as_json=as_json)
    return _EXIT[found.verdict]


def _judge(
    path: Path, identity: Path | None, offer_path: Path | None, trust: Path | None, *, plain: bool
) -> PackageVerdict:
    offer, binding = read_offer(offer_path, trust, plain=plain)
    sender = None if binding is None else binding.sender
    if identity is None:
        if offer is None:
            raise OfferRequiredError(
                f"{path} is a sealed package, which is checked against its signed offer: "
                f"comity verify {path} --offer OFFER --trust TRUST-FILE"
            )
        check_blocks(path, offer)
        return PackageVerdict(
            sender=sender,
            against_offer=True,
            root=offer.root,
            sealed_size_bytes=offer.sealed_size_bytes,
            contents=None,
        )
    order = OpenOrder(
        identities=read_identities(identity), offer=offer, binding=binding, unauthenticated=plain
    )
    report = check_sealed_package(order, path)
    return PackageVerdict(
        sender=sender,
        against_offer=offer is not None,
        root=report.root,
        sealed_size_bytes=report.sealed_size_bytes,
        contents=report.contents,
    )


def _print_package(found: PackageVerdict, *, as_json: bool) -> None:
    if as_json:
        contents = None
        if found.contents is not None:
            contents = {
                "files": found.contents.files,
                "payload_size_bytes": found.contents.payload_size_bytes,
            }
        shown = {
            "against_offer": found.against_offer,
            "contents": contents,
            "root": digest_text(found.root),
            "sealed_size_bytes": found.sealed_size_bytes,
            "sender": found.sender,
            "verdict": found.verdict,
        }
        click.echo(json.dumps(shown, sort_keys=True))
        return
    click.echo(_PACKAGE_VERDICTS[found.verdict].format(sender=found.sender))
    if found.sender is not None:
        click.echo(f"offer     proved      signed by {found.sender}, by your trust file")
    elif found.against_offer:
        click.echo("offer     not proved  unsigned: anybody can have written it")
    else:
        click.echo("offer     not proved  none was given")
    blocks = -(-found.sealed_size_bytes // BLOCK_BYTES)
    word = "as offered" if found.against_offer else "compared with nothing"
    click.echo(f"blocks    {word}: {blocks:,}, {counted(found.sealed_size_bytes, 'byte')}")
    click.echo(f"          {digest_text(found.root)}")
    if found.contents is None:
        click.echo("contents  not looked at: no key was given")
    else:
        files = counted(found.contents.files, "file")
        size = counted(found.contents.payload_size_bytes, "byte")
        click.echo(f"contents  every digest holds: {files}, {size}")


_LETTER_VERDICTS: Final = {
    "proved": "PROVED: this letter is the message that {author} signed",
    "consistent": "CONSISTENT, BUT NOT ALL PROVED: see below what is not",
    "failed": "FAILED: this is no letter that {author} signed",
}
_WORDS: Final = {"not-proved": "not proved", "failed": "FAILED"}


def verify_letter(path: Path, *, record: Path | None, trust: Path | None, as_json: bool) -> int:
    """Judge a letter, print the verdict, return the exit status."""
    from comity.files.key_files import read_trust_file
    from comity.node.core.clock import now
    from comity.papers.letter_check import MAX_LETTER_BYTES, check_letter
    from comity.papers.typeset import FontPlaces

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
    _print_letter(found, as_json=as_json)
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


def _print_letter(found: "LetterVerdict", *, as_json: bool) -> None:
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
    click.echo(_LETTER_VERDICTS[found.verdict].format(author=found.author))
    click.echo(f"{found.type} of {found.author}")
    click.echo(f"content {found.digest}")
    click.echo(f"code    {found.code}  (the same must stand at the foot)")
    for said in found.findings:
        code = f" [{said.code}]" if said.code else ""
        click.echo(f"{_WORDS.get(said.word, said.word):<10}  {said.what}: {said.text}{code}")
