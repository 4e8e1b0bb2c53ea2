"""Letters and papers that an office signs by hand."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import click

from comity.canonical import MisuseError, parse_digest
from comity.cli.answers import Answer, local_command
from comity.cli.faults import guarded
from comity.cli.options import AS_JSON, HERE, NEW, open_node
from comity.cli.papers import FOLDER, FONTS, bytes_of, font_places, publish
from comity.cli.tongues import Tongue
from comity.cli.tongues import languages as own_languages
from comity.files.errors import translating
from comity.files.publish import write_file

if TYPE_CHECKING:
    from comity.canonical import Mode
    from comity.papers.letter_record import LetterRecord

_NODE = click.argument("folder", metavar="DIR", type=FOLDER)


@click.command()
@click.argument("record_file", metavar="RECORD", type=HERE)
@click.option(
    "--lang",
    "languages",
    required=True,
    multiple=True,
    type=Tongue(),
    help="Language of the letter; give it twice for two side by side.",
)
@own_languages
@click.option(
    "--translation",
    "translation_files",
    multiple=True,
    type=HERE,
    help="TOML file with the translation of one free text; repeatable.",
)
@FONTS
@click.option("-o", "--output", required=True, type=NEW, help="New PDF file.")
@AS_JSON
@guarded
def letter(
    record_file: Path,
    *,
    languages: tuple[str, ...],
    translation_files: tuple[Path, ...],
    output: Path,
    as_json: bool,
    **told: Any,
) -> None:
    """Print the message of RECORD, a file by `comity paper record`, as a letter.

    For a State, an authority or a court without a node. The record goes inside the PDF, and its
    code stands at the foot. The signature in it is not checked here: `comity verify` does that.
    A translation of another text than the one in RECORD, or one that no person answers for, is
    refused; `comity paper texts` lists the texts.
    """
    from comity.node.core.clock import now
    from comity.papers.letter import letter_pdf
    from comity.papers.letter_record import MAX_RECORD_BYTES, read_letter_record
    from comity.papers.translations import MAX_TRANSLATION_BYTES, read_translation

    found = read_letter_record(bytes_of(record_file, MAX_RECORD_BYTES))
    translations = [
        read_translation(bytes_of(path, MAX_TRANSLATION_BYTES)) for path in translation_files
    ]
    made = letter_pdf(
        found, languages, made_at=now(), fonts=font_places(told), translations=translations
    )
    publish(output, made, as_json=as_json, code=found.code)


@click.command()
@click.argument("record_file", metavar="RECORD", type=HERE)
@local_command
def texts(record_file: Path) -> Answer:
    """List the free texts of RECORD with path, language and digest."""
    from comity.papers.letter_record import MAX_RECORD_BYTES, read_letter_record
    from comity.papers.translations import free_texts, source_of

    found = read_letter_record(bytes_of(record_file, MAX_RECORD_BYTES))
    rows = [
        {"lang": text.lang, "section": path, "source": source_of(text)}
        for path, text in free_texts(found.bodies)
    ]
    return Answer(
        {"texts": rows}, (f"{row['section']}  {row['lang']}  {row['source']}" for row in rows)
    )


@click.command()
@_NODE
@click.argument("message", metavar="MESSAGE")
@click.option("-o", "--output", required=True, type=NEW, help="New file.")
@local_command
def record(folder: Path, message: str, *, output: Path) -> Answer:
    """Export a message of the node in DIR for `comity paper letter`.

    MESSAGE is its content digest (`comity case show` lists them) or its code. The file holds the
    message open to read, with all its sections: keep it as you keep the case.
    """
    open_node(folder)
    from comity.node.core.clock import now
    from comity.node.core.node import this_node
    from comity.node.mail.letters import letter_record, message_named

    made = letter_record(this_node(), message_named(message), by="operator", at=now())
    write_file(output, made, mode=0o600)
    return Answer(
        {"file": str(output)},
        [f"{output}  Next: comity paper letter {output} --lang fr -o letter.pdf"],
    )


@click.command()
@click.argument("named", metavar="RECORD|DIGEST")
@click.option("--heard", help="A code that was read to you: say whether it is this one.")
@local_command
def code(named: str, *, heard: str | None) -> Answer:
    """Print the spoken code of a record or digest; compare with --heard.

    Exit status 1 if the code that was heard is another message's.
    """
    from comity.papers.letter_record import MAX_RECORD_BYTES, read_letter_record
    from comity.papers.translations import read_code, spoken_code

    if named.startswith("sha256:"):
        own = spoken_code(parse_digest(named))
    elif Path(named).is_file():
        own = read_letter_record(bytes_of(Path(named), MAX_RECORD_BYTES)).code
    else:
        raise MisuseError("give the file of a record, or sha256: and the digest of a message")
    same = None if heard is None else read_code(heard) == own
    return Answer(
        {"code": own, "same": same},
        [own if same is None else f"{own}  {'the same' if same else 'ANOTHER'}"],
        status=1 if same is False else 0,
    )


@click.command()
@_NODE
@click.argument("heard", metavar="CODE")
@local_command
def find(folder: Path, heard: str) -> Answer:
    """Find the message of a letter by its spoken code in the node in DIR.

    Exit status 1 if the node has no such message: then the letter is not one it knows.
    """
    open_node(folder)
    from comity.node.mail.letters import message_named

    row = message_named(heard)
    told = {
        "author": row.author,
        "content": row.content,
        "ours": row.outgoing,
        "recorded_at": f"{row.recorded_at:%FT%TZ}",
        "type": row.type,
    }
    return Answer(
        told,
        [f"{row.type} of {row.author}, recorded {told['recorded_at']}", f"content {row.content}"],
    )


_MAX_MANIFEST_BYTES: Final = 4 * 1024 * 1024


def _printed[F: Callable[..., Any]](command: F) -> F:
    """Add the options that every paper in one or two languages has."""
    lang = click.option(
        "--lang",
        "languages",
        required=True,
        multiple=True,
        type=Tongue(),
        help="Language of the paper; give it twice for two side by side.",
    )
    output = click.option("-o", "--output", required=True, type=NEW, help="New PDF file.")
    return lang(own_languages(FONTS(output(AS_JSON(command)))))


@click.command("note-verbale")
@click.argument("record_file", metavar="RECORD", type=HERE)
@click.option(
    "--sender",
    "senders",
    multiple=True,
    metavar="LANG=NAME",
    help="Ministry or embassy that writes, as it appears in the sentence: en=The Embassy of ...",
)
@click.option(
    "--addressee",
    "addressees",
    multiple=True,
    metavar="LANG=NAME",
    help="To whom, with article and case: fr=au Ministère ...; without it a blank is printed.",
)
@_printed
@guarded
def note_verbale(
    record_file: Path,
    *,
    senders: tuple[str, ...],
    addressees: tuple[str, ...],
    languages: tuple[str, ...],
    output: Path,
    as_json: bool,
    **told: Any,
) -> None:
    """Make the note verbale that transmits the letter of RECORD.

    It has the letter's code and digest, and nothing of what the letter says. Number, date, initials
    and stamp are put on by hand. No signature in RECORD is checked here.
    """
    from comity.node.core.clock import now
    from comity.papers.note_verbale import NoteVerbale, note_verbale_pdf

    note = NoteVerbale(
        record=_record(record_file),
        sender=_by_language(senders, languages),
        addressee=_by_language(addressees, languages),
    )
    made = note_verbale_pdf(note, languages, made_at=now(), fonts=font_places(told))
    publish(output, made, as_json=as_json, code=note.record.code)


@click.command("records-certificate")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=HERE)
@click.option("--manifest", type=HERE, help="manifest-sha256.txt of an opened package, instead.")
@click.option("--custodian", help="Name of who will sign; otherwise written in by hand.")
@click.option("--position", help="That person's position; likewise.")
@click.option("--body", help="Provider or office that keeps the records; likewise.")
@click.option("--reference", help="Request or order that the records answer.")
@click.option(
    "--mode", required=True, type=click.Choice(["live", "exercise"]), help="Printed large."
)
@_printed
@guarded
def records_certificate(
    files: tuple[Path, ...],
    *,
    manifest: Path | None,
    languages: tuple[str, ...],
    output: Path,
    as_json: bool,
    **told: Any,
) -> None:
    """Make the certificate of a records custodian about each FILE.

    It holds the SHA-256 of each, and statements to tick: made at or near the time, held in the
    regular course of business. Nothing is certified before it is ticked and signed.
    """
    from comity.node.core.clock import now
    from comity.papers.records_certificate import RecordsCertificate, records_certificate_pdf

    certificate = RecordsCertificate(
        files=_certified(files, manifest),
        custodian=told["custodian"],
        position=told["position"],
        body=told["body"],
        reference=told["reference"],
        mode=cast("Mode", told["mode"]),
    )
    made = records_certificate_pdf(certificate, languages, made_at=now(), fonts=font_places(told))
    publish(output, made, as_json=as_json)


@click.command("execution-record")
@click.argument("facts_file", metavar="FACTS", type=HERE)
@click.option(
    "--record", "record_file", type=HERE, help="Record of the request, or of its execution."
)
@_printed
@guarded
def execution_record(
    facts_file: Path,
    *,
    record_file: Path | None,
    languages: tuple[str, ...],
    output: Path,
    as_json: bool,
    **told: Any,
) -> None:
    """Make the execution record of a request from FACTS, a TOML file.

    Who was present, when, where, by which order, each item with its outcome and digests, and boxes
    to sign in. With --record it ends in the code of that message.
    """
    from comity.node.core.clock import now
    from comity.papers.execution_record import MAX_FACTS_BYTES, execution_record_pdf, read_execution

    made = execution_record_pdf(
        read_execution(bytes_of(facts_file, MAX_FACTS_BYTES)),
        languages,
        record=None if record_file is None else _record(record_file),
        made_at=now(),
        fonts=font_places(told),
    )
    publish(output, made, as_json=as_json)


def _record(path: Path) -> "LetterRecord":
    from comity.papers.letter_record import MAX_RECORD_BYTES, read_letter_record

    return read_letter_record(bytes_of(path, MAX_RECORD_BYTES))


def _by_language(pairs: tuple[str, ...], languages: tuple[str, ...]) -> Mapping[str, str]:
    """Return names by language from ``LANG=NAME``.

    Raises:
        MisuseError: another form, a language the paper is not in, or one named twice.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        lang, between, name = pair.partition("=")
        if not between or lang not in languages or lang in found:
            raise MisuseError("a name is LANG=NAME, once for each language of the paper")
        found[lang] = name
    return found


def _certified(files: tuple[Path, ...], manifest: Path | None) -> list[tuple[str, bytes]]:
    """Return name and SHA-256 of each file, or of each that a manifest lists.

    Raises:
        MisuseError: neither or both were named, or two files have one name.
        PeerError: the file is no manifest.
    """
    if (manifest is None) == (not files):
        raise MisuseError("name either files, or the manifest of a package with --manifest")
    if manifest is not None:
        from comity.evidence.bag import MANIFEST_NAME, parse_manifest

        listed = parse_manifest(bytes_of(manifest, _MAX_MANIFEST_BYTES), MANIFEST_NAME)
        return [(name, bytes.fromhex(digest)) for name, digest in listed.items()]
    if len({path.name for path in files}) != len(files):
        raise MisuseError("two files have one name: certify them from a manifest")
    return [(path.name, _sha256(path)) for path in files]


def _sha256(path: Path) -> bytes:
    with translating(f"reading {path}"), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
