"""A letter of a message: for a State, an authority or a court that has no node.

In one language, or in two side by side: what is coded stands in both, what somebody wrote stands
once, in its own language. The pages say nothing that the signed record does not; the record is a
file inside the letter, and its code is at the foot.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from comity.canonical import Mode
from comity.exchange import Draft
from comity.exchange.values import Model
from comity.papers.bilingual import Sides, bilingual_pdf, sides_of
from comity.papers.blocks import Block, boxed, digest, form, identifier
from comity.papers.errors import PaperContentError
from comity.papers.label import svg
from comity.papers.letter_record import INSIDE, Inside, LetterRecord
from comity.papers.letter_sections import SECTIONS, law_unread, signatures
from comity.papers.qr import qr
from comity.papers.translations import Translation, checked_translations, spoken_code
from comity.papers.typeset import Attached, FontPlaces
from comity.papers.words import shown_time

TYPES: Final = (
    "request.submitted",
    "request.amended",
    "request.acknowledged",
    "request.not-competent",
    "request.forwarded",
    "request.status-asked",
    "request.status-given",
    "request.clarification-asked",
    "request.clarified",
    "request.accepted",
    "request.accepted-in-part",
    "request.refused",
    "request.postponed",
    "request.at-risk",
    "request.executed-in-part",
    "request.executed",
    "request.extension-asked",
    "request.extended",
    "request.released",
    "request.withdrawn",
    "request.closed",
    "preservation.confirmed",
    "preservation.lapsed",
    "evidence.rejected",
    "conditions.set",
    "conditions.accepted",
    "conditions.refused",
    "use.consent-asked",
    "use.consent-given",
    "use.consent-refused",
    "confidentiality.cannot-keep",
    "costs.estimated",
    "costs.agreed",
    "information.shared",
    "consultation.note",
)
"""The types of messages that are put on paper.

Not those with a custody chain or a package's offer: evidence travels sealed, and the custody
passport is its paper. Not a later signature, which has no words of its own, nor a call to a duty
officer, who answers by telephone.
"""
VERIFY: Final = "comity verify LETTER.pdf --trust TRUST.json"
_BOX_MM: Final = 11


def letter_pdf(
    record: LetterRecord,
    languages: Sequence[str],
    *,
    made_at: datetime,
    fonts: FontPlaces,
    translations: Sequence[Translation] = (),
) -> bytes:
    """Return the letter as PDF with its record inside (PDF/A-3a and PDF/UA-1).

    Args:
        record: what it is made from.
        languages: one, or two different ones; the first is the document's.
        made_at: aware UTC time that the letter says it was made at, to the second.
        fonts: where fonts are looked for.
        translations: of free texts in the record, shown beside them.

    Raises:
        PaperContentError: no letter is made of such a message, or in such languages.
        PeerError: by code, what is wrong with a translation.
        FontMissingError, TypesettingError: as `typeset`.
    """
    sides = sides_of(languages, checked_translations(translations, record.bodies))
    if record.message.draft.type not in TYPES:
        raise PaperContentError(f"no letter is made of {record.message.draft.type}")
    moment = made_at.replace(microsecond=0)
    inside = Inside(
        record=record,
        languages=tuple(languages),
        made_at=moment,
        translations=tuple(translations),
    )
    return bilingual_pdf(
        sides,
        title=f"letter.title.{record.message.draft.type}",
        footer=sides.words[0]("letter.footer", code=record.code),
        mode=record.mode,
        blocks=[
            *_head(record.message.draft, sides),
            *_sections(record.message.draft, record.bodies, sides),
            *_foot(record, sides),
        ],
        made_at=moment,
        fonts=fonts,
        attached=(
            Attached(
                name=INSIDE,
                text=inside.encode().decode(),
                type="application/json",
                description=sides.words[0]("letter.record"),
            ),
        ),
    )


def preview_pdf(
    draft: Draft,
    bodies: Mapping[str, Model],
    language: str,
    *,
    mode: Mode,
    made_at: datetime,
    fonts: FontPlaces,
) -> bytes:
    """Return what the letter of a draft would say, as PDF that says it is not signed.

    It has no code, no record inside and no place for a signature: nobody can take it for a letter.

    Raises:
        PaperContentError: no letter is made of such a message, or in such a language.
        FontMissingError, TypesettingError: as `typeset`.
    """
    if draft.type not in TYPES:
        raise PaperContentError(f"no letter is made of {draft.type}")
    sides = sides_of((language,), {})
    return bilingual_pdf(
        sides,
        title=f"letter.title.{draft.type}",
        footer=sides.words[0]("letter.preview"),
        mode=mode,
        blocks=[
            sides.paragraph("letter.preview"),
            *_head(draft, sides),
            *_sections(draft, bodies, sides),
        ],
        made_at=made_at.replace(microsecond=0),
        fonts=fonts,
    )


def qr_text(record: LetterRecord) -> bytes:
    """Return what the letter's QR code holds: the whole digest, the author and the mode."""
    return (
        f"comity:message:{record.message.content}"
        f"?from={record.message.draft.author}&mode={record.mode}"
    ).encode("ascii")


def code_block(record: LetterRecord, sides: Sides, *, name: str = "letter.code") -> Block:
    """Return the code of a message with its whole digest, for people and for a scanner."""
    return {
        "kind": "code",
        "alt": sides.words[0]("letter.qr"),
        "code": record.code,
        "digest": digest(record.digest, groups_a_line=8),
        "langs": sides.langs,
        "svg": svg(qr(qr_text(record))),
        "texts": [told(name) for told in sides.words],
    }


def _head(draft: Draft, sides: Sides) -> list[Block]:
    others = [party for party in draft.members if party != draft.author]
    found = [
        sides.identifiers("courier.from", draft.author),
        sides.identifiers("courier.to", *others),
        sides.identifiers("letter.sent", shown_time(draft.sent_at)),
    ]
    if draft.conversation is not None:
        code = spoken_code(bytes.fromhex(draft.conversation.removeprefix("sha256:")))
        found.append(sides.identifiers("letter.request_code", code))
    if draft.about is not None:
        code = spoken_code(bytes.fromhex(draft.about.removeprefix("sha256:")))
        found.append(sides.identifiers("letter.about", code))
    return found


def _sections(draft: Draft, bodies: Mapping[str, Model], sides: Sides) -> list[Block]:
    """Return the blocks of all sections, in the order of `SECTIONS`."""
    if missing := bodies.keys() - SECTIONS.keys():
        raise PaperContentError(f"no letter shows the section {min(missing)}")
    return [
        block
        for name, blocks_of in SECTIONS.items()
        if name in bodies
        for block in blocks_of(bodies[name], sides, draft.instrument)
    ]


def _foot(record: LetterRecord, sides: Sides) -> list[Block]:
    edition = record.message.draft.instrument
    unread = any(law_unread(record.bodies, told.lang, edition) for told in sides.words)
    return [
        *signatures(record, sides),
        form(
            ["", sides.joined("letter.for_author")],
            [(sides.joined(f"courier.{what}"), "") for what in ("name", "date", "signature")],
            height_mm=_BOX_MM,
        ),
        sides.heading("letter.check"),
        code_block(record, sides),
        sides.paragraph("letter.check_phone"),
        sides.paragraph("letter.check_verify", keep=True),
        boxed(identifier(VERIFY)),
        sides.paragraph("letter.check_limits"),
        *([sides.paragraph("common.law_unread")] if unread else []),
    ]
