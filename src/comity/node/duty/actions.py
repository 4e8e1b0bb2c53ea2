"""What may be done about the duty: the rows of the table of actions."""

from dataclasses import asdict
from typing import Annotated, Any, Final

from django.http import Http404
from pydantic import Field

from comity.exchange.compose import MoveIllegalError
from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.actions.perform import Unchanged
from comity.node.core.local_time import ZoneUnknownError
from comity.node.core.notice_channels import NoticeAddressError
from comity.node.duty import (
    ask_partner,
    escalation,
    escalation_ladder,
    notice_delivery,
    roster_csv,
    roster_store,
)
from comity.node.duty import schemas as shapes
from comity.node.duty.answers import alarm_values, contact_value, ladder_value
from comity.node.duty.roster import Change
from comity.node.messages.drafts import DraftStaleError
from comity.node.messages.partner_tests import ReachAddresseeError, ReachQuotaError
from comity.node.models import Alarm, MessageRow, Officer, Reached
from comity.node.people.permissions import Right

_NUMBER: Final = Annotated[int, Field(ge=1, le=2**62)]
_KIND: Final = Annotated[str, Field(max_length=24)]
_ROSTER: Final = (roster_store.RosterError, roster_store.CrewRepeatedError, ZoneUnknownError)


def _acknowledge(call: ActionCall) -> tuple[Alarm, list[str]]:
    """Acknowledge an alarm, stop its escalation and take its case."""
    return escalation.acknowledge(call.place["number"], officer=call.officer, at=call.at)


def _acknowledge_item(call: ActionCall) -> tuple[Alarm, list[str]]:
    """Acknowledge a critical work item: its escalation stops, and you become its owner."""
    return escalation.acknowledge_item(call.input.incident, officer=call.officer, at=call.at)


def _replace_roster(call: ActionCall) -> int:
    """Replace the whole roster from a CSV file. Any error rejects the file."""
    kept = roster_csv.read(call.input.csv)
    changes = [one for one in kept.changes if one.ends > call.at]
    return roster_store.replace(kept.weekly, changes, by=call.by, at=call.at)


def _add_shift(call: ActionCall) -> int:
    """Add a weekly shift."""
    return roster_store.add_weekly(call.input.weekly, by=call.by, at=call.at)


def _change_roster(call: ActionCall) -> int:
    """Replace the officers of a shift for a period."""
    said = call.input
    row = Change(begins=said.begins, ends=said.ends, crew=said.crew)
    return roster_store.add_change(row, by=call.by, at=call.at)


def _swap_shifts(call: ActionCall) -> None:
    """Swap the officers of two shifts."""
    roster_store.swap(call.input.one, call.input.two, by=call.by, at=call.at)


def _remove_row(call: ActionCall) -> None:
    """Remove a weekly shift or a change from the roster."""
    kind, number = call.place["kind"], call.place["number"]
    if not roster_store.remove(kind, number, by=call.by, at=call.at):
        raise Http404


def _set_contact(call: ActionCall) -> Reached:
    """Change how a person is alerted. Omitted options stay unchanged."""
    told = call.input.dict()
    return roster_store.set_reached(call.place["identifier"], **told, by=call.by, at=call.at)


def _contact_answer(call: ActionCall, row: Reached) -> dict[str, Any]:
    person = Officer.objects.select_related("user").get(identifier=call.place["identifier"])
    return contact_value(person, row)


def _set_ladder(call: ActionCall) -> None:
    """Keep a ladder of the office's own for a kind of alarm; open alarms climb it at once."""
    steps = [(one.minutes, one.whom, one.channels) for one in call.input.steps]
    made = escalation_ladder.parse_ladder(steps, call.input.repeat_minutes)
    escalation_ladder.set_ladder(call.place["kind"], made, by=call.by, at=call.at)


def _drop_ladder(call: ActionCall) -> Unchanged | None:
    """Restore the default escalation policy of a kind of alarm."""
    kind = call.place["kind"]
    if kind not in (*escalation_ladder.KINDS, escalation_ladder.ANY):
        raise Http404
    dropped = escalation_ladder.drop_ladder(kind, by=call.by, at=call.at)
    return None if dropped else Unchanged()


