"""The duty over the API: roster, alarms, ladders, test notices, tests between watches."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS, Place, digest_part, moment, place_in, place_text
from comity.node.duty import (
    ask_partner,
    escalation,
    escalation_ladder,
    notice_delivery,
    partner_tests_pause,
    partner_tests_schedule,
    roster_csv,
    roster_store,
)
from comity.node.duty import schemas as shapes
from comity.node.duty.roster import Gap, Shift
from comity.node.duty.subjects import subjects_of
from comity.node.messages import partner_tests
from comity.node.models import Alarm, AlarmStep, LadderRow, Officer, Reached
from comity.node.people.access.visible_cases import circle_of
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


@router.post("/duty/roster", auth=only(Right.ROSTER), response=shapes.RosterKept)
def replace_roster(request: HttpRequest, told: shapes.RosterIn) -> dict[str, Any]:
    """Put a whole roster in place of the one that stands."""
    kept, at = roster_csv.read(told.csv), now()
    changes = [one for one in kept.changes if one.ends > at]
    return {"rows": roster_store.replace(kept.weekly, changes, by=_name(request), at=at)}


@router.get("/duty/alarms", auth=only(Right.READ_DUTY), response=shapes.AlarmList)
def list_alarms(request: HttpRequest, *, waiting: bool = False, before: int = 0) -> dict[str, Any]:
    """List alarms, the newest first; or only those that wait for a person."""
    found = escalation.unacknowledged() if waiting else Alarm.objects.all()
    if before > 0:
        found = found.filter(pk__lt=before)
    page = list(found.order_by("-pk")[: PAGE + 1])
    more = page[PAGE - 1].pk if len(page) > PAGE else None
    return {"alarms": _alarms(request, page[:PAGE]), "next_before": more}


@router.get("/duty/alarms/{number}", auth=only(Right.READ_DUTY), response=shapes.AlarmDetail)
def read_alarm(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Give one alarm with its steps."""
    row = Alarm.objects.filter(pk=number).first()
    if row is None:
        raise NotHere
    steps = AlarmStep.objects.filter(alarm=number).order_by("pk")[:200]
    names = ("round", "step", "whom", "at", "told")
    return {
        **_alarms(request, [row])[0],
        "steps": [{n: getattr(one, n) for n in names} for one in steps],
    }


