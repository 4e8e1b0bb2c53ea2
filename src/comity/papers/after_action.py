"""The after-action report of an exercise as a paper: a page for a minister, then the rest.

The first page has a few sentences, three figures and what is to be decided; the report as data goes
inside the file. What it says is made by `after_action_parts`, as for a page on a screen.
"""

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from comity.drills import outline, summary
from comity.papers.after_action_parts import parts
from comity.papers.after_action_text import (
    ANYBODYS,
    CODE,
    AfterAction,
    Cell,
    FirstPage,
    Part,
    Teller,
    first_page,
)
from comity.papers.blocks import (
    Block,
    Page,
    Value,
    facts,
    figures,
    heading,
    identifier,
    items,
    line,
    lines,
    own,
    page_break,
    paragraph,
    several,
    table,
)
from comity.papers.typeset import Attached, typeset_page
from comity.papers.visible import breakable, visible
from comity.papers.words import shown_time

if TYPE_CHECKING:
    from comity.instruments import Library
    from comity.papers.typeset import FontPlaces
    from comity.papers.words import Words

INSIDE = "after-action-report.json"


def after_action_pdf(
    told_of: AfterAction,
    told: "Words",
    laws: "Library",
    *,
    made_at: datetime,
    fonts: "FontPlaces",
) -> bytes:
    """Return the report as PDF (PDF/A-3a and PDF/UA-1), with its data inside.

    Args:
        told_of: whose report; names that must not leave the house are no longer in it.
        told: words of the paper's language.
        laws: for the name of the treaty, and of what a message lacked.
        made_at: aware UTC.
        fonts: where they are looked for.

    Raises:
        FontMissingError, PaperContentError, TypesettingError: as `typeset`.
    """
    tell = Teller(told_of, told, laws)
    first = first_page(tell)
    footer = told("report.footer", team=visible(told_of.report.team))
    page = Page(
        title=first.title,
        banner=told("common.exercise"),
        footer=f"{footer} · {told('common.made', at=shown_time(made_at))}",
        blocks=(
            *_first(first, told),
            *(block for part in parts(tell) for block in _part(part, told)),
        ),
    )
    inside = json.dumps(as_value(told_of), ensure_ascii=False, indent=1, sort_keys=True)
    return typeset_page(
        page,
        told,
        made_at=made_at,
        fonts=fonts,
        attached=(
            Attached(
                name=INSIDE,
                text=inside,
                type="application/json",
                description=told("report.inside"),
            ),
        ),
    )


def as_value(told_of: AfterAction) -> dict[str, Any]:
    """Return everything of the report as JSON, for programs."""
    return told_of.report.to_value() | {
        "earlier": None if told_of.earlier is None else [one.to_value() for one in told_of.earlier],
        "lessons": [
            {
                "corrected_on": _day(one.corrected_on),
                "done": one.done,
                "due": one.due.isoformat(),
                "owner": one.owner,
                "text": one.text,
                "withdrawn_on": _day(one.withdrawn_on),
            }
            for one in told_of.lessons
        ],
        "outline": outline(told_of.report).to_value(),
        "summary": summary(told_of.scenario, told_of.report).to_value(),
        "test": told_of.test.to_value() if told_of.test else None,
    }


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _first(first: FirstPage, told: "Words") -> list[Block]:
    found = [
        facts(*((name, _value(cell, told)) for name, cell in first.facts)),
        *(_paragraph(text) for text in first.sentences),
        figures(*first.figures),
        heading(told("report.decide")),
        _paragraph(first.decide),
    ]
    if first.decisions:
        found.append(items(*(_value(cell, told) for cell in first.decisions)))
    return [*found, *(_paragraph(text) for text in first.more), page_break()]


def _part(part: Part, told: "Words") -> list[Block]:
    found: list[Block] = [heading(part.title)]
    found += [_paragraph(text) for text in part.notes]
    if part.items:
        found.append(items(*(_value(cell, told) for cell in part.items)))
    if part.rows:
        rows = [[_value(cell, told) for cell in row] for row in part.rows]
        found.append(table(part.head, part.widths, rows))
    return found


def _paragraph(text: str) -> Block:
    """Return a sentence in which somebody's long word may break; only paper needs the marks."""
    return paragraph(breakable(text))


def _value(cell: Cell, told: "Words") -> Value:
    if not cell.text.strip() or not cell.lang:
        return own(breakable(cell.text))
    if cell.lang == CODE:
        return identifier(cell.text)
    if cell.lang not in {ANYBODYS, told.lang}:
        return lines(cell.text, cell.lang)
    found = [line(one) for one in cell.text.split("\n") if one.strip()]
    return found[0] if len(found) == 1 else several(*found)
