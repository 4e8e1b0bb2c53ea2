"""What waits for a person, and what was done to wake one."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.canonical import time_text
from comity.node.clock import now
from comity.node.desk.duty import people, words
from comity.node.desk.guard import caller, only
from comity.node.desk.pages import number_in, page
from comity.node.duty import escalating, planning, sending
from comity.node.models import Alarm, AlarmStep, Conversation, DocketItem, MessageRow, Notice
from comity.node.roles import Right
from comity.node.service import this_service

PAGE: Final = 50
MAX_SHOWN: Final = 200


@only(Right.READ_DUTY)
def duty(request: HttpRequest) -> HttpResponse:
    """Show who is on duty, what waits for a person, and where the roster has gaps."""
    at, known = now(), people.names()
    kept = planning.roster()
    shift = kept.on_duty(at)
    planned = shift.crew.officer if shift else ""
    ways = sending.channels(this_service().node.config)
    open_ = list(escalating.open_alarms().order_by("acknowledged_at", "pk")[:MAX_SHOWN])
    lines = _lines(open_)
    context = {
        "on": people.lines([shift], known)[0] if shift else None,
        "also": [known.get(one, one) for one in escalating.on_shift() if one != planned],
        "kept": bool(kept),
        "screens_only": ways.mail is None and ways.hook is None,
        "gaps": planning.gaps_ahead(kept, at),
        "waiting": [one for one in lines if one["row"].acknowledged_at is None],
        "seen": [one for one in lines if one["row"].acknowledged_at is not None],
    }
    return page(request, "duty/duty.html", context)


@only(Right.READ_DUTY)
def waiting(request: HttpRequest) -> HttpResponse:
    """Tell the script on every page whether something waits; it makes the sound."""
    rows = escalating.unacknowledged().order_by("pk")
    first = rows.first()
    told = {
        "waiting": rows.count(),
        "number": first.pk if first else None,
        "since": time_text(first.raised_at) if first else None,
    }
    return JsonResponse(told)


@only(Right.READ_DUTY)
def history(request: HttpRequest) -> HttpResponse:
    """List all alarms, the newest first."""
    rows = Alarm.objects.order_by("-pk")
    before = number_in(request.GET.get("before", "0"))
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    context = {"lines": _lines(found[:PAGE]), "more": more}
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
    climbed = [{"row": one, "whom": words.WHOM[one.whom]} for one in steps]
    context = {"line": _lines([row])[0], "notices": told, "steps": climbed}
    return page(request, "duty/alarm.html", context)


@only(Right.ACKNOWLEDGE, "POST")
def acknowledge(request: HttpRequest, row_id: int) -> HttpResponse:
    """Say that a person has seen it; the ladder stops."""
    try:
        escalating.acknowledge(row_id, by=caller(request).user.get_username(), at=now())
    except escalating.AlarmUnknownError:
        messages.error(request, words.FAULT["alarm-unknown"])
    else:
        messages.success(request, _("You have it. Nobody else is woken for it."))
    return redirect("duty")


def _outcome(row: Notice) -> dict[str, Any]:
    return {
        "channel": words.CHANNEL[row.channel],
        "outcome": words.OUTCOME[row.stage],
        "why": words.WHY.get(row.fault, row.fault),
    }


def _lines(rows: Sequence[Alarm]) -> list[dict[str, Any]]:
    places = _places(rows)
    known = people.names() if any(row.kind == "cannot-wake" for row in rows) else {}
    return [
        {
            "row": row,
            "what": words.KIND.get(row.kind, row.kind),
            "do": words.DO.get(row.kind, ""),
            "call_out": row.kind == "cannot-wake",
            "who": known.get(row.subject, ""),
            "place": places[row.pk],
            "party": row.subject if row.kind in {"unreachable", "log-disagreement"} else "",
            "phone": _phone(row),
        }
        for row in rows
    ]


def _phone(row: Alarm) -> str:
    """Return the number of a partner's duty as the directory lists it."""
    directory = this_service().node.directory
    if row.kind not in {"unreachable", "log-disagreement"} or not directory.has(row.subject):
        return ""
    return directory.entry(row.subject).duty_phone or ""


def _places(rows: Sequence[Alarm]) -> dict[int, str]:
    """Return, by alarm, the page where the cause can be dealt with; one query a kind of cause."""
    about = {row.subject.partition(" ")[0] for row in rows if row.kind not in words.PAGE}
    cases = dict(Conversation.objects.filter(digest__in=about).values_list("digest", "case"))
    sent = set(MessageRow.objects.filter(pk__in=about).values_list("pk", flat=True))
    at_home = set(DocketItem.objects.filter(pk__in=about).values_list("pk", flat=True))

    def place(row: Alarm) -> str:
        if row.kind in words.PAGE:
            return reverse(words.PAGE[row.kind])
        subject = row.subject.partition(" ")[0]
        if row.kind == "second-signature":
            return reverse("second", args=[subject]) if subject in sent else ""
        if subject in cases:
            return reverse("case", args=[cases[subject]])
        return reverse("docket-item", args=[subject]) if subject in at_home else ""

    return {row.pk: place(row) for row in rows}
