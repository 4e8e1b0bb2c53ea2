"""The data-protection desk on pages: what is due, who waits, the registers, the codes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.docket import Item
from comity.node.cases import docket_actions
from comity.node.core.clock import now
from comity.node.docket.item_page import Line, lines_of
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.privacy import labels as privacy_labels
from comity.node.privacy import register as registers
from comity.node.privacy.grounds import exemptions, grounds
from comity.node.privacy.labels import CODE
from comity.node.privacy.records import MOST_COUNTED
from comity.node.privacy.retention_periods import CLASSES, periods
from comity.node.privacy.review_queue import Due, PlaceMalformedError, due
from comity.node.privacy_desk.pages import labels
from comity.node.web import labels as desk_words
from comity.node.web.permissions import caller, only
from comity.node.web.render import page

HELP: Final = (
    _("Duties of this office to the persons whose data it holds."),
    _("Nothing is destroyed automatically. An officer decides on each record due."),
    _("A record class without a retention period is never due. Set one for each class."),
)
_SHORT: Final = 10
_FIRST, _LAST = 2000, 2200


@only(Right.PRIVACY)
def privacy(request: HttpRequest) -> HttpResponse:
    """Show what is due now, what waits in the registers, and the periods."""
    officer, at = caller(request), now()
    circle = circle_of(officer, at=at)
    found = due(circle, on=at, most=_SHORT)
    waiting = registers.waiting(circle)
    known = periods()
    context = {
        "help": HELP,
        "at": at,
        "due": shown(found.lines),
        "more": bool(found.after),
        "unset": found.unset,
        "lines": lines_of(waiting, officer),
        "registers": labels.REGISTER.items(),
        "begins": _begins(request),
        "periods": [(one, _class(one), known.get(one)) for one in CLASSES],
        "sets": _does(request, "retention.set"),
    }
    return page(request, "privacy_desk/privacy.html", context)


def _class(name: str) -> Any:
    return CODE[f"record_class:{name}"]


def _begins(request: HttpRequest) -> list[str]:
    wanted = ("subject-request.received", "breach.found", "release.begun")
    return [act for act in wanted if _does(request, act)]


def _does(request: HttpRequest, act: str) -> bool:
    officer = caller(request)
    mine = {row.name for row in docket_actions.beginning(officer)}
    return act in mine and may(officer, Right.DOCKET)


def shown(lines: Iterable[Due]) -> list[dict[str, Any]]:
    """Return lines of what is due as pages show them."""
    found = []
    for line in lines:
        sort, _colon, key = line.record.subject.partition(":")
        found.append(
            {
                "line": line,
                "sort": sort,
                "key": key,
                "more": line.record.count >= MOST_COUNTED,
                "sort_word": labels.SORT[sort],
                "class_word": _class(line.record.record_class),
            }
        )
    return found


@only(Right.PRIVACY)
def due_list(request: HttpRequest) -> HttpResponse:
    """List what is due on a day, the oldest first; a later day is a dry run."""
    asked, at = request.GET, now()
    on = day_end(asked.get("on", "")) or at
    chosen = asked.get("class", "")
    chosen = chosen if chosen in CLASSES else ""
    circle = circle_of(caller(request), at=at)
    try:
        found = due(circle, on=on, only=chosen, after=asked.get("after", "")[:200])
    except PlaceMalformedError as fault:
        raise Http404 from fault
    narrowed = {name: asked[name] for name in ("on", "class") if asked.get(name)}
    context = {
        "on": on,
        "later": on.date() > at.date(),
        "day": on.date().isoformat(),
        "chosen": chosen,
        "classes": [(one, _class(one)) for one in CLASSES],
        "lines": shown(found.lines),
        "unset": [_class(one) for one in found.unset if chosen in ("", one)],
        "after": urlencode({**narrowed, "after": found.after}) if found.after else "",
        "before": urlencode(narrowed) or "all" if asked.get("after") else "",
    }
    return page(request, "privacy_desk/due.html", context)


def day_end(text: str) -> datetime | None:
    """Return the last moment of a day in UTC, or None where it is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    known = _FIRST <= day.year <= _LAST
    return datetime.combine(day, time(23, 59, 59), tzinfo=UTC) if known else None


@only(Right.PRIVACY)
def register(request: HttpRequest, register: str) -> HttpResponse:
    """List one register, the newest first. The reading is audited."""
    if register not in registers.REGISTERS:
        raise Http404
    everything = request.GET.get("all") == "yes"
    officer = caller(request)
    docket_actions.note_reading(register, by=officer.user.get_username(), way="desk")
    circle = circle_of(officer, at=now())
    before = request.GET.get("before", "")[:36]
    found = registers.listed(
        circle, register, before=before, only_open=not everything and register != "retention"
    )
    narrowed = {"all": "yes"} if everything else {}
    context = {
        "kind": register,
        "title": labels.REGISTER[register],
        "empty": labels.EMPTY[register],
        "lines": _lines(found.items, request),
        "everything": everything,
        "after": urlencode({**narrowed, "before": found.before}) if found.before else "",
        "begin": _begin_of(request, register),
    }
    return page(request, "privacy_desk/register.html", context)


def _lines(items: Iterable[Item], request: HttpRequest) -> list[Line]:
    return lines_of(items, caller(request))


def _begin_of(request: HttpRequest, register: str) -> str:
    act = {
        "subject-request": "subject-request.received",
        "breach": "breach.found",
        "release": "release.begun",
        "retention": "retention.set",
    }.get(register, "")
    return act if act and _does(request, act) else ""


@only(Right.PRIVACY)
def codes(request: HttpRequest) -> HttpResponse:
    """List grounds and exemption codes with their sources."""
    wrong, found = "", []
    try:
        found = list(exemptions().values())
    except ComityError as fault:
        wrong = desk_words.fault(fault.code)
    context = {
        "grounds": [
            (
                one,
                privacy_labels.ground(one),
                [CODE.get(f"decision:{d}", _("Delay")) for d in _for(one)],
            )
            for one in grounds().values()
        ],
        "exemptions": [
            (one, privacy_labels.exemption(one), privacy_labels.source(one)) for one in found
        ],
        "none_compared": not any(one.verified for one in grounds().values())
        and not any(one.verified for one in found if one.key),
        "wrong": wrong,
    }
    return page(request, "privacy_desk/codes.html", context)


def _for(one: Any) -> list[str]:
    order = ("part", "refuse", "neither-confirm-nor-deny", "delay")
    return [name for name in order if name in one.stands_for]


__all__ = ["codes", "day_end", "due_list", "privacy", "register", "shown"]
