"""The watch over the API: what needs a person, telephone calls, shifts.

What may be done stands in `actions`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from comity.docket import Item
from comity.node.actions.mount import mount
from comity.node.cases import docket_actions
from comity.node.cases.call_back_numbers import numbers
from comity.node.cases.docket_store import PAGE
from comity.node.core.clock import now
from comity.node.docket.item_values import line_of, value_of
from comity.node.docket.schemas import ItemOut
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.watch import Alert, calls, shifts
from comity.node.watch.actions import (
    BEGIN_SHIFT,
    CONFIRM_HAND_OVER,
    END_SHIFT,
    REFUSE_HAND_OVER,
    TAKE_CALL,
    WRITE_HAND_OVER,
)
from comity.node.watch.alert_list import look
from comity.node.watch.rules import officer_of
from comity.node.watch.schemas import (
    HistoryOut,
    ListWanted,
    NumbersOut,
    WatchOut,
    WatchWanted,
)
from comity.node.web.api_permissions import caller, only

router = Router(tags=["watch"])
ItemId = Annotated[str, Path(max_length=36)]


@router.get("/watch", auth=only(Right.WATCH), response=WatchOut)
def read_watch(request: HttpRequest, wanted: Query[WatchWanted]) -> dict[str, Any]:
    """Return what needs a person now, what presses most first."""
    officer = caller(request)
    mine = shifts.current(officer)
    since = wanted.since or (shifts.began_at(mine) if mine else None)
    found = look(this_service().node, officer, now(), since=since)
    return {
        "at": found.at,
        "severity": found.severity,
        "overdue": found.overdue,
        "alerts": [_alert(one, found.at) for one in found.alerts],
        "news": [_alert(one, found.at) for one in found.news],
        "more": sorted(found.more),
        "shift": mine.id if mine else None,
    }


def _alert(one: Alert, at: datetime) -> dict[str, Any]:
    return {**vars(one), "overdue": one.overdue(at)}


# ------------------------------------------------------------------ calls


@router.get("/calls", auth=only(Right.READ_DOCKET), response=HistoryOut)
def list_calls(request: HttpRequest, wanted: Query[ListWanted]) -> dict[str, Any]:
    """List calls, the newest first. The reading is audited."""
    docket_actions.note_reading("calls", by=caller(request).user.get_username(), way="api")
    return _history(request, calls.KIND, wanted)


@router.get("/numbers", auth=only(Right.CALL), response=NumbersOut)
def read_numbers(request: HttpRequest, party: str = "") -> dict[str, Any]:
    """Return the numbers on which an authority may be called back."""
    del request
    found = numbers(this_service().node, party[:64])
    return {"party": party, "numbers": [vars(one) for one in found]}


# ------------------------------------------------------------------ shifts


@router.get("/shifts", auth=only(Right.WATCH), response=HistoryOut)
def list_shifts(request: HttpRequest, wanted: Query[ListWanted]) -> dict[str, Any]:
    """List shifts, the newest first: whose each is, and who is to take it over."""
    return _history(request, shifts.KIND, wanted, more=_whose)


def _whose(item: Item) -> dict[str, str]:
    return {"officer": officer_of(item), "to": str(item.told.get("assigned", ""))}


mount(router, WRITE_HAND_OVER)  # before what names a shift: the address would be one of it


@router.get("/shifts/{item}", auth=only(Right.WATCH), response=ItemOut)
def read_shift(request: HttpRequest, item: ItemId) -> dict[str, Any]:
    """Read one shift with its hand-over. The reading is audited."""
    found, officer = shifts.shift_named(item), caller(request)
    docket_actions.note_reading(item, by=officer.user.get_username(), way="api")
    return value_of(found, officer)


def _history(
    request: HttpRequest,
    kind: str,
    wanted: ListWanted,
    more: Callable[[Item], dict[str, str]] = lambda _: {},
) -> dict[str, Any]:
    officer = caller(request)
    found: list[Item] = calls.listed(
        circle_of(officer, at=now()),
        kind=kind,
        before=wanted.before,
        day=_day(wanted.day),
        only_open=wanted.open,
    )
    before = found[PAGE - 1].id if len(found) > PAGE else None
    lines = [{**line_of(item, officer), **more(item)} for item in found[:PAGE]]
    return {"items": lines, "before": before}


def _day(asked: date | None) -> datetime | None:
    return datetime(asked.year, asked.month, asked.day, tzinfo=UTC) if asked else None


mount(router, TAKE_CALL, BEGIN_SHIFT, CONFIRM_HAND_OVER, REFUSE_HAND_OVER, END_SHIFT)
