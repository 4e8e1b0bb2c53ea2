"""A sheet: a title, facts, paragraphs and tables, whose words the caller brings.

For papers of an office whose words are those of its pages; `words` gives the language's direction
and fonts alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from comity.canonical import Mode
from comity.papers.blocks import Block, Page, facts, heading, own, paragraph, said, table
from comity.papers.typeset import typeset_page
from comity.papers.words import shown_time

if TYPE_CHECKING:
    from comity.papers.typeset import FontPlaces
    from comity.papers.words import Words


@dataclass(frozen=True)
class Part:
    """One part of a sheet.

    Attributes:
        title: its heading, or empty.
        text: paragraphs of our own words.
        facts: label and what somebody wrote.
        head, widths, rows: a table; no head for none.
    """

    title: str = ""
    text: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    head: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What the sheet says.

    Attributes:
        title: of the document.
        footer: on every page, before the moment it was made.
        parts: in order.
        mode: exercise is printed large.
    """

    title: str
    footer: str
    parts: Sequence[Part]
    mode: Mode


def sheet_pdf(sheet: Sheet, told: "Words", *, made_at: datetime, fonts: "FontPlaces") -> bytes:
    """Return the sheet as PDF (PDF/A-2a and PDF/UA-1).

    Raises:
        FontMissingError, PaperContentError, TypesettingError: as `typeset`.
    """
    page = Page(
        title=sheet.title,
        banner=told("common.exercise") if sheet.mode == "exercise" else None,
        footer=f"{sheet.footer} · {told('common.made', at=shown_time(made_at))}",
        blocks=tuple(block for part in sheet.parts for block in _blocks(part)),
    )
    return typeset_page(page, told, made_at=made_at, fonts=fonts)


def _blocks(part: Part) -> list[Block]:
    found: list[Block] = [heading(part.title)] if part.title else []
    found += [paragraph(text) for text in part.text]
    if part.facts:
        found.append(facts(*((label, said(text, label)) for label, text in part.facts)))
    if part.head:
        rows = [[said(cell, "cell") if cell else own("") for cell in row] for row in part.rows]
        found.append(table(part.head, part.widths, rows))
    return found
