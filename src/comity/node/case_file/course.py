"""The course of a case as a line: what happened, now, and what falls due, drawn by the server.

From left to right, or from right to left where the page's language runs so: drawn, not mirrored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.figures.svg import Drawing, Svg
from comity.node.case_file.timeline import DOMESTIC, EVIDENCE, MESSAGE, Entry
from comity.node.core.formats import date_text

WIDTH: Final = 820
_HEIGHT, _LINE = 64, 26
_MARGIN: Final = 20
_MOST_TICKS: Final = 8
_STEPS: Final = (1, 2, 7, 14, 30, 60, 90, 180, 365, 730, 1825, 3650)
_FEWEST: Final = 2
MOST_SHAPES: Final = 200
"""Things that are drawn; of more, the last ones."""
_LONGEST: Final = timedelta(days=400)
"""How far ahead a deadline is drawn; one further away would leave no room for what happened."""


@dataclass(frozen=True)
class Course:
    """The line of a case.

    Attributes:
        drawing: the line, with a sentence for whoever does not see it.
        has_due: whether the next deadline is on it.
    """

    drawing: Svg
    has_due: bool


def course_of(
    entries: Sequence[Entry], *, due: datetime | None, what: str, at: datetime, rtl: bool
) -> Course | None:
    """Return the course of a case, or None where too little happened to be drawn.

    Args:
        entries: of the timeline; readings are not drawn.
        due: the next deadline, or None.
        what: what falls due then.
        at: this moment.
        rtl: whether the page runs from right to left.
    """
    told = [one for one in entries if one.kind in (MESSAGE, DOMESTIC, EVIDENCE)]
    if len(told) < _FEWEST:
        return None
    if due is not None and due > at + _LONGEST:
        due = None
    moments = [one.at for one in told]
    first = _midnight(min(moments))
    last = _midnight(max([*moments, at, *([due] if due else [])])) + timedelta(days=1)
    whole = (last - first).total_seconds()

    def place(moment: datetime) -> float:
        return _MARGIN + (WIDTH - 2 * _MARGIN) * (moment - first).total_seconds() / whole

    made = Drawing(WIDTH, _HEIGHT, rtl=rtl)
    made.path(((place(first), _LINE), (place(last), _LINE)), name="hl")
    for day in _days(first, last):
        made.path(((place(day), 8), (place(day), 42)), name="ax")
        made.text(place(day), 58, date_text(day))
    for one in sorted(told, key=lambda one: one.at)[-MOST_SHAPES:]:
        _shape(made, one.kind, place(one.at))
    made.path(((place(at), 4), (place(at), 46)), name="hl now")
    if due:
        made.path(((place(due), 4), (place(due), 46)), name="goal")
    return Course(made.finished(_said(told, first, max([at, *moments]), due, what)), bool(due))


def _shape(made: Drawing, kind: str, x: float) -> None:
    if kind == MESSAGE:
        made.circle(x, _LINE, 5.5, name="pa")
    elif kind == DOMESTIC:
        made.rect(x - 5, _LINE - 5, 10, 10, name="a")
    else:
        made.diamond(x, _LINE, 8, name="a")


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _days(first: datetime, last: datetime) -> list[datetime]:
    """Return the days that are named below the line: few enough to be read."""
    days = (last - first).days
    step = next((one for one in _STEPS if days / one <= _MOST_TICKS), _STEPS[-1])
    return [first + timedelta(days=n) for n in range(0, days, step)]


def _said(
    told: Sequence[Entry], first: datetime, until: datetime, due: datetime | None, what: str
) -> str:
    counted = {
        kind: sum(one.kind == kind for one in told) for kind in (MESSAGE, DOMESTIC, EVIDENCE)
    }
    parts = [
        ngettext("%(n)d message", "%(n)d messages", counted[MESSAGE]) % {"n": counted[MESSAGE]},
        ngettext("%(n)d domestic action", "%(n)d domestic actions", counted[DOMESTIC])
        % {"n": counted[DOMESTIC]},
        ngettext("%(n)d event of evidence", "%(n)d events of evidence", counted[EVIDENCE])
        % {"n": counted[EVIDENCE]},
    ]
    found = _("Course of the case from %(first)s to %(last)s: %(counts)s.") % {
        "first": date_text(first),
        "last": date_text(until),
        "counts": "; ".join(parts),
    }
    if due is None:
        return found
    return f"{found} {what}: {date_text(due)} {due.astimezone(UTC):%H:%M} UTC."
