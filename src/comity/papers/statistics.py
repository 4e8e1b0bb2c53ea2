"""Statistics on paper: an office's figures for its minister, or for the Conference.

Whoever calls has hidden what may not be shown; a hidden number is None here and a mark on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from comity.canonical import Mode
from comity.papers.blocks import (
    Block,
    Page,
    Value,
    facts,
    heading,
    identifier,
    own,
    paragraph,
    said,
    strong,
    table,
)
from comity.papers.typeset import FontPlaces, typeset_page
from comity.papers.words import Words, shown_time

type Reader = Literal["minister", "conference"]

READERS: Final[tuple[Reader, ...]] = ("minister", "conference")
MARK: Final = "–"
_HOUR_S: Final = 3600
_NAMED: Final = {"months": "month", "states": "state", "measures": "measure", "stands": "stand"}


@dataclass(frozen=True)
class CountLine:
    """A line of a table of counts: what it is about in the paper's language, and its counts."""

    label: str
    counts: tuple[int | None, ...]


@dataclass(frozen=True)
class TimeLine:
    """How long a step took: its key among the paper's words, and seconds; None: not given."""

    step: str
    incoming: bool
    median_s: int | None
    p90_s: int | None
    percent: int | None
    goal_s: int


@dataclass(frozen=True)
class MonthLine:
    """How long a step took in requests of one month and urgency, in seconds; None: not given."""

    month: str
    step: str
    urgency: str
    incoming: bool
    median_s: int | None
    p90_s: int | None


@dataclass(frozen=True, kw_only=True)
class StatisticsPaper:
    """What the paper says.

    Attributes:
        reader: for whom it is; the minister also reads grounds of refusal.
        party, office: whose figures; the office's own name may be empty.
        period: as text.
        threshold: counts from 1 up to it, it excluded, were hidden.
        tables: by what requests are split, with lines; the last line is the total.
        times: in order.
        by_month: in order; a line without a time is left out of the paper.
        refusals: ground in the paper's language, with (received, sent).
        mode: exercise is printed large.
        unreviewed: whether labels are wording of the law that nobody reviewed; the paper says so.
    """

    reader: Reader
    party: str
    office: str
    period: str
    threshold: int
    tables: Sequence[tuple[str, Sequence[CountLine]]]
    times: Sequence[TimeLine]
    by_month: Sequence[MonthLine]
    refusals: Sequence[CountLine]
    mode: Mode
    unreviewed: bool


def statistics_pdf(
    paper: StatisticsPaper, told: Words, *, made_at: datetime, fonts: FontPlaces
) -> bytes:
    """Return the paper as PDF (PDF/A-2a and PDF/UA-1).

    Raises:
        FontMissingError, PaperContentError, TypesettingError: as `typeset`.
    """
    footer = told("statistics.footer", party=paper.party, period=paper.period)
    page = Page(
        title=told(f"statistics.{paper.reader}"),
        banner=told("common.exercise") if paper.mode == "exercise" else None,
        footer=f"{footer} · {told('common.made', at=shown_time(made_at))}",
        blocks=tuple(_blocks(paper, told)),
    )
    return typeset_page(page, told, made_at=made_at, fonts=fonts)


def _blocks(paper: StatisticsPaper, told: Words) -> list[Block]:
    head = [("period", identifier(paper.period)), ("authority", identifier(paper.party))]
    if paper.office:
        head.insert(0, ("office", said(paper.office, "office")))
    names = {"authority": told("common.authority")}
    rows = [(names.get(key) or told(f"statistics.{key}"), value) for key, value in head]
    found = [
        paragraph(told(f"statistics.intro_{paper.reader}")),
        facts(*rows),
        paragraph(told("statistics.hidden", most=paper.threshold - 1, mark=MARK)),
    ]
    for key, lines in paper.tables:
        found += [heading(told(f"statistics.{key}")), _counts(_NAMED[key], lines, told)]
    found += [
        heading(told("statistics.times")),
        paragraph(told("statistics.times_note", threshold=paper.threshold)),
        _times(paper.times, told),
    ]
    by_month = [one for one in paper.by_month if one.median_s is not None]
    if by_month:
        note = told("statistics.times_by_month_note", threshold=paper.threshold)
        found += [heading(told("statistics.times_by_month")), paragraph(note)]
        found.append(_times_by_month(by_month, told))
    if paper.reader == "minister":
        found.append(heading(told("statistics.refusals")))
        found += _refusals(paper.refusals, told)
    if paper.unreviewed:
        found.append(paragraph(told("common.law_unread")))
    return found


def _counts(
    key: str, lines: Sequence[CountLine], told: Words, columns: tuple[str, ...] = ()
) -> Block:
    columns = columns or ("received", "sent", "both")
    head = [told(f"statistics.{name}") for name in (key, *columns)]
    rows = [
        [own(line.label), *(_number(count) for count in line.counts)]
        for line in lines[: None if key == "ground" else -1]
    ]
    if key != "ground":
        total = lines[-1]
        rows.append([strong(told("statistics.total")), *(_number(each) for each in total.counts)])
    return table(head, [3, *(1 for _ in columns)], rows)


def _times(lines: Sequence[TimeLine], told: Words) -> Block:
    columns = ("step", "direction", "median", "p90", "goal", "percent")
    rows = [
        [
            own(told(f"statistics.{line.step}")),
            own(told("statistics.received" if line.incoming else "statistics.sent")),
            _hours(line.median_s),
            _hours(line.p90_s),
            _hours(line.goal_s),
            _number(line.percent),
        ]
        for line in lines
    ]
    return table([told(f"statistics.{name}") for name in columns], [3, 2, 2, 2, 2, 2], rows)


def _times_by_month(lines: Sequence[MonthLine], told: Words) -> Block:
    columns = ("month", "step", "urgency", "direction", "median", "p90")
    names = {"urgency": told("letter.urgency")}
    rows = [
        [
            own(line.month),
            own(told(f"statistics.{line.step}")),
            own(told(f"letter.urgencies.{line.urgency}")),
            own(told("statistics.received" if line.incoming else "statistics.sent")),
            _hours(line.median_s),
            _hours(line.p90_s),
        ]
        for line in sorted(lines, key=lambda line: line.month)
    ]
    head = [names.get(name) or told(f"statistics.{name}") for name in columns]
    return table(head, [2, 3, 2, 2, 2, 2], rows)


def _refusals(lines: Sequence[CountLine], told: Words) -> list[Block]:
    if not lines:
        return [paragraph(told("statistics.nothing"))]
    return [
        paragraph(told("statistics.refusals_note")),
        _counts("ground", lines, told, ("received", "sent")),
    ]


def _number(value: int | None) -> Value:
    return own(MARK if value is None else str(value))


def _hours(seconds: int | None) -> Value:
    return own(MARK if seconds is None else hours_text(seconds))


def hours_text(seconds: int) -> str:
    """Return seconds as hours with one decimal, rounded up, so that nothing took no time at all."""
    tenths = -(-seconds * 10 // _HOUR_S)
    whole, tenth = divmod(tenths, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)
