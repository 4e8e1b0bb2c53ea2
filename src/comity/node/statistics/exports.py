"""Figures as files that leave the office, CSV and PDF; that they left is audited."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from comity.instruments import Library
from comity.instruments.csv_text import csv_text
from comity.instruments.state_names import state_names
from comity.node.core.law_library import lawbook
from comity.node.core.node import Node
from comity.node.log import audit
from comity.node.people import office_settings
from comity.node.statistics.disclosure_control import TOTAL, Published, publish
from comity.node.statistics.periods import Period
from comity.node.statistics.queries import OTHER, read_figures

if TYPE_CHECKING:
    from comity.papers.statistics import Reader
    from comity.papers.words import Words

HEAD: Final = ("table", "code", "label", "direction", "value", "unit")
_DIRECTIONS: Final = ("received", "sent", "both")
_HIDDEN: Final = "hidden"


def release(node: Node, period: Period, *, at: datetime) -> Published:
    """Return what may leave the office of a period.

    Raises:
        PeriodError: of a single month nothing is handed out.
    """
    return publish(
        read_figures(node.party, period, at=at),
        party=node.party,
        office=office_settings.name(),
        period=period,
        threshold=office_settings.threshold(),
    )


def as_csv(node: Node, published: Published, *, lang: str, by: str, at: datetime) -> bytes:
    """Return figures as CSV, one figure a line, UTF-8 with the mark that spreadsheets ask for.

    A hidden number is the word ``hidden``. The release is audited.
    """
    told = Labels(node, lang)
    data = csv_text(HEAD, _lines(published, told)).encode("utf-8-sig")
    _note(published, "csv", by=by, at=at)
    return data


def as_pdf(
    node: Node, published: Published, reader: "Reader", *, lang: str, by: str, at: datetime
) -> bytes:
    """Return figures as a paper. The release is audited.

    Raises:
        FontMissingError, PaperContentError, TypesettingError: as `statistics_pdf`.
    """
    from comity.papers.statistics import (
        CountLine,
        MonthLine,
        StatisticsPaper,
        TimeLine,
        statistics_pdf,
    )
    from comity.papers.typeset import FontPlaces
    from comity.papers.words import words

    labels = Labels(node, lang)
    paper = StatisticsPaper(
        reader=reader,
        party=published.party,
        office=published.office,
        period=published.period.name,
        threshold=published.threshold,
        tables=[
            (one.key, [CountLine(labels.of(one.key, code), counts) for code, counts in one.rows])
            for one in published.counts
        ],
        times=[
            TimeLine(t.step, t.incoming, t.median_s, t.p90_s, t.percent, t.goal_s)
            for t in published.times
        ],
        by_month=[
            MonthLine(m.month, m.step, m.urgency, m.incoming, m.median_s, m.p90_s)
            for m in published.by_month
        ],
        refusals=[
            CountLine(labels.of("refusals", code), counts) for code, counts in published.refusals
        ],
        mode=node.config.mode,
        unreviewed=labels.unreviewed,  # last: every label has been asked for
    )
    made = statistics_pdf(paper, words(lang), made_at=at, fonts=FontPlaces())
    _note(published, reader, by=by, at=at)
    return made


def _note(published: Published, form: str, *, by: str, at: datetime) -> None:
    subject, detail = published.period.name, f"{form} threshold {published.threshold}"
    audit.note(at=at, actor=by, action="statistics.released", subject=subject, detail=detail)


class Labels:
    """What a code is called, from the law's words in seven languages.

    Attributes:
        unreviewed: whether a label so far is wording of the law that nobody reviewed.
    """

    def __init__(self, node: Node, lang: str) -> None:
        from comity.papers.words import words

        self.unreviewed = False
        self._lang = lang
        self._laws: Library = lawbook(node.config).library
        self._names = state_names(self._laws)
        self._words: Words = words(lang)

    def of(self, key: str, code: str) -> str:
        """Return the label of a row."""
        if code == TOTAL:
            return self._words("statistics.total")
        if key == "states":
            return self._names(code, self._lang)
        if key == "refusals":
            return self._ground(code)
        if key in ("measures", "stands"):
            table = "measures" if key == "measures" else "states"
            return self._said(None, f"{table}.{code}") if code else self._unnamed()
        return code

    def _unnamed(self) -> str:
        return self._words("common.not_stated")

    def _ground(self, code: str) -> str:
        instrument, _, ground = code.partition(" ")
        one = self._laws.instruments.get(instrument)
        if code == OTHER or one is None or ground not in one.grounds:
            return self._words("statistics.other")
        articles = ", ".join(one.grounds[ground].cite)
        text = self._said(instrument, f"grounds.{ground}")
        return f"{text} ({self._said(instrument, 'instrument.short')} {articles})".replace(
            " )", ")"
        )

    def _said(self, instrument: str | None, key: str) -> str:
        found = self._laws.text(instrument, key, self._lang)
        self.unreviewed |= not found.reviewed_by
        return found.text


def _lines(published: Published, told: Labels) -> Iterator[tuple[str, ...]]:
    for table in published.counts:
        for code, counts in table.rows:
            for direction, count in zip(_DIRECTIONS, counts, strict=True):
                label = told.of(table.key, code)
                yield (table.key, code, label, direction, _text(count), "requests")
    for time in published.times:
        direction = "received" if time.incoming else "sent"
        named = (("median", time.median_s), ("p90", time.p90_s), ("goal", time.goal_s))
        for name, seconds in named:
            yield (f"times.{name}", time.step, time.step, direction, _text(seconds), "seconds")
        yield ("times.within", time.step, time.step, direction, _text(time.percent), "percent")
    for one in published.by_month:
        direction = "received" if one.incoming else "sent"
        code = f"{one.month} {one.step} {one.urgency}"
        for name, seconds in (("median", one.median_s), ("p90", one.p90_s)):
            yield (f"times-by-month.{name}", code, code, direction, _text(seconds), "seconds")
    for code, pair in published.refusals:
        for direction, count in zip(_DIRECTIONS, pair, strict=False):
            yield ("refusals", code, told.of("refusals", code), direction, _text(count), "requests")


def _text(value: int | None) -> str:
    return _HIDDEN if value is None else str(value)
