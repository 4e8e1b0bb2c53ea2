"""Letters: a signed message on paper for whoever has no node, and the code at its foot."""

from pathlib import Path
from typing import Any

import click

from comity.canonical import MisuseError, parse_digest
from comity.cli.answers import Answer, local_command
from comity.cli.faults import guarded
from comity.cli.options import AS_JSON, HERE, NEW
from comity.cli.paper_common import FOLDER, FONTS, bytes_of, font_places, publish
from comity.cli.tongues import Tongue
from comity.cli.tongues import languages as own_languages
from comity.files.publish import write_file

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
    from comity.cli.carry import open_node

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
    from comity.papers.spoken import read_code, spoken_code

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
    from comity.cli.carry import open_node

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
