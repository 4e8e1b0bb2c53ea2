"""The label of an exhibit's bag: exhibit, seal number, case and root for people and for a scanner.

The code holds ``comity:exhibit:ID?root=sha256:HEX&seal=TEXT&case=TEXT&mode=MODE`` with its texts
percent-encoded, so any reader of QR codes and of addresses takes it apart.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from urllib.parse import quote, urlencode

from comity.canonical import Mode, digest_text, parse_id, parse_party
from comity.papers.blocks import digest, identifier, said
from comity.papers.qr import Grid, qr
from comity.papers.typeset import FontPlaces, typeset
from comity.papers.visible import bounded
from comity.papers.words import Words, shown_time

type Sheet = Literal["a6", "a4"]

SHORT_ROOT_BYTES: Final = 8
MAX_NUMBER_CHARS: Final = 40  # of a seal or a case
MAX_LABEL_TEXT_CHARS: Final = 160  # what still leaves room for the warning
_QUIET_ZONE: Final = 4  # modules, ISO/IEC 18004:2015 section 6.3.8


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a label says.

    Attributes:
        exhibit: UUIDv7.
        root: 32 bytes, the name of the sealed package.
        seal_number: as it stands on the bag's seal.
        case: the office's own number.
        party: whose exhibit it is.
        description: in words, or None.
        mode: live, or exercise, which is printed large.
    """

    exhibit: str
    root: bytes
    seal_number: str
    case: str
    party: str
    description: str | None
    mode: Mode

    def code(self) -> bytes:
        """Return what the QR code holds.

        Raises:
            PeerError: an identifier is malformed.
            PaperContentError: a text is empty or too long.
        """
        query = urlencode(
            {
                "root": digest_text(self.root),
                "seal": bounded(self.seal_number, "seal number", most=MAX_NUMBER_CHARS),
                "case": bounded(self.case, "case", most=MAX_NUMBER_CHARS),
                "mode": self.mode,
            },
            safe=":",
            quote_via=quote,
        )
        return f"comity:exhibit:{parse_id(self.exhibit)}?{query}".encode("ascii")


def label_pdf(
    label: Label, words: Words, *, sheet: Sheet, made_at: datetime, fonts: FontPlaces
) -> bytes:
    """Return the label as PDF: one on A6, or four alike on A4.

    Raises:
        PeerError: an identifier is malformed.
        PaperContentError: a text is empty or too long for a label.
        FontMissingError, TypesettingError: as `typeset`.
    """
    rows = [
        (words("common.exhibit"), identifier(label.exhibit)),
        (words("common.root"), digest(label.root, groups_a_line=4)),
        (words("common.authority"), identifier(parse_party(label.party))),
        (words("label.labelled"), identifier(shown_time(made_at))),
    ]
    if label.description is not None:
        text = bounded(label.description, "description", most=MAX_LABEL_TEXT_CHARS)
        rows.append((words("common.description"), said(text, "description")))
    content = {
        "banner": words("common.exercise") if label.mode == "exercise" else None,
        "beside": [
            [words("common.seal_number"), said(label.seal_number, "seal number")],
            [words("common.case"), said(label.case, "case")],
            [
                words("common.short_root"),
                digest(label.root[:SHORT_ROOT_BYTES], groups_a_line=2),
            ],
        ],
        "code": {"svg": svg(qr(label.code())), "alt": words("label.code")},
        "rows": [list(row) for row in rows],
        "sheet": sheet,
        "title": words("label.title"),
        "warning": words("label.warning"),
    }
    return typeset("label", content, words, made_at=made_at, fonts=fonts)


def svg(grid: Grid) -> str:
    """Return a QR code as a drawing with its quiet zone: one rectangle a run of dark modules."""
    side = len(grid) + 2 * _QUIET_ZONE
    runs = []
    for row, cells in enumerate(grid, _QUIET_ZONE):
        column = 0
        while column < len(cells):
            width = 0
            while column + width < len(cells) and cells[column + width]:
                width += 1
            if width:
                runs.append(f"M{column + _QUIET_ZONE} {row}h{width}v1h-{width}z")
            column += width + 1
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{"".join(runs)}"/></svg>'
    )
