"""The team's room: what came, what is asked, what was said and done; live, and without scripts."""

import hashlib
import threading
from collections import OrderedDict
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.node.clock import now
from comity.node.desk.exercise import room_words as rw
from comity.node.desk.exercise.here import here
from comity.node.desk.exercise.room_asking import member_in, no_team, report_link
from comity.node.desk.guard import only
from comity.node.desk.pages import page
from comity.node.exercise.room import Room
from comity.node.exercise.telling import CLOSED, OVER, look_in, mark_of, room_of, state_of
from comity.node.models import TeamMember
from comity.node.roles import Right

POLL_S: Final = 5
PARTS: Final = ("came", "tasks", "talks", "after", "done")
"""Parts of the page that are asked for again; each is swapped only if it changed."""
_KEPT: Final = 512

type Parts = dict[str, tuple[str, str]]
_rendered: "OrderedDict[tuple[str, ...], Parts]" = OrderedDict()
_lock: Final = threading.Lock()


@here
@only(Right.PLAY)
def room(request: HttpRequest) -> HttpResponse:
    """Show the room of the player's team."""
    member = member_in(request)
    if member is None:
        return no_team(request)
    at, lang = now(), _lang()
    told = room_of(member, at, lang)
    context = {
        "room": told,
        "clock": _clock(told.state, told.passed_s, told.minutes, told.story_at),
        "mark": told.mark,
        "parts": [(name, *_parts(member, told, lang)[name]) for name in PARTS],
        "poll": f"every {POLL_S}s",
        "summary": _summary(told),
    }
    return page(request, "exercise/room.html", context)


@here
@only(Right.PLAY)
def room_now(request: HttpRequest) -> HttpResponse:
    """Show the clock, and beside it those parts of the room that changed since they were shown."""
    member = member_in(request)
    if member is None:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    at, lang = now(), _lang()
    seen = look_in(member, at)
    mark = mark_of(member, seen, lang)
    exercise = member.team.exercise
    if seen is not None and request.GET.get("mark") == mark:
        state = CLOSED if exercise.closed_at is not None else state_of(seen)
        view = seen.view
        clock = _clock(state, view.passed_s, seen.scenario.plan.minutes, view.story_at)
        return HttpResponse(_clock_html(clock, mark))
    told = room_of(member, at, lang)
    clock = _clock(told.state, told.passed_s, told.minutes, told.story_at)
    changed = [
        (name, digest, html)
        for name, (digest, html) in _parts(member, told, lang).items()
        if request.GET.get(f"seen-{name}") != digest
    ]
    more = render_to_string(
        "desk/exercise/room_news.html", {"parts": changed, "told": _summary(told)}
    )
    return HttpResponse(_clock_html(clock, told.mark) + more)


def _clock_html(clock: dict[str, Any], mark: str) -> str:
    return render_to_string("desk/exercise/room_clock.html", {"clock": clock, "mark": mark})


def _clock(state: str, passed_s: int, minutes: int, story_at: Any) -> dict[str, Any]:
    return {
        "state": state,
        "word": rw.STATE[state],
        "means": rw.STATE_MEANS.get(state, ""),
        "passed_s": passed_s,
        "of_s": minutes * 60,
        "story_at": story_at,
    }


def _parts(member: TeamMember, told: Room, lang: str) -> Parts:
    """Return each part with a digest of it; made once for all of one role who look alike."""
    own = member.name if told.state in {OVER, CLOSED} else ""
    key = (member.team.pk, member.role, lang, told.mark, told.state, own)
    with _lock:
        found = _rendered.get(key)
    if found is not None:
        return found
    context = {"room": told, "report": report_link()}
    made: Parts = {}
    for name in PARTS:
        html = render_to_string(f"desk/exercise/room_{name}.html", context)
        made[name] = (hashlib.sha256(html.encode()).hexdigest()[:16], html)
    with _lock:
        _rendered[key] = made
        while len(_rendered) > _KEPT:
            _rendered.popitem(last=False)
    return made


def _summary(told: Room) -> str:
    """Return in one sentence what came last; it is read out when it changes."""
    if told.state != "running":
        return str(rw.STATE_MEANS.get(told.state, rw.STATE[told.state]))
    if not told.came:
        return _("Nothing has come yet.")
    last = told.came[0]
    return _("Last came: %(kind)s, %(title)s") % {
        "kind": rw.KIND[last.kind],
        "title": last.title.text,
    }


def _lang() -> str:
    return (get_language() or "en").lower()
