"""An execution record: what was done on a request, item by item, signed by all who were there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from comity.canonical import parse_digest
from comity.papers.bilingual import bilingual_pdf, sides_of
from comity.papers.blocks import Block, Value, digest, identifier, own, said
from comity.papers.errors import PaperContentError
from comity.papers.execution_facts import ExecutionFacts
from comity.papers.fonts import FontPlaces
from comity.papers.letter import code_block
from comity.papers.letter_record import LetterRecord
from comity.papers.letter_sides import Sides

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
