"""Reading the duty over the API; what may be done stands in `actions`."""

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from comity.node.actions.mount import mount
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS, Place, digest_part, moment, place_in, place_text
from comity.node.duty import (
    escalation,
    escalation_ladder,
    partner_tests_pause,
    partner_tests_schedule,
    roster_csv,
    roster_store,
)
from comity.node.duty import schemas as shapes
from comity.node.duty.actions import ACTIONS
from comity.node.duty.answers import alarm_values, contact_value, ladder_value
from comity.node.duty.roster import Gap, Shift
from comity.node.messages import partner_tests
from comity.node.models import Alarm, AlarmStep, Officer, Reached
from comity.node.people.permissions import Right, may
from comity.node.service.handle import this_service
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only

PAGE = 50
_TESTED = Place(moment, digest_part)
router = Router(tags=["duty"])
Number = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/duty/now", auth=only(Right.READ_DUTY), response=shapes.OnDuty)
def on_duty(request: HttpRequest) -> dict[str, Any]:
    """Tell who is on duty now, and when nobody will be in the next seven days."""
    at, kept = now(), roster_store.roster()
    shift = kept.on_duty(at)
    gaps = [_gap(one) for one in roster_store.gaps_ahead(kept, at)]
    return {"shift": _shift(shift) if shift else None, "gaps": gaps}


@router.get("/duty/roster", auth=only(Right.READ_DUTY), response=shapes.RosterOut)
def read_roster(request: HttpRequest) -> dict[str, Any]:
    """Give the roster: the next seven days, and all of it as CSV."""
    at, kept = now(), roster_store.roster()
    return {
        "shifts": [_shift(one) for one in kept.shifts(at, at + roster_store.AHEAD)],
        "gaps": [_gap(one) for one in roster_store.gaps_ahead(kept, at)],
        "csv": roster_csv.write(kept),
    }


@router.get("/duty/alarms", auth=only(Right.READ_DUTY), response=shapes.AlarmList)
def list_alarms(request: HttpRequest, *, waiting: bool = False, before: int = 0) -> dict[str, Any]:
    """List alarms, the newest first; or only those that wait for a person."""
    found = escalation.unacknowledged() if waiting else Alarm.objects.all()
    if before > 0:
        found = found.filter(pk__lt=before)
    page = list(found.order_by("-pk")[: PAGE + 1])
    more = page[PAGE - 1].pk if len(page) > PAGE else None
    return {"alarms": alarm_values(caller(request), page[:PAGE]), "next_before": more}


@router.get("/duty/alarms/{number}", auth=only(Right.READ_DUTY), response=shapes.AlarmDetail)
def read_alarm(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Give one alarm with its steps."""
    row = Alarm.objects.filter(pk=number).first()
    if row is None:
        raise NotHere
    steps = AlarmStep.objects.filter(alarm=number).order_by("pk")[:200]
    names = ("round", "step", "whom", "at", "told")
    return {
        **alarm_values(caller(request), [row])[0],
        "steps": [{n: getattr(one, n) for n in names} for one in steps],
    }


@router.get("/duty/contacts", auth=only(Right.CALL_OUT), response=shapes.ContactList)
def call_list(request: HttpRequest) -> dict[str, Any]:
    """Give the call-out list. The reading is audited."""
    roster_store.note_reading(by=_name(request), way="api", at=now())
    reached = Reached.objects.in_bulk()
    people = Officer.objects.select_related("user").filter(user__is_active=True)
    known = [one for one in people if may(one, Right.ACKNOWLEDGE)]
    return {"people": [contact_value(one, reached.get(one.identifier)) for one in known]}


@router.get("/duty/contacts/{identifier}", auth=only(Right.CALL_OUT), response=shapes.ContactOut)
def read_contact(
    request: HttpRequest, identifier: Annotated[str, Path(max_length=64)]
) -> dict[str, Any]:
    """Give how one person is reached. The reading is audited."""
    person = Officer.objects.select_related("user").filter(identifier=identifier).first()
    if person is None:
        raise NotHere
    roster_store.note_reading(by=_name(request), way="api", at=now())
    return contact_value(person, Reached.objects.filter(officer=identifier).first())


@router.get("/duty/ladders", auth=only(Right.READ_DUTY), response=shapes.LadderList)
def list_ladders(request: HttpRequest) -> dict[str, Any]:
    """Give the ladder of every kind of alarm."""
    kinds = (*escalation_ladder.KINDS, escalation_ladder.ANY)
    return {"ladders": [ladder_value(kind) for kind in kinds]}


@router.get("/duty/reach", auth=only(Right.READ_DUTY), response=shapes.ReachList)
def list_tests(
    request: HttpRequest,
    *,
    party: Annotated[str, Query(max_length=64)] = "",
    after: Annotated[str, Query(max_length=MAX_CHARS)] = "",
) -> dict[str, Any]:
    """List tests between watches, the newest first; this office's private record."""
    node, at = this_service().node, now()
    before = place_in(after, _TESTED) if after else None
    found = partner_tests.history(node, party=party, before=before, most=PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return {
        "tests": [asdict(one) for one in found[:PAGE]],
        "next": place_text(last.asked_at, last.conversation) if last else None,
        "waiting": partner_tests.waiting(node, at=at),
        "paused": bool(node.config.reach_every_days) and partner_tests_pause.is_paused(at=at),
        "not_asked": [asdict(one) for one in partner_tests_schedule.not_asked(node, at=at)],
    }


def _name(request: HttpRequest) -> str:
    return caller(request).user.get_username()


def _shift(one: Shift) -> dict[str, Any]:
    return {"begins": one.begins, "ends": one.ends, **asdict(one.crew)}


def _gap(one: Gap) -> dict[str, Any]:
    return {"begins": one.begins, "ends": one.ends}


mount(router, *ACTIONS)
