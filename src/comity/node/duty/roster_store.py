"""The roster as the office keeps it: read, changed, and recorded."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from comity.canonical import MisuseError
from comity.node.core.local_time import zone_named
from comity.node.core.notice_channels import parse_address
from comity.node.duty.roster import Change, Crew, Gap, Roster, Shift, Weekly
from comity.node.log import audit
from comity.node.models import Officer, Reached, RosterChange, WeeklyShift
from comity.node.people.permissions import Right, may

AHEAD: Final = timedelta(days=7)
MAX_ROWS: Final = 500
MAX_CHANGE: Final = timedelta(days=62)


class RosterError(MisuseError, code="roster"):
    """The shift is invalid: an officer unknown or not for duty, or invalid times."""


class CrewRepeatedError(RosterError, code="crew-repeated"):
    """A person is named more than once for one shift."""


class ContactChangedError(MisuseError, code="contact-changed"):
    """The contact details were changed by another user since they were read."""


class PhoneNumberError(MisuseError, code="call-out-number"):
    """A telephone number for the call-out list is none."""


def roster() -> Roster:
    """Return the roster as it stands."""
    weekly = [
        Weekly(
            weekday=row.weekday,
            begins=row.begins,
            ends=row.ends,
            zone=row.zone,
            crew=_crew(row),
            first=row.first,
            last=row.last,
        )
        for row in WeeklyShift.objects.order_by("pk")
    ]
    changes = [
        Change(begins=row.begins, ends=row.ends, crew=_crew(row))
        for row in RosterChange.objects.order_by("pk")
    ]
    crews = [*(row.crew for row in weekly), *(row.crew for row in changes)]
    named = {one for crew in crews for one in (crew.officer, crew.second, crew.deputy) if one}
    return Roster(weekly, changes, _absent(named))


def _absent(named: set[str]) -> frozenset[str]:
    """Return who of those on a roster cannot be on duty: their account is closed, for example."""
    if not named:
        return frozenset()
    rows = Officer.objects.select_related("user").filter(identifier__in=named)
    return frozenset(named - {row.identifier for row in rows if may_be_on_duty(row)})


def _crew(row: WeeklyShift | RosterChange) -> Crew:
    return Crew(officer=row.officer, second=row.second, deputy=row.deputy)


def gaps_ahead(kept: Roster, at: datetime) -> list[Gap]:
    """Return when nobody will be on duty in the next seven days; none where no roster is kept."""
    return kept.gaps(at, at + AHEAD) if kept else []


def on_duty(at: datetime) -> Shift | None:
    """Return who is on duty at a moment."""
    return roster().on_duty(at)


def may_be_on_duty(officer: Officer) -> bool:
    """Tell whether somebody may be on a roster: in office, and by the role to acknowledge."""
    return officer.user.is_active and may(officer, Right.ACKNOWLEDGE)


def check_crew(crew: Crew) -> None:
    """Check that everybody named may be on duty, and that the three are different people.

    Raises:
        CrewRepeatedError: somebody is named twice.
        RosterError: who may not, and why.
    """
    places = {"officer": crew.officer, "second": crew.second, "deputy": crew.deputy}
    named = {place: one for place, one in places.items() if one}
    if not crew.officer:
        raise RosterError("a shift has an officer: name one")
    if len(set(named.values())) != len(named):
        raise CrewRepeatedError(
            "the same person is named twice: name different people as officer, second and deputy"
        )
    rows = Officer.objects.select_related("user").filter(identifier__in=named.values())
    known = {row.identifier: row for row in rows}
    for place, one in named.items():
        row = known.get(one)
        if row is None:  # what was typed is not repeated: it may be anything
            raise RosterError(f"the {place} is no officer here: name one by identifier")
        if not may_be_on_duty(row):
            why = (
                f"the role {row.role} does not acknowledge alarms"
                if row.user.is_active
                else "the account is closed"
            )
            raise RosterError(f"the {place}, {one}, cannot be on duty: {why}; name another")


@transaction.atomic
def add_weekly(row: Weekly, *, by: str, at: datetime) -> int:
    """Enter a shift that comes every week; return its number.

    Raises:
        RosterError, ZoneUnknownError: it cannot be entered.
    """
    check_crew(row.crew)
    zone_named(row.zone)
    if not 0 <= row.weekday <= 6 or (row.first and row.last and row.last < row.first):
        raise RosterError("a weekly shift has a weekday, and its last day is not before its first")
    if WeeklyShift.objects.count() >= MAX_ROWS:
        raise RosterError("the roster holds as many weekly shifts as it can")
    made = WeeklyShift.objects.create(
        weekday=row.weekday,
        begins=row.begins,
        ends=row.ends,
        zone=row.zone,
        officer=row.crew.officer,
        second=row.crew.second,
        deputy=row.crew.deputy,
        first=row.first,
        last=row.last,
    )
    audit.note(at=at, actor=by, action="roster.shift-added", subject=str(made.pk))
    return made.pk


@transaction.atomic
def add_change(row: Change, *, by: str, at: datetime) -> int:
    """Enter another crew for a time, as when two people swap; return its number.

    Raises:
        RosterError: it cannot be entered.
    """
    check_crew(row.crew)
    if not row.begins < row.ends <= row.begins + MAX_CHANGE:
        raise RosterError("a change ends after it begins, and is at most 62 days long")
    if row.ends <= at:
        raise RosterError("a change that is over changes nothing")
    if RosterChange.objects.filter(ends__gt=at).count() >= MAX_ROWS:
        raise RosterError("the roster holds as many changes as it can")
    made = RosterChange.objects.create(
        begins=row.begins,
        ends=row.ends,
        officer=row.crew.officer,
        second=row.crew.second,
        deputy=row.crew.deputy,
    )
    audit.note(at=at, actor=by, action="roster.changed", subject=str(made.pk))
    return made.pk


def swap(one: datetime, two: datetime, *, by: str, at: datetime) -> None:
    """Let the crews of two shifts take each other's; each is named by a moment in it.

    Raises:
        RosterError: nobody is on duty at one of them, or it is one shift.
    """
    kept = roster()
    first, other = kept.on_duty(one), kept.on_duty(two)
    if first is None or other is None or first == other:
        raise RosterError("two shifts are swapped, and somebody is on duty in each")
    with transaction.atomic():
        for shift, crew in ((first, other.crew), (other, first.crew)):
            add_change(Change(begins=shift.begins, ends=shift.ends, crew=crew), by=by, at=at)


@transaction.atomic
def remove(kind: str, number: int, *, by: str, at: datetime) -> bool:
    """Take a row out of the roster; tell whether it was there."""
    if kind == "weekly":
        gone, _ = WeeklyShift.objects.filter(pk=number).delete()
    else:
        gone, _ = RosterChange.objects.filter(pk=number).delete()
    if gone:
        audit.note(at=at, actor=by, action="roster.removed", subject=str(number), detail=kind)
    return bool(gone)


@transaction.atomic
def replace(weekly: Iterable[Weekly], changes: Iterable[Change], *, by: str, at: datetime) -> int:
    """Put a whole roster in place of the one that stands; return how many rows it has.

    Raises:
        RosterError, ZoneUnknownError: a row cannot be entered; the old roster stands.
    """
    WeeklyShift.objects.all().delete()
    RosterChange.objects.filter(ends__gt=at).delete()
    count = 0
    for row in weekly:
        add_weekly(row, by=by, at=at)
        count += 1
    for change in changes:
        add_change(change, by=by, at=at)
        count += 1
    audit.note(at=at, actor=by, action="roster.replaced", subject="roster", detail=str(count))
    return count


# ------------------------------------------------------------------ how people are reached


@transaction.atomic
def set_reached(
    officer: str,
    *,
    by: str,
    at: datetime,
    email: str | None = None,
    phone: str | None = None,
    other_phone: str | None = None,
    head: bool | None = None,
    seen: str | None = None,
) -> Reached:
    """Keep how a person is reached: what is named changes, the rest stays as it is by then.

    Args:
        officer: identifier.
        by: user name of who changes it.
        at: this moment.
        email: where notices go; empty takes it away, None leaves it.
        phone: likewise.
        other_phone: likewise.
        head: whether the person heads the office; None leaves it.
        seen: what `version_of` gave for what the changer read; None: it was not read.

    Raises:
        ContactChangedError: it is no longer what was read; nothing changes.
        NoticeAddressError, PhoneNumberError: an address is none; it is not repeated.
        RosterError: no such officer in use.
    """
    people = Officer.objects.select_for_update(of=("self",))  # two changes go one after the other
    if not people.filter(identifier=officer, user__is_active=True):
        raise RosterError("no officer in use has this identifier")
    row = Reached.objects.filter(officer=officer).first()
    if seen is not None and seen != version_of(row):
        raise ContactChangedError("somebody changed it meanwhile: look at it again")
    row = row or Reached(officer=officer)
    if email is not None:
        row.email = parse_address(email) if email else ""
    if phone is not None:
        row.phone = _number(phone)
    if other_phone is not None:
        row.other_phone = _number(other_phone)
    if head is not None:
        row.head = head
    row.save()
    audit.note(at=at, actor=by, action="duty.contact-set", subject=officer)
    return row


def version_of(row: Reached | None) -> str:
    """Return a name of what is kept of a person now; another as soon as anything of it changes."""
    if row is None:
        return "none"
    told = [row.email, row.phone, row.other_phone, row.head]
    return hashlib.sha256(json.dumps([row.officer, *told]).encode()).hexdigest()[:32]


def _number(text: str) -> str:
    import phonenumbers

    if not text:
        return ""
    if not text.startswith("+") or len(text) > 40:
        raise PhoneNumberError("a number begins with + and the code of its country")
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException as fault:
        raise PhoneNumberError("no country has such a number") from fault
    if not phonenumbers.is_possible_number(number):
        raise PhoneNumberError("a number is too long or too short")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def note_reading(*, by: str, way: str, at: datetime) -> None:
    """Write down that somebody read how people are reached."""
    audit.note(at=at, actor=by, action="duty.contacts-read", subject="call-list", detail=way)
