"""A records certificate: who keeps records tells a court how they were made and kept.

The statements are printed, each with a box; nobody has made them before the custodian of the
records ticks and signs. The digests say which files they are about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity.canonical import Mode
from comity.papers.bilingual import Sides, bilingual_pdf, sides_of
from comity.papers.blocks import Block, Value, boxed, digest, form, identifier, own
from comity.papers.errors import PaperContentError
from comity.papers.typeset import FontPlaces
from comity.papers.visible import MAX_NAME_CHARS, bounded

MAX_CERTIFIED_FILES: Final = 2000  # some 70 pages; beyond that certify the manifest's own file
STATEMENTS: Final = 8
_BOX_MM: Final = 12
_MAX_PATH_CHARS: Final = 4000
_COMMANDS: Final = ("sha256sum FILE", "certutil -hashfile FILE SHA256")


@dataclass(frozen=True, kw_only=True)
class RecordsCertificate:
    """What the certificate says before anybody signs it.

    Attributes:
        files: name and SHA-256 of each record, in order.
        custodian, position, body: who will sign, or None: to be written in by hand.
        reference: the request or order that the records answer, or None.
        mode: live or exercise.
    """

    files: Sequence[tuple[str, bytes]]
    custodian: str | None
    position: str | None
    body: str | None
    reference: str | None
    mode: Mode


def records_certificate_pdf(
    certificate: RecordsCertificate,
    languages: Sequence[str],
    *,
    made_at: datetime,
    fonts: FontPlaces,
) -> bytes:
    """Return the certificate as PDF (PDF/A-2a and PDF/UA-1).

    Raises:
        PaperContentError: no file or too many, a name too long or empty, other languages than one
            or two.
        FontMissingError, TypesettingError: as `typeset`.
    """
    if not 1 <= len(certificate.files) <= MAX_CERTIFIED_FILES:
        raise PaperContentError(
            f"a certificate is about 1 to {MAX_CERTIFIED_FILES} files; for more, certify the file"
            " of the manifest"
        )
    sides = sides_of(languages)
    return bilingual_pdf(
        sides,
        title="records.title",
        footer=sides.words[0]("records.footer", count=len(certificate.files)),
        mode=certificate.mode,
        blocks=[
            sides.paragraph("records.intro"),
            *_custodian(certificate, sides),
            sides.heading("records.statements"),
            _statements(sides),
            sides.heading("records.files"),
            _files(certificate, sides),
            *_signature(certificate, sides),
            *_check(sides),
        ],
        made_at=made_at,
        fonts=fonts,
    )


def _custodian(certificate: RecordsCertificate, sides: Sides) -> list[Block]:
    """Return what is known of who signs; the rest is written into the boxes at the end."""
    known = {
        "custodian": certificate.custodian,
        "position": certificate.position,
        "body": certificate.body,
        "reference": certificate.reference,
    }
    return [
        sides.said(f"records.{key}", bounded(text, key, most=MAX_NAME_CHARS))
        for key, text in known.items()
        if text is not None
    ]


def _statements(sides: Sides) -> Block:
    rows = [
        [told(f"records.statement.{number}") for told in sides.words]
        for number in range(1, STATEMENTS + 1)
    ]
    return {"kind": "ticks", "langs": sides.langs, "rows": rows}


def _files(certificate: RecordsCertificate, sides: Sides) -> Block:
    rows: list[list[Value]] = [
        [
            own(str(number)),
            identifier(bounded(name, "file name", most=_MAX_PATH_CHARS)),
            digest(value),
        ]
        for number, (name, value) in enumerate(certificate.files, 1)
    ]
    return sides.columns([("records.number", 0), ("records.file", 4), ("records.digest", 7)], rows)


def _signature(certificate: RecordsCertificate, sides: Sides) -> list[Block]:
    blank = [key for key in ("custodian", "position", "body") if getattr(certificate, key) is None]
    names = [*(f"records.{key}" for key in blank), "records.place", "records.signature"]
    return [
        sides.paragraph("records.declaration"),
        form(
            ["", sides.joined("records.signs")],
            [(sides.joined(name), "") for name in names],
            height_mm=_BOX_MM,
        ),
    ]


def _check(sides: Sides) -> list[Block]:
    return [
        sides.heading("records.check"),
        sides.paragraph("records.check_text", keep=True),
        boxed(*map(identifier, _COMMANDS)),
        sides.paragraph("records.limits"),
    ]
