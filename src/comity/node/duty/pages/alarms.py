"""What waits for a person, and what was done to wake one."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from comity.canonical import time_text
from comity.node.actions.action_form import done_by_page
from comity.node.cases.severity import Severity, worst
from comity.node.core.clock import now
from comity.node.docket.labels import KIND
from comity.node.duty import escalation, notice_delivery, roster_store
from comity.node.duty.actions import ACKNOWLEDGE, ACKNOWLEDGE_ITEM
from comity.node.duty.pages import acknowledged, labels, people
from comity.node.duty.schemas import IncidentIn
from comity.node.duty.subjects import Subject, subjects_of
from comity.node.messages.send_second_signature import may_countersign
from comity.node.models import Alarm, AlarmStep, Notice, Officer, WorkItem
from comity.node.people.access.visible_cases import OutsideError, circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.watch.alert import is_held
from comity.node.watch.labels import SEVERITY, acknowledging
from comity.node.web.labels import DONE
from comity.node.web.measure_labels import MEASURE
from comity.node.web.permissions import caller, only
from comity.node.web.render import number_in, page
from comity.node.work.queries import severity_of_row, unraised

PAGE: Final = 50
MAX_SHOWN: Final = 200


@only(Right.READ_DUTY)
def duty(request: HttpRequest) -> HttpResponse:
    """Show who is on duty, what waits for a person, and where the roster has gaps."""
    at, known = now(), people.names()
    kept = roster_store.roster()
    shift = kept.on_duty(at)
    planned = shift.crew.officer if shift else ""
    ways = notice_delivery.channels(this_service().node.config)
    open_ = list(escalation.open_alarms().order_by("acknowledged_at", "pk")[:MAX_SHOWN])
    lines = _lines(open_, caller(request))
    context = {
        "on": people.lines([shift], known)[0] if shift else None,
        "also": [known.get(one, one) for one in escalation.on_shift() if one != planned],
        "kept": bool(kept),
        "screens_only": ways.mail is None and ways.hook is None,
        "gaps": roster_store.gaps_ahead(kept, at),
        "waiting": [one for one in lines if one["row"].acknowledged_at is None],
        "seen": [one for one in lines if one["row"].acknowledged_at is not None],
    }
    return page(request, "duty/duty.html", context)


@only(Right.READ_DUTY)
def waiting(request: HttpRequest) -> HttpResponse:
    """Tell the script on every page whether something waits; it makes the sound."""
    rows = escalation.unacknowledged().order_by("pk")
    first, pressing = rows.first(), escalation.severities(rows).values()
    new = unraised().order_by("since").first()  # its alarm is raised within seconds
    told = {
        "waiting": rows.count() + unraised().count(),
        "number": first.pk if first else None,
        "since": time_text(first.raised_at) if first else _since(new),
        "severity": _worst([*pressing, *([severity_of_row(new).value] if new else [])]),
    }
    return JsonResponse(told)


def _since(item: WorkItem | None) -> str | None:
    return time_text(item.since) if item and item.since else None


def _worst(found: Sequence[str]) -> Severity | None:
    return worst(*map(Severity, found)) if found else None


@only(Right.READ_DUTY)
def history(request: HttpRequest) -> HttpResponse:
    """List all alarms, the newest first."""
    rows = Alarm.objects.order_by("-pk")
    before = number_in(request.GET.get("before", "0"))
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    context = {"lines": _lines(found[:PAGE], caller(request)), "more": more}
    return page(request, "duty/alarms.html", context)


@only(Right.READ_DUTY)
def alarm(request: HttpRequest, row_id: int) -> HttpResponse:
    """Show one alarm with each step and each notice."""
    row = Alarm.objects.filter(pk=row_id).first()
    if row is None:
        raise Http404
    known = people.names()
    notices = Notice.objects.filter(alarm=row.pk).order_by("pk")[:MAX_SHOWN]
    steps = AlarmStep.objects.filter(alarm=row.pk).order_by("pk")[:MAX_SHOWN]
    told = [
        {"row": one, "name": known.get(one.officer, one.officer), **_outcome(one)}
        for one in notices
    ]
    climbed = [{"row": one, "whom": labels.WHOM[one.whom]} for one in steps]
    context = {"line": _lines([row], caller(request))[0], "notices": told, "steps": climbed}
    return page(request, "duty/alarm.html", context)


@only(Right.ACKNOWLEDGE, "POST")
def acknowledge(request: HttpRequest, row_id: int) -> HttpResponse:
    """Say that a person has seen it; the ladder stops."""
    return _acknowledged(
        request,
        lambda: done_by_page(request, ACKNOWLEDGE, number=row_id),
        lambda: acknowledged.alarm_of(number=row_id),
    )


@only(Right.ACKNOWLEDGE, "POST")
def acknowledge_item(request: HttpRequest) -> HttpResponse:
    """Acknowledge a critical work item, whether or not its alarm was raised yet."""
    told = IncidentIn(incident=request.POST.get("item", "")[:200])
    return _acknowledged(
        request,
        lambda: done_by_page(request, ACKNOWLEDGE_ITEM, told),
        lambda: acknowledged.alarm_of(incident=told.incident),
    )


def _acknowledged(
    request: HttpRequest,
    act: Callable[[], tuple[Alarm, list[str]]],
    found: Callable[[], Alarm | None],
) -> HttpResponse:
    """Do an acknowledgement, and lead to what is next.

    That is the form that tells the other State of it, or the case that is the officer's now.
    """
    try:
        row, taken = act()
    except escalation.AlarmUnknownError:
        messages.info(request, acknowledged.words_of_the_late(found()))
        return redirect("duty")
    except OutsideError:  # it is over since the page was made, or never was for this officer
        messages.info(request, acknowledged.words_of_the_gone(found(), caller(request)))
        return redirect("my-work")
    officer = caller(request)
    messages.success(request, acknowledged.words_of(row, taken, officer))
    if form := acknowledged.form_of(row, officer):
        return redirect(form)
    return redirect("case", taken[0]) if len(taken) == 1 else redirect("duty")


def _outcome(row: Notice) -> dict[str, Any]:
    return {
        "channel": labels.CHANNEL[row.channel],
        "outcome": labels.OUTCOME[row.stage],
        "why": labels.WHY.get(row.fault, row.fault),
    }


def _lines(rows: Sequence[Alarm], officer: Officer) -> list[dict[str, Any]]:
    known = people.names() if any(row.kind == "cannot-wake" for row in rows) else {}
    about, severities = subjects_of(rows, circle_of(officer, at=now())), escalation.severities(rows)
    others = escalation.not_for(rows, officer)
    return [
        {
            "row": row,
            "held": is_held(row),
            "can_acknowledge": row.pk not in others,
            "acknowledging": acknowledging(row.kind),
            "severity": severities[row.pk].value,
            "presses": SEVERITY[severities[row.pk]],
            "what": labels.KIND.get(row.kind, row.kind),
            "do": labels.DO.get(row.kind, ""),
            "call_out": row.kind == "cannot-wake",
            "who": known.get(row.subject, ""),
            "about": about[row.pk],
            "measure": _measure(about[row.pk]),
            "place": _place(row, about[row.pk], officer),
            "phone": _phone(row, about[row.pk].party),
        }
        for row in rows
    ]


def _measure(about: Subject) -> str:
    """Return what kind of request or domestic action it is about, in the officers' words."""
    if about.home:
        return str(KIND.get(about.home, about.home))
    code: Any = about.code
    return str(MEASURE.get(code) or DONE.get(code) or "") if code else ""


def _phone(row: Alarm, party: str) -> str:
    """Return the number of a partner's duty as the directory lists it, where a call may help."""
    directory = this_service().node.directory
    if row.kind not in labels.CALLED or not party or not directory.has(party):
        return ""
    return directory.entry(party).duty_phone or ""


def _place(row: Alarm, about: Subject, officer: Officer) -> str:
    """Return the page where an officer can deal with the cause, or empty."""
    if row.kind == "second-signature" and about.record and may_countersign(officer):
        return reverse("second", args=[about.record])
    if row.kind == "call" and about.item:
        return reverse("call", args=[about.item])
    if about.case and not about.item:
        return reverse("case", args=[about.case])
    if about.exhibit:
        return reverse("exhibit", args=[about.exhibit])
    if about.item:
        return reverse("docket-item", args=[about.item])
    return reverse(labels.PAGE[row.kind]) if row.kind in labels.PAGE else ""
