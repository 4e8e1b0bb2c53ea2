"""The first page of an after-action report: for a reader who has two minutes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.drills import Summary, summary
from comity.papers.after_action_text import ANYBODYS, Cell, Teller, clock, typed
from comity.papers.times import shown_time
from comity.papers.visible import visible

_STOPS: Final = ".。"  # a step is a sentence; its sentence here has a stop of its own
_MOST_NAMES: Final = 4
_MOST_DECISIONS: Final = 3
_MOST_CHARS: Final = 240
_EDITION_CHARS: Final = 16


@dataclass(frozen=True, kw_only=True)
class FirstPage:
    """What stands on it.

    Attributes:
        title: of the paper.
        facts: name and what.
        sentences: how it went.
        figures: number, and of what.
        decide: what is asked of the reader, with `decisions` one by one.
        more: what is left out here.
    """

    title: str
    facts: tuple[tuple[str, Cell], ...]
    sentences: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    decide: str
    decisions: tuple[Cell, ...]
    more: tuple[str, ...]


def first_page(tell: Teller) -> FirstPage:
    """Return the first page of a report."""
    report, found = tell.report, summary(tell.told_of.scenario, tell.report)
    decide, decisions, more = _decide(tell, found)
    length = clock(tell.plan.minutes * 60)
    edition = report.edition.removeprefix("sha256:")[:_EDITION_CHARS]
    return FirstPage(
        title=tell("title_of", scenario=visible(_short(tell.text("title").text))),
        facts=(
            (tell("team"), Cell(report.team, ANYBODYS)),
            (tell("began"), Cell(shown_time(report.started_at))),
            (tell("passed"), Cell(tell("passed_of", passed=clock(report.passed_s), length=length))),
            (tell("edition"), Cell(tell.apart(f"{tell.plan.version} · {edition}"))),
        ),
        sentences=tuple(_sentences(tell, found)),
        figures=tuple(
            (tell.out_of(one.value, one.of), tell(f"figures.{one.key}")) for one in found.figures
        ),
        decide=decide,
        decisions=decisions,
        more=more,
    )


def _sentences(tell: Teller, found: Summary) -> Iterator[str]:
    for one in found.sentences:
        given: dict[str, str | int] = dict(one.facts)
        if one.names:
            names = [typed(_short(tell.text(key).text).rstrip(_STOPS)) for key in one.names]
            left = len(names) - _MOST_NAMES
            shown = [*names[:_MOST_NAMES], *([f"+{left}"] if left > 0 else [])]
            given["names"] = tell.listed(shown)
        yield tell(f"sentences.{one.key}", **given)


def _decide(tell: Teller, found: Summary) -> tuple[str, tuple[Cell, ...], tuple[str, ...]]:
    waiting = [one for one in tell.told_of.lessons if one.waits]
    if not waiting:
        if not found.dearest:
            return tell("decide_nothing"), (), ()
        dearest = tuple(_why(tell, one.key, one.cite) for one in found.dearest)
        return tell("decide_dearest"), dearest, ()
    shown = tuple(
        Cell(
            tell(
                "lesson_line",
                text=typed(_short(one.text)),
                owner=typed(one.owner),
                due=one.due.isoformat(),
            )
        )
        for one in waiting[:_MOST_DECISIONS]
    )
    left = len(waiting) - len(shown)
    more = (tell("decide_more", count=left, title=tell("lessons")),) if left else ()
    return tell("decide_lessons"), shown, more


def _why(tell: Teller, key: str, cite: tuple[str, ...]) -> Cell:
    why = tell.text(why_key(key))
    text = typed(_short(why.text))
    return Cell(tell("cited", text=text, articles=tell.articles(cite)) if cite else text)


def why_key(key: str) -> str:
    """Return the key of the text that says why points are what they are."""
    kind, _, name = key.partition(" ")
    return f"scores.{name}" if kind == "score" else f"tasks.{name}.learn"


def _short(text: str) -> str:
    """Return what fits on the first page; the whole stands further below."""
    text = " ".join(text.split())
    return text if len(text) <= _MOST_CHARS else f"{text[: _MOST_CHARS - 1].rstrip()}…"