def _ladder_answer(call: ActionCall, _made: object) -> dict[str, Any]:
    return ladder_value(call.place["kind"])


def _send_test_notice(call: ActionCall) -> list[notice_delivery.Outcome]:
    """Send a person a test notice by every channel and report results."""
    config = call.service.node.config
    return notice_delivery.test(config, call.input.officer, by=call.by, at=call.at)


def _ask_watch(call: ActionCall) -> MessageRow:
    """Test the availability of a party's duty desk. An officer is alerted."""
    return ask_partner.ask(call.service, call.input.party, by=call.by)


def _answer_watch(call: ActionCall) -> MessageRow:
    """Confirm availability in answer to a test."""
    try:
        return ask_partner.answer(call.service, call.place["digest"], by=call.by)
    except LookupError as fault:
        raise Http404 from fault


def _sent(_call: ActionCall, row: MessageRow) -> dict[str, Any]:
    return {"conversation": row.conversation, "record": row.record}


ACKNOWLEDGE: Final = Action(
    name="alarm.acknowledge",
    right=Right.ACKNOWLEDGE,
    path="/duty/alarms/{number}/acknowledge",
    place={"number": _NUMBER},
    output=shapes.AlarmOut,
    errors=(escalation.AlarmUnknownError,),
    audit=("alarm.acknowledged", "alarm.taken"),
    command="duty acknowledge NUMBER",
    example="duty acknowledge 12",
    apply=_acknowledge,
    answer=lambda call, made: alarm_values(call.officer, [made[0]])[0],
)
ACKNOWLEDGE_ITEM: Final = Action(
    name="work.acknowledge",
    right=Right.ACKNOWLEDGE,
    path="/work-items/acknowledge",
    input=shapes.IncidentIn,
    output=shapes.AlarmOut,
    errors=(escalation.AlarmUnknownError,),
    audit=("alarm.acknowledged", "alarm.taken"),
    command="work acknowledge INCIDENT",
    example="work acknowledge request:sha256:0a1b",
    apply=_acknowledge_item,
    answer=lambda call, made: alarm_values(call.officer, [made[0]])[0],
)
REPLACE_ROSTER: Final = Action(
    name="roster.replace",
    right=Right.ROSTER,
    path="/duty/roster",
    input=shapes.RosterIn,
    output=shapes.RosterKept,
    errors=(*_ROSTER, roster_csv.RosterRowError),
    audit=("roster.replaced",),
    command="duty roster import CSV",
    example="duty roster import roster.csv",
    apply=_replace_roster,
    answer=lambda _call, rows: {"rows": rows},
)
ADD_SHIFT: Final = Action(
    name="roster-shift.add",
    right=Right.ROSTER,
    path="/duty/roster/weekly",
    input=shapes.WeeklyShiftIn,
    output=shapes.RosterRowOut,
    status=201,
    errors=_ROSTER,
    audit=("roster.shift-added",),
    command="duty roster add",
    example="duty roster add --officer officer-3f2a --weekday 0 --begins 19:00 --ends 07:00"
    " --zone Asia/Ho_Chi_Minh",
    apply=_add_shift,
    answer=lambda _call, number: {"kind": "weekly", "number": number},
)
CHANGE_ROSTER: Final = Action(
    name="roster-change.add",
    right=Right.ROSTER,
    path="/duty/roster/changes",
    input=shapes.RosterChangeIn,
    output=shapes.RosterRowOut,
    status=201,
    errors=_ROSTER,
    audit=("roster.changed",),
    command="duty roster change",
    example="duty roster change --officer officer-3f2a --begins 2026-12-24T18:00:00Z"
    " --ends 2026-12-25T06:00:00Z",
    apply=_change_roster,
    answer=lambda _call, number: {"kind": "change", "number": number},
)
SWAP_SHIFTS: Final = Action(
    name="roster-shift.swap",
    right=Right.ROSTER,
    path="/duty/roster/swap",
    input=shapes.SwapIn,
    status=204,
    errors=_ROSTER,
    audit=("roster.changed",),
    command="duty roster swap ONE TWO",
    example="duty roster swap 2026-12-24T18:00:00Z 2026-12-25T18:00:00Z",
    apply=_swap_shifts,
)
REMOVE_ROW: Final = Action(
    name="roster-row.remove",
    right=Right.ROSTER,
    method="DELETE",
    path="/duty/roster/{kind}/{number}",
    place={"kind": Annotated[str, Field(pattern="^(weekly|change)$")], "number": _NUMBER},
    status=204,
    audit=("roster.removed",),
    command="duty roster remove KIND NUMBER",
    example="duty roster remove weekly 3",
    apply=_remove_row,
)
SET_CONTACT: Final = Action(
    name="contact.set",
    right=Right.CALL_OUT,
    path="/duty/contacts/{identifier}",
    place={"identifier": Annotated[str, Field(max_length=64)]},
    input=shapes.ContactIn,
    output=shapes.ContactOut,
    errors=(
        roster_store.ContactChangedError,
        roster_store.PhoneNumberError,
        roster_store.RosterError,
        NoticeAddressError,
    ),
    audit=("duty.contact-set",),
    command="duty contact set IDENTIFIER",
    example="duty contact set officer-3f2a --phone '+27 12 555 0100'",
    apply=_set_contact,
    answer=_contact_answer,
)
SET_LADDER: Final = Action(
    name="ladder.set",
    right=Right.ROSTER,
    path="/duty/ladders/{kind}",
    place={"kind": _KIND},
    input=shapes.LadderIn,
    output=shapes.LadderOut,
    errors=(escalation_ladder.LadderError,),
    audit=("duty.ladder-set",),
    command="duty escalation set KIND",
    example="duty escalation set call --step 0:officer:screen,mail --repeat 30",
    apply=_set_ladder,
    answer=_ladder_answer,
)
DROP_LADDER: Final = Action(
    name="ladder.drop",
    right=Right.ROSTER,
    method="DELETE",
    path="/duty/ladders/{kind}",
    place={"kind": _KIND},
    output=shapes.LadderOut,
    audit=("duty.ladder-dropped",),
    command="duty escalation default KIND",
    example="duty escalation default call",
    apply=_drop_ladder,
    answer=_ladder_answer,
)
SEND_TEST_NOTICE: Final = Action(
    name="test-notice.send",
    right=Right.TEST_NOTICES,
    path="/duty/test",
    input=shapes.TestIn,
    output=shapes.TestOut,
    errors=(roster_store.RosterError,),
    audit=("notice.tested",),
    command="duty test OFFICER",
    example="duty test officer-3f2a",
    apply=_send_test_notice,
    answer=lambda _call, found: {"outcomes": [asdict(one) for one in found]},
    writes=Writes.STEPS,
    why="a notice is written, handed to mail and webhook, and its outcome written",
)
ASK_WATCH: Final = Action(
    name="watch-test.ask",
    right=Right.SEND,
    path="/duty/reach",
    input=shapes.ReachIn,
    output=shapes.ReachSent,
    status=201,
    errors=(ReachQuotaError, ReachAddresseeError),
    audit=("message.queued",),
    command="duty availability ask PARTY",
    example="duty availability ask za/central-authority",
    apply=_ask_watch,
    answer=_sent,
    writes=Writes.STEPS,
    why="the message is a draft before it is signed; one that is refused is discarded",
)
ANSWER_WATCH: Final = Action(
    name="watch-test.answer",
    right=Right.SEND,
    path="/duty/reach/{digest}/answer",
    place={"digest": Annotated[str, Field(max_length=71)]},
    output=shapes.ReachSent,
    status=201,
    errors=(DraftStaleError, MoveIllegalError),
    audit=("message.queued",),
    command="duty availability answer DIGEST",
    example="duty availability answer sha256:0a1b",
    apply=_answer_watch,
    answer=_sent,
    writes=Writes.STEPS,
    why="the message is a draft before it is signed; one that is refused is discarded",
)
ACTIONS: Final = (
    ACKNOWLEDGE,
    ACKNOWLEDGE_ITEM,
    REPLACE_ROSTER,
    ADD_SHIFT,
    CHANGE_ROSTER,
    SWAP_SHIFTS,
    REMOVE_ROW,
    SET_CONTACT,
    SET_LADDER,
    DROP_LADDER,
    SEND_TEST_NOTICE,
    ASK_WATCH,
    ANSWER_WATCH,
)
