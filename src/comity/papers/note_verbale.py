"""A note verbale: a ministry or embassy hands a letter on, in the form that diplomats use.

It names the letter by code and digest and says nothing of what stands in it, so many hands may see
it. Number, date, initials and stamp are put on by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity.papers.bilingual import Sides, bilingual_pdf, sides_of
from comity.papers.blocks import Block, own
from comity.papers.letter import code_block
from comity.papers.letter_record import LetterRecord
from comity.papers.typeset import FontPlaces
from comity.papers.visible import MAX_NAME_CHARS, bounded, visible
from comity.papers.words import shown_time

BLANK: Final = "…" * 14
_BOX_MM: Final = 22
_MAX_SHOWN: Final = 3  # addressees of one letter in one sentence


@dataclass(frozen=True, kw_only=True)
class NoteVerbale:
    """What a note says before anybody stamps it.

    Attributes:
        record: of the letter that it hands on.
        sender: language to the ministry or embassy that writes, as it stands in the sentence; one
            that is not there is written in by hand.
        addressee: likewise, to whom the note goes.
    """

    record: LetterRecord
    sender: Mapping[str, str]
    addressee: Mapping[str, str]


def note_verbale_pdf(
    note: NoteVerbale, languages: Sequence[str], *, made_at: datetime, fonts: FontPlaces
) -> bytes:
    """Return the note as PDF (PDF/A-2a and PDF/UA-1).

    Raises:
        PaperContentError: other languages than one or two, or a name too long or empty.
        FontMissingError, TypesettingError: as `typeset`.
    """
    sides = sides_of(languages)
    return bilingual_pdf(
        sides,
        title="verbale.title",
        footer=sides.words[0]("verbale.footer", code=note.record.code),
        mode=note.record.mode,
        blocks=_blocks(note, sides),
        made_at=made_at,
        fonts=fonts,
    )


def _blocks(note: NoteVerbale, sides: Sides) -> list[Block]:
    draft = note.record.message.draft
    others = [party for party in draft.members if party != draft.author]
    more = ["…"] if len(others) > _MAX_SHOWN else []
    facts = {
        "author": draft.author,
        "to": ", ".join((*others[:_MAX_SHOWN], *more)),
        "at": shown_time(draft.sent_at).replace(" ", "\u00a0"),  # one thing, on one line
    }
    names = {
        told.lang: {
            "sender": _name(note.sender, told.lang, "sender"),
            "addressee": _name(note.addressee, told.lang, "addressee"),
        }
        for told in sides.words
    }

    def sentence(key: str, *used: str) -> Block:
        return sides.paragraphs(
            told(key, **{name: (facts | names[told.lang])[name] for name in used})
            for told in sides.words
        )

    return [
        sides.paragraphs(f"{told('verbale.number')} {BLANK}" for told in sides.words),
        sentence("verbale.opening", "sender", "addressee", "author", "to", "at"),
        sentence("verbale.asking", "sender"),
        sentence("verbale.closing", "sender", "addressee"),
        sides.boxes(["verbale.place", "verbale.stamp"], [[own(""), own("")]], height_mm=_BOX_MM),
        sides.heading("verbale.enclosure"),
        sides.word("verbale.letter", f"letter.title.{draft.type}"),
        code_block(note.record, sides, name="verbale.code"),
        sides.paragraph("verbale.check"),
    ]


def _name(names: Mapping[str, str], lang: str, field: str) -> str:
    text = names.get(lang)
    return BLANK if text is None else visible(bounded(text, field, most=MAX_NAME_CHARS))
