"""The screen of a hall: teams side by side, in big letters, for whoever has the hall's code."""

import threading
from datetime import datetime, timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from comity.node.core.clock import now
from comity.node.exercise import codes
from comity.node.exercise.pages import room_labels as rw
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.public_screen import Hall, exercise_of, hall_of
from comity.node.web.permissions import public
from comity.node.web.render import page

POLL_S: Final = 5
_FRESH: Final = timedelta(seconds=2)
"""How long many screens share one look."""
_looks: dict[tuple[str, str], tuple[datetime, Hall]] = {}
_lock: Final = threading.Lock()


@here
@public("GET", "HEAD")
def hall(request: HttpRequest, code: str) -> HttpResponse:
    """Show the screen."""
    context = {**_context(code), "code": codes.typed(code), "poll": f"every {POLL_S}s"}
    return page(request, "exercise/hall.html", context)


@here
@public("GET", "HEAD")
def hall_now(request: HttpRequest, code: str) -> HttpResponse:
    """Show the changing part of the screen alone."""
    return render(request, "exercise/hall_now.html", _context(code))


def _context(code: str) -> dict[str, object]:
    found = _look(codes.typed(code), now(), (get_language() or "en").lower())
    teams = [
        (one, rw.STATE[one.state], found.minutes * 60)
        for one in sorted(found.teams, key=lambda one: -(one.got or 0))
    ]
    came = [(rw.KIND[kind], title) for kind, title in found.came]
    return {"hall": found, "teams": teams, "came": came}


def _look(code: str, at: datetime, lang: str) -> Hall:
    with _lock:
        kept = _looks.get((code, lang))
    if kept is not None and timedelta(0) <= at - kept[0] < _FRESH:
        return kept[1]
    exercise = exercise_of(code)
    if exercise is None:
        raise Http404
    found = hall_of(exercise, at, lang)
    with _lock:
        if len(_looks) > 64:
            _looks.clear()
        _looks[code, lang] = (at, found)
    return found
