"""A certificate of training as a paper: who, for what, until when, and how to check it.

The signed credential goes inside the PDF; the pages are made from it and from nothing else.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from comity.keys.compact import parse_compact
from comity.papers.bilingual import bilingual_pdf, sides_of
from comity.papers.blocks import Block, Value, boxed, digest, identifier, own
from comity.papers.fonts import FontPlaces
from comity.papers.spoken import spoken_code
from comity.papers.typeset import Attached
from comity.papers.words import Words
from comity.training.credential import TrainingCertificate, parse_certificate
from comity.training.record import INSIDE, Inside, TrainingRecord

_COMMAND: Final = "comity verify FILE.pdf --trust TRUST.json --status LIST.json"
_FUNCTION: Final = "training.function_of."


def training_certificate_pdf(
    record: TrainingRecord, languages: Sequence[str], *, made_at: datetime, fonts: FontPlaces
) -> bytes:
    """Return the certificate as PDF (PDF/A-2a and PDF/UA-1) with its credential inside.

    No signature is checked.

    Args:
        record: the file of the certificate.
        languages: one, or two side by side.
        made_at: aware UTC time that the paper says it was made at.
        fonts: where fonts are looked for.

    Raises:
        PeerError: the credential is no certificate of training.
        PaperContentError: other languages than one or two.
        FontMissingError, TypesettingError: as `typeset`.
    """
    sides = sides_of(languages)
    found = parse_certificate(parse_compact(record.credential).payload)
    inside = Inside(record=record, languages=tuple(languages), made_at=made_at)
    code = spoken_code(record.digest)

    def said(key: str, text: str) -> Block:
        return sides.said(f"training.{key}", text)

    def date(key: str, at: datetime) -> Block:
        return sides.coded(f"training.{key}", lambda _: own(f"{at:%Y-%m-%d}"))

    blocks = [
        sides.paragraph("training.intro"),
        said("name", found.name),
        sides.coded("training.function", lambda told: _function(told, found)),
        said("course", found.title),
        said("criteria", found.criteria),
        said("authority", found.authority),
        sides.identifiers("training.party", found.party),
        date("valid_from", found.valid_from),
        date("valid_until", found.valid_until),
        sides.heading("training.check"),
        sides.paragraph("training.check_text", keep=True),
        boxed(identifier(_COMMAND)),
        sides.identifiers("training.code", code),
        sides.coded("training.digest", lambda _: digest(record.digest)),
        sides.key("training.id", found.id),
        sides.paragraph("training.limits"),
    ]
    return bilingual_pdf(
        sides,
        title="training.title",
        footer=sides.words[0]("training.footer", code=code),
        mode=found.mode,
        blocks=blocks,
        made_at=made_at,
        fonts=fonts,
        attached=(
            Attached(
                name=INSIDE,
                text=inside.encode().decode("utf-8"),
                type="application/json",
                description=sides.words[0]("training.inside"),
            ),
        ),
    )


def _function(told: Words, found: TrainingCertificate) -> Value:
    """Return a function in words where the papers have them, else as the credential says it."""
    words = told.entries.get(f"{_FUNCTION}{found.function}")
    return own(words) if words else identifier(found.function)
