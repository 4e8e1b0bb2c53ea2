"""The duty desk: work items for the night, live, with who is on duty and who comes next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from comity.node.docket import entry_rows
from comity.node.duty import roster_store
from comity.node.duty.escalation_ladder import ladder_for
from comity.node.duty.pages import labels, people
from comity.node.models import Alarm, AlarmStep, Officer
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.watch import screen, shifts
from comity.node.watch.alert_rows import Line
from comity.node.web.permissions import caller, only
from comity.node.web.render import page

POLL_S: Final = 20
_STEPS: Final = 6
_AHEAD: Final = timedelta(days=3)


@only(Right.WATCH)
def watch(request: HttpRequest) -> HttpResponse:
    """Show the emergency that waits longest, everything else in order, and who is on duty."""
    return page(request, "duty/desk.html", _context(caller(request)))


@only(Right.WATCH)
def listed(request: HttpRequest) -> HttpResponse:
    """Show what changes alone, for a page that is open: the list, and the counts of the menu."""
    return page(request, "duty/desk_now.html", _context(caller(request)))


def _context(officer: Officer) -> dict[str, Any]:
    found = screen.look_of(officer)
    shown = screen.shown(found, officer)
    return {
        **shown,
        **_roster(found.at),
        "poll": f"every {POLL_S}s",
        "mine": shifts.current(officer),
        "offered": shifts.offered(officer),
        "on_duty": [(one, entry_rows.who(_officer(one))) for one in shifts.on_duty()],
        "steps": _steps(shown["first"], found.at),
        "places": (this_service().node.party,),
    }


def _officer(item: Any) -> str:
    return str(item.said("shift.begun").get("officer", ""))


def _roster(at: datetime) -> dict[str, Any]:
    """Return whose shift it is by the roster, and who comes next."""
    kept, known = roster_store.roster(), people.names()
    coming = [shift for shift in kept.shifts(at, at + _AHEAD) if shift.begins > at]
    current = kept.on_duty(at)
    return {
        "planned": people.lines([current], known)[0] if current else None,
        "next": people.lines(coming[:1], known)[0] if coming else None,
        "kept": bool(kept),
    }


@dataclass(frozen=True)
class Rung:
    """A step of the escalation of an alarm.

    Attributes:
        at: when it was done, or is due.
        whom: whom it tells, in words.
        number: its place in the policy.
        done: whether it was done.
    """

    at: datetime
    whom: Any
    number: int
    done: bool


def _steps(first: Line | None, at: datetime) -> list[Rung]:
    """Return the steps of the alarm that waits longest: those done, and the next one."""
    row = Alarm.objects.filter(pk=first.alert.alarm).first() if first else None
    if row is None:
        return []
    steps = AlarmStep.objects.filter(alarm=row.pk).order_by("-pk")[:_STEPS]
    done = [Rung(one.at, labels.WHOM[one.whom], one.step + 1, done=True) for one in steps]
    ladder = ladder_for(row.kind)
    number = min(row.step, len(ladder.steps) - 1)
    following = Rung(
        max(row.due_at, at), labels.WHOM[ladder.steps[number].whom], number + 1, done=False
    )
    return [*reversed(done), following]