@router.post(
    "/duty/alarms/{number}/acknowledge", auth=only(Right.ACKNOWLEDGE), response=shapes.AlarmOut
)
def acknowledge(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Say that a person has seen an alarm; its ladder stops, and its case is the caller's now."""
    row, _ = escalation.acknowledge(number, officer=caller(request), at=now())
    return _alarms(request, [row])[0]


@router.get("/duty/contacts", auth=only(Right.CALL_OUT), response=shapes.ContactList)
def call_list(request: HttpRequest) -> dict[str, Any]:
    """Give the call-out list. The reading is audited."""
    roster_store.note_reading(by=_name(request), way="api", at=now())
    reached = Reached.objects.in_bulk()
    people = Officer.objects.select_related("user").filter(user__is_active=True)
    known = [one for one in people if may(one, Right.ACKNOWLEDGE)]
    return {"people": [_contact(one, reached.get(one.identifier)) for one in known]}


@router.get("/duty/contacts/{identifier}", auth=only(Right.CALL_OUT), response=shapes.ContactOut)
def read_contact(
    request: HttpRequest, identifier: Annotated[str, Path(max_length=64)]
) -> dict[str, Any]:
    """Give how one person is reached. The reading is audited."""
    person = Officer.objects.select_related("user").filter(identifier=identifier).first()
    if person is None:
        raise NotHere
    roster_store.note_reading(by=_name(request), way="api", at=now())
    return _contact(person, Reached.objects.filter(officer=identifier).first())


@router.post("/duty/contacts/{identifier}", auth=only(Right.CALL_OUT), response=shapes.ContactOut)
def set_contact(
    request: HttpRequest, identifier: Annotated[str, Path(max_length=64)], told: shapes.ContactIn
) -> dict[str, Any]:
    """Change how a person is reached, in one step; what is not named stays."""
    row = roster_store.set_reached(identifier, **told.dict(), by=_name(request), at=now())
    person = Officer.objects.select_related("user").get(identifier=identifier)
    return _contact(person, row)


@router.get("/duty/ladders", auth=only(Right.READ_DUTY), response=shapes.LadderList)
def list_ladders(request: HttpRequest) -> dict[str, Any]:
    """Give the ladder of every kind of alarm."""
    own = set(LadderRow.objects.values_list("kind", flat=True))
    return {
        "ladders": [
            _ladder(kind, own) for kind in (*escalation_ladder.KINDS, escalation_ladder.ANY)
        ]
    }


@router.post("/duty/ladders/{kind}", auth=only(Right.ROSTER), response=shapes.LadderOut)
def set_ladder(
    request: HttpRequest, kind: Annotated[str, Path(max_length=24)], told: shapes.LadderIn
) -> dict[str, Any]:
    """Keep a ladder of the office's own for a kind, or for ``any``."""
    steps = [(one.minutes, one.whom, one.channels) for one in told.steps]
    made = escalation_ladder.parse_ladder(steps, told.repeat_minutes)
    escalation_ladder.set_ladder(kind, made, by=_name(request), at=now())
    return _ladder(kind, {kind})


@router.delete("/duty/ladders/{kind}", auth=only(Right.ROSTER), response=shapes.LadderOut)
def drop_ladder(request: HttpRequest, kind: Annotated[str, Path(max_length=24)]) -> dict[str, Any]:
    """Go back to the shipped ladder of a kind."""
    if kind not in (*escalation_ladder.KINDS, escalation_ladder.ANY):
        raise NotHere
    escalation_ladder.drop_ladder(kind, by=_name(request), at=now())
    return _ladder(kind, set())


@router.post("/duty/test", auth=only(Right.TEST_NOTICES), response=shapes.TestOut)
def test_notice(request: HttpRequest, told: shapes.TestIn) -> dict[str, Any]:
    """Send a test notice to a person by every channel now, and tell what came of each."""
    config = this_service().node.config
    found = notice_delivery.test(config, told.officer, by=_name(request), at=now())
    return {"outcomes": [asdict(one) for one in found]}


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


@router.post("/duty/reach", auth=only(Right.SEND), response={201: shapes.ReachSent})
def ask_watch(request: HttpRequest, told: shapes.ReachIn) -> Status[dict[str, Any]]:
    """Ask whether a partner's watch answers; refused beyond the quota of a day."""
    row = ask_partner.ask(this_service(), told.party, by=_name(request))
    return Status(201, {"conversation": row.conversation, "record": row.record})


@router.post("/duty/reach/{digest}/answer", auth=only(Right.SEND), response={201: shapes.ReachSent})
def answer_watch(
    request: HttpRequest, digest: Annotated[str, Path(max_length=71)]
) -> Status[dict[str, Any]]:
    """Answer a test, as the person who is there."""
    try:
        row = ask_partner.answer(this_service(), digest, by=_name(request))
    except LookupError as fault:
        raise NotHere from fault
    return Status(201, {"conversation": row.conversation, "record": row.record})


def _name(request: HttpRequest) -> str:
    return caller(request).user.get_username()


def _shift(one: Shift) -> dict[str, Any]:
    return {"begins": one.begins, "ends": one.ends, **asdict(one.crew)}


def _gap(one: Gap) -> dict[str, Any]:
    return {"begins": one.begins, "ends": one.ends}


def _alarms(request: HttpRequest, rows: Sequence[Alarm]) -> list[dict[str, Any]]:
    """Return alarms, each with what the caller may see of what it is about."""
    circle = circle_of(caller(request), at=now())
    about = subjects_of(this_service().node, rows, circle)
    names = (
        "kind", "subject", "severity", "raised_at", "due_at", "acknowledged_at", "acknowledged_by",
        "ended_at",
    )  # fmt: skip
    return [
        {
            "number": row.pk,
            **{name: getattr(row, name) for name in names},
            "party": about[row.pk].party,
            "case": about[row.pk].case,
            "detail": about[row.pk].code,
            "emergency": about[row.pk].emergency,
        }
        for row in rows
    ]


def _contact(person: Officer, row: Reached | None) -> dict[str, Any]:
    names = ("email", "phone", "other_phone")
    told = {name: getattr(row, name) if row else "" for name in names}
    name = person.user.get_username()
    head = bool(row and row.head)
    version = roster_store.version_of(row)
    return {
        "officer": person.identifier, "name": name, "head": head, "version": version, **told,
    }  # fmt: skip


def _ladder(kind: str, own: set[str]) -> dict[str, Any]:
    found = escalation_ladder.ladder_for(kind)
    steps = [
        {"minutes": one.minutes, "whom": one.whom, "channels": list(one.channels)}
        for one in found.steps
    ]
    return {
        "kind": kind,
        "own": kind in own,
        "steps": steps,
        "repeat_minutes": found.repeat_minutes,
    }
