"""What an officer reads after an acknowledgement: what it did, and what is still to be done."""

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.node.cases.severity import Kind
from comity.node.core.clock import now
from comity.node.duty.pages import labels
from comity.node.duty.subjects import cases_of
from comity.node.models import Alarm, Officer
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.watch.alert import is_held
from comity.node.watch.first_step import may_do
from comity.node.web.date_format import moment
from comity.node.web.story_names import state_text
from comity.node.web.text_format import in_order
from comity.node.work.queries import visible


def words_of(row: Alarm, taken: list[str], officer: Officer) -> SafeString:
    """Return what is said to whoever acknowledged an alarm.

    Args:
        row: the alarm.
        taken: numbers of the cases that are the officer's now.
        officer: who acknowledged it.
    """
    said: list[object] = [_("Alarm acknowledged. Escalation stopped.")]
    if is_held(row):
        said = [_("The work item is yours, and the escalation continues.")]
    if len(taken) == 1:
        said.append(_("You are assigned to case %(case)s.") % {"case": taken[0]})
    elif taken:
        told = ngettext(
            "You are assigned to %(n)d case.", "You are assigned to %(n)d cases.", len(taken)
        )
        said.append(told % {"n": len(taken)})
    return _sentences([*said, *_still_to_do(row, officer)])


def _still_to_do(row: Alarm, officer: Officer) -> list[object]:
    """Return that the other State knows nothing yet, where its request was not acknowledged."""
    seen = visible(circle_of(officer, at=now()))
    item = seen.filter(incident=row.incident, kind=Kind.UNREAD).first() if row.incident else None
    if item is None:
        return []
    said: list[object] = [
        _("%(state)s has not been told yet.") % {"state": state_text(item.party)},
    ]
    if may_do(officer, item.action):
        return said
    said.append(
        _("You cannot answer the request. Officers who can are alerted now until one acknowledges.")
    )
    if may(officer, Right.CALL_OUT):
        said.append(_link(reverse("call-list"), _("Call-out list")))
    return said


def form_of(row: Alarm, officer: Officer) -> str:
    """Return the address of the form that tells the other State of its request, or an empty text.

    Args:
        row: the alarm, acknowledged just now.
        officer: who acknowledged it.
    """
    seen = visible(circle_of(officer, at=now()))
    item = seen.filter(incident=row.incident, kind=Kind.UNREAD).first() if row.incident else None
    if item is None or not may_do(officer, item.action):
        return ""
    return reverse("move", args=[item.conversation, item.action])


def words_of_the_late(row: Alarm | None) -> SafeString:
    """Return what is said to whoever was too late to acknowledge an alarm.

    Args:
        row: the alarm, or None where it cannot be told any more.
    """
    if row is not None and row.acknowledged_at is not None:
        return _sentences(
            [
                format_html(
                    _("{name} acknowledged this alarm on {moment}."),
                    name=format_html("<bdi>{}</bdi>", row.acknowledged_by),
                    moment=moment(row.acknowledged_at),
                ),
                _("You need not do anything."),
            ]
        )
    if row is not None and row.ended_at is not None:
        return _sentences(
            [
                format_html(_("This alarm was resolved on {moment}."), moment=moment(row.ended_at)),
                _("You need not do anything."),
            ]
        )
    if row is not None and is_held(row):
        return _sentences(
            [
                _("An officer has this work item already and cannot answer the request."),
                _("The alarm waits for an officer who can."),
            ]
        )
    return _sentences([labels.FAULT["alarm-unknown"]])


def words_of_the_gone(row: Alarm | None, officer: Officer) -> SafeString:
    """Return what is said of a work item that is not there any more when somebody acknowledges it.

    Args:
        row: its last alarm, or None where there was none.
        officer: who was too late; what is closed to them is not told.
    """
    circle = circle_of(officer, at=now())
    if row is not None and row.ended_at is not None and cases_of(row, circle):
        said: list[object] = []
        if row.acknowledged_at is not None:
            said.append(
                format_html(
                    _("{name} acknowledged this alarm on {moment}."),
                    name=format_html("<bdi>{}</bdi>", row.acknowledged_by),
                    moment=moment(row.acknowledged_at),
                )
            )
        resolved = format_html(
            _("This alarm was resolved on {moment}."), moment=moment(row.ended_at)
        )
        return _sentences([*said, resolved, _("You need not do anything.")])
    return _sentences([_("This work item is resolved, or you have no access to it.")])


def alarm_of(*, number: int | None = None, incident: str = "") -> Alarm | None:
    """Return an alarm by its number, or the last one of a work item."""
    if number is not None:
        return Alarm.objects.filter(pk=number).first()
    return Alarm.objects.filter(incident=incident).order_by("pk").last()


def _link(address: str, words: object) -> SafeString:
    return format_html('<a href="{}">{}</a>', address, words)


def _sentences(said: list[object]) -> SafeString:
    return format_html_join(" ", "{}", ((in_order(one),) for one in said))
