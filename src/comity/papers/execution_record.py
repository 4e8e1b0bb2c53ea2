"""An execution record: what was done on a request, item by item, signed by all who were there."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from comity.canonical import parse_digest
from comity.exchange.faults import in_words
from comity.exchange.values import Digest, Model, Short, Text, Time
from comity.papers.bilingual import Sides, bilingual_pdf, sides_of
from comity.papers.blocks import Block, Value, digest, identifier, own, said
from comity.papers.errors import PaperContentError
from comity.papers.letter import code_block
from comity.papers.letter_record import LetterRecord
from comity.papers.typeset import FontPlaces

# The facts of an execution record: one strict TOML file, as the officer who was there writes it.
#
# Source: docs/reference/execution-record.md.


MAX_FACTS_BYTES: Final = 2 * 1024 * 1024


class Person(Model):
    """Somebody who was present."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    capacity: Short


class Thing(Model):
    """Something taken or copied, with its digest."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    sha256: Digest


class Step(Model):
    """One item of what was to be done."""

    item: Short
    result: Literal["done", "in-part", "not-done"]
    how: Text
    things: Annotated[list[Thing], Field(default_factory=list, max_length=500)]


class ExecutionFacts(Model):
    """Who was present, when, where, by which order, and what was done item by item."""

    mode: Literal["live", "exercise"]
    authority: Short
    order: Short
    reference: Short | None = None
    place: Short
    began: Time
    ended: Time
    present: Annotated[list[Person], Field(min_length=1, max_length=40)]
    steps: Annotated[list[Step], Field(min_length=1, max_length=200)]
    remarks: Text | None = None


def read_execution(data: bytes) -> ExecutionFacts:
    """Return the facts of a TOML file.

    Args:
        data: untrusted.

    Raises:
        PaperContentError: no TOML, or the first member that is wrong, by path, never by value.
    """
    if len(data) > MAX_FACTS_BYTES:
        raise PaperContentError("the facts of an execution are at most 2 MiB")
    try:
        value = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        raise PaperContentError("the facts are a TOML file in UTF-8") from fault
    try:
        facts = ExecutionFacts.model_validate(value)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        foreign = first["type"] == "extra_forbidden"
        path = "/".join(str(part) for part in (first["loc"][:-1] if foreign else first["loc"]))
        raise PaperContentError(f"{path or 'the facts'}: {in_words(first)}") from None
    if facts.ended < facts.began:
        raise PaperContentError("ended: before it began")
    return facts


_SIGNATURE_MM: Final = 14
_REMARKS_MM: Final = 30


def execution_record_pdf(
    facts: ExecutionFacts,
    languages: Sequence[str],
    *,
    record: LetterRecord | None,
    made_at: datetime,
    fonts: FontPlaces,
) -> bytes:
    """Return the record as PDF (PDF/A-2a and PDF/UA-1).

    Args:
        facts: as read.
        languages: one, or two different ones.
        record: of the request that was carried out, or of the message that says so, or None.
        made_at: aware UTC time that it says it was made at.
        fonts: where fonts are looked for.

    Raises:
        PaperContentError: the record is of the other mode; other languages than one or two.
        FontMissingError, TypesettingError: as `typeset`.
    """
    if record is not None and record.mode != facts.mode:
        raise PaperContentError("mode: the message is of the other mode, live or exercise")
    sides = sides_of(languages)
    return bilingual_pdf(
        sides,
        title="executed.title",
        footer=sides.words[0]("executed.footer", at=_shown(facts.began)),
        mode=facts.mode,
        blocks=[
            sides.paragraph("executed.intro"),
            *_head(facts, sides),
            *_present(facts, sides),
            *_steps(facts, sides),
            *_remarks(facts, sides),
            *_signatures(facts, sides),
            *([] if record is None else _request(record, sides)),
        ],
        made_at=made_at,
        fonts=fonts,
    )


def _head(facts: ExecutionFacts, sides: Sides) -> list[Block]:
    reference = facts.reference
    return [
        sides.said("executed.authority", facts.authority),
        sides.said("letter.order", facts.order),
        *([] if reference is None else [sides.said("letter.reference", reference)]),
        sides.said("executed.place", facts.place),
        sides.identifiers("executed.began", _shown(facts.began)),
        sides.identifiers("executed.ended", _shown(facts.ended)),
    ]


def _present(facts: ExecutionFacts, sides: Sides) -> list[Block]:
    rows: list[list[Value]] = [
        [said(person.name, "name"), said(person.capacity, "capacity")] for person in facts.present
    ]
    return [
        sides.heading("executed.present"),
        sides.columns([("executed.name", 1), ("executed.capacity", 1)], rows),
    ]


def _steps(facts: ExecutionFacts, sides: Sides) -> list[Block]:
    """Return each item by itself: what, with which result, how, and the digests of it."""
    found = [sides.heading("executed.steps")]
    for number, step in enumerate(facts.steps, 1):
        found.append(sides.said("executed.item", f"{number}. {step.item}"))
        found.append(sides.word("executed.result", f"executed.results.{step.result}"))
        found.append(sides.text("executed.how", step.how))
        if step.things:
            rows: list[list[Value]] = [
                [identifier(thing.name), digest(parse_digest(thing.sha256))]
                for thing in step.things
            ]
            found.append(sides.columns([("executed.thing", 4), ("records.digest", 7)], rows))
    return found


def _remarks(facts: ExecutionFacts, sides: Sides) -> list[Block]:
    written = [] if facts.remarks is None else [sides.text("executed.remarks", facts.remarks)]
    box = sides.boxes(["executed.remarks_by_hand"], [[own("")]], height_mm=_REMARKS_MM)
    return [*written, box]


def _signatures(facts: ExecutionFacts, sides: Sides) -> list[Block]:
    rows: list[list[Value]] = [
        [said(person.name, "name"), own(""), own("")] for person in facts.present
    ]
    return [
        sides.heading("executed.signatures"),
        sides.paragraph("executed.refusal"),
        sides.boxes(
            ["executed.name", "executed.signature", "executed.copy"], rows, height_mm=_SIGNATURE_MM
        ),
    ]


def _request(record: LetterRecord, sides: Sides) -> list[Block]:
    title = f"letter.title.{record.message.draft.type}"
    return [
        sides.heading("executed.request"),
        sides.word("verbale.letter", title),
        sides.identifiers("courier.from", record.message.draft.author),
        code_block(record, sides, name="verbale.code"),
    ]


def _shown(text: str) -> str:
    return text.replace("T", " ").removesuffix("Z")
