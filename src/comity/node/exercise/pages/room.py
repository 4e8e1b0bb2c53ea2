"""The team's room: what came, what is asked, what was said and done; live, and without scripts."""

import functools
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.node.core.clock import now
from comity.node.exercise import mode, quiz_store, room_cache, scenario_library
from comity.node.exercise.pages import room_labels as rw
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.room_context import member_in, no_team, report_link
from comity.node.exercise.player_timeline import (
    CLOSED,
    OVER,
    look_in,
    mark_of,
    quiz_here,
    room_as_seen,
    standing,
)
from comity.node.exercise.room import QuizHere, Room
from comity.node.exercise.run_cache import Seen, see
from comity.node.models import TeamMember
from comity.node.people.permissions import Right
from comity.node.web.permissions import only
from comity.node.web.render import page

POLL_S: Final = 1
PARTS: Final = ("quiz", "came", "tasks", "talks", "after", "done")
"""Parts of the page that are asked for again; each is swapped only if it changed."""
_KEPT: Final = 512


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a page shows of a room beside its clock.

    Attributes:
        parts: name to digest and HTML.
        summary: what came last, in a sentence.
    """

    parts: Mapping[str, tuple[str, str]]
    summary: str


_rendered: "OrderedDict[tuple[str, ...], Told]" = OrderedDict()
_lock: Final = threading.Lock()


@here
@only(Right.PLAY)
def room(request: HttpRequest) -> HttpResponse:
    """Show the room of the player's team."""
    member = member_in(request)
    if member is None:
        return no_team(request)
    at, lang = now(), _lang()
    _let_in(request, member, lang)
    seen = look_in(member, at)
    shown = room_as_seen(member, seen, at, lang)
    told = _told(member, seen, at, lang, shown.quiz)
    context = {
        "room": shown,
        "clock": _clock(shown.state, shown.passed_s, shown.minutes, shown.story_at),
        "mark": shown.mark,
        "parts": [(name, *told.parts[name]) for name in PARTS],
        "has_test": quiz_store.has_test(member.team.exercise),
        "poll": f"every {POLL_S}s",
        "summary": told.summary,
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
    _let_in(request, member, lang)
    return _news(request, member, look_in(member, at), at, lang)


def glance(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer whoever was let into the room a short while ago without opening the session again.

    It is middleware, since what it saves is what the middleware behind it does for each request:
    of two hundred browsers that ask each second.
    """
    address = reverse_lazy("room-now")

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or request.path != str(address) or not mode.held_here():
            return get_response(request)
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        known = room_cache.looker(session, _how(request))
        if known is None:
            return get_response(request)
        member, at = known.member, now()
        has_begun = member.team.run is not None
        run = room_cache.run_of(member.team) if has_begun else None
        if has_begun and run is None:  # it was not read yet
            return get_response(request)
        seen = see(member.team, at, run) if has_begun else None
        with translation.override(known.lang):
            answer = _news(request, member, seen, at, known.lang)
        answer.headers["Content-Language"] = known.lang
        add_never_cache_headers(answer)
        return answer

    return middleware


def _let_in(request: HttpRequest, member: TeamMember, lang: str) -> None:
    if request.session.session_key:
        room_cache.let_in(request.session.session_key, _how(request), member, lang)


def _how(request: HttpRequest) -> tuple[str, str]:
    """Return what chooses the language of an answer."""
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return cookie, request.headers.get("Accept-Language", "")


def _news(
    request: HttpRequest, member: TeamMember, seen: Seen | None, at: datetime, lang: str
) -> HttpResponse:
    quiz = quiz_here(member, seen, at)
    mark = mark_of(member, seen, quiz, lang)
    plan = scenario_library.scenario_of(member.team.exercise.edition).plan
    passed_s, story_at = (seen.view.passed_s, seen.view.story_at) if seen else (0, plan.begins)
    clock = _clock_html(
        state=standing(member, seen),
        passed_s=passed_s,
        minutes=plan.minutes,
        story_at=story_at,
        mark=mark,
        lang=lang,
    )
    if request.GET.get("mark") == mark:
        return HttpResponse(clock)
    told = _told(member, seen, at, lang, quiz)
    changed = [
        (name, digest, html)
        for name, (digest, html) in told.parts.items()
        if request.GET.get(f"seen-{name}") != digest
    ]
    more = render_to_string("exercise/room_news.html", {"parts": changed, "told": told.summary})
    return HttpResponse(clock + more)


@functools.lru_cache(maxsize=_KEPT)
def _clock_html(
    *, state: str, passed_s: int, minutes: int, story_at: datetime, mark: str, lang: str
) -> str:
    """Return the clock in the language that is active, which is named; many ask in one second."""
    clock = _clock(state, passed_s, minutes, story_at)
    return render_to_string("exercise/room_clock.html", {"clock": clock, "mark": mark})


def _clock(state: str, passed_s: int, minutes: int, story_at: datetime) -> dict[str, Any]:
    return {
        "state": state,
        "word": rw.STATE[state],
        "means": rw.STATE_MEANS.get(state, ""),
        "passed_s": passed_s,
        "of_s": minutes * 60,
        "story_at": story_at,
    }


def _told(
    member: TeamMember, seen: Seen | None, at: datetime, lang: str, quiz: QuizHere | None
) -> Told:
    """Return the parts, each with a digest; made once for all of one role who look alike."""
    state = standing(member, seen)
    own = member.name if state in {OVER, CLOSED} else ""
    key = (member.team.pk, member.role, lang, mark_of(member, seen, quiz, lang), state, own)
    with _lock:
        found = _rendered.get(key)
    if found is not None:
        return found
    room = room_as_seen(member, seen, at, lang)
    context = {"room": room, "report": report_link()}
    parts = {}
    for name in PARTS:
        html = render_to_string(f"exercise/room_{name}.html", context)
        parts[name] = (hashlib.sha256(html.encode()).hexdigest()[:16], html)
    made = Told(parts=parts, summary=_summary(room))
    with _lock:
        _rendered[key] = made
        while len(_rendered) > _KEPT:
            _rendered.popitem(last=False)
    return made


def _summary(room: Room) -> str:
    """Return in one sentence what came last; it is read out when it changes."""
    if room.state != "running":
        return str(rw.STATE_MEANS.get(room.state, rw.STATE[room.state]))
    if not room.came:
        return _("Nothing has come yet.")
    last = room.came[0]
    return _("Latest: %(kind)s, %(title)s") % {
        "kind": rw.KIND[last.kind],
        "title": last.title.text,
    }


def _lang() -> str:
    return (get_language() or "en").lower()
