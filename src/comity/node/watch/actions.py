"""What may be done about calls and shifts: the rows of the table of actions."""

from typing import Annotated, Any, Final

from pydantic import Field

from comity.canonical import ComityError, PeerError, time_text
from comity.directory.errors import PartyUnknownError
from comity.docket import Item
from comity.docket.errors import ActIllegalError, EntryMalformedError
from comity.docket.moment_order import MomentAheadError, MomentOrderError
from comity.instruments.identifiers.errors import IdentifierError
from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.core.clock import real_now
from comity.node.docket.item_values import value_of
from comity.node.docket.schemas import ItemOut
from comity.node.people.permissions import Right
from comity.node.people.signin.failures import SignInLockedError, password_at
from comity.node.watch import calls, shifts
from comity.node.watch import schemas as shapes
from comity.node.watch.rules import CallError, CallNumberError, PasswordWrongError, ShiftError
from comity.node.web.malformed_requests import standing_at

_ITEM: Final = Annotated[str, Field(max_length=36)]
_ENTRY: Final = (ActIllegalError, EntryMalformedError, MomentAheadError, MomentOrderError)


def _take_call(call: ActionCall) -> Item:
    """Note a call that came, with the call back where there was one."""
    wanted = call.input
    confirm_by = time_text(calls.confirm_by(call.at).replace(microsecond=0))
    back = (wanted.back.act, wanted.back.said) if wanted.back else None
    with (
        standing_at("said", act="call.taken"),
        standing_at("back", "said", act=back[0] if back else ""),
    ):
        return calls.take(
            call.service.node,
            call.service.committer,
            {"confirm_by": confirm_by, **wanted.said},
            officer=call.officer,
            at=call.at,
            case=wanted.case,
            back=back,
        )


def _begin_shift(call: ActionCall) -> Item:
    """Start your shift."""
    service, until = call.service, call.input.until
    return shifts.begin(
        service.node, service.committer, officer=call.officer, at=call.at, until=until
    )


def _write_hand_over(call: ActionCall) -> Item:
    """Hand over your shift with notes. Both officers then confirm."""
    return shifts.hand_over(
        call.service.node,
        call.service.committer,
        officer=call.officer,
        to=call.input.to,
        notes=call.input.notes,
        at=call.at,
    )


def _check_password(call: ActionCall) -> None:
    """Check what is said in place of a signature; one that is wrong is counted and stays so."""
    shifts.shift_named(call.place["item"])
    said = call.input
    if (said.approval is None) == (said.password is None):
        raise ShiftError(
            "confirm by a signature or by a password, and not by both", rule="confirmation-contrary"
        )
    if said.password is not None and (
        password_at(call.address, call.by, said.password, at=real_now()) is None
    ):
        raise PasswordWrongError("this is not the caller's password")


def _confirm_hand_over(call: ActionCall) -> Item:
    """Stand by a hand-over, by a signature or by your own password."""
    return shifts.confirm(
        call.service.node,
        call.service.committer,
        shifts.shift_named(call.place["item"]),
        officer=call.officer,
        at=call.at,
        approval=call.input.approval,
    )


def _refuse_hand_over(call: ActionCall) -> Item:
    """Decline or cancel a handover. The shift continues."""
    return _with_reasons(shifts.refuse, call)


def _end_shift(call: ActionCall) -> Item:
    """End a shift without handover. An approver can end any shift."""
    return _with_reasons(shifts.end, call)


def _with_reasons(do: Any, call: ActionCall) -> Item:
    service, found = call.service, shifts.shift_named(call.place["item"])
    made: Item = do(
        service.node,
        service.committer,
        found,
        call.input.reasons,
        officer=call.officer,
        at=call.at,
    )
    return made


def _item(call: ActionCall, item: Item) -> dict[str, Any]:
    return value_of(item, call.officer)


def _row(**more: Any) -> Action:
    """Return a row of an act that makes an entry in the docket."""
    errors: tuple[type[ComityError], ...] = more.pop("errors")
    return Action(
        right=Right.CALL,
        output=ItemOut,
        status=201,
        audit=("docket.entered",),
        answer=_item,
        writes=Writes.LOG,
        errors=(*_ENTRY, *errors),
        **more,
    )


TAKE_CALL: Final = _row(
    name="call.take",
    path="/calls",
    input=shapes.CallIn,
    errors=(CallError, CallNumberError, IdentifierError, PartyUnknownError),
    command="call new",
    example="call new --caller 'A. Nkosi' --measure preservation --asked 'Keep one mailbox'"
    " --why-not 'no number of theirs'",
    apply=_take_call,
)
BEGIN_SHIFT: Final = _row(
    name="shift.begin",
    path="/shifts",
    input=shapes.ShiftIn,
    errors=(ShiftError,),
    command="shift begin",
    example="shift begin --until 2026-11-25T14:00:00Z",
    apply=_begin_shift,
)
WRITE_HAND_OVER: Final = _row(
    name="hand-over.write",
    path="/shifts/hand-over",
    input=shapes.HandOverIn,
    errors=(ShiftError,),
    command="shift hand-over",
    example="shift hand-over --to officer-3f2a --notes 'Call Pretoria at six'",
    apply=_write_hand_over,
)
CONFIRM_HAND_OVER: Final = _row(
    name="hand-over.confirm",
    path="/shifts/{item}/confirm",
    place={"item": _ITEM},
    input=shapes.ConfirmIn,
    errors=(PasswordWrongError, PeerError, ShiftError, SignInLockedError),
    command="shift confirm ITEM",
    example="shift confirm 0192f3a1-7c1e-7d3b-9a55-0d3c2b1a0f9e --key officer.key"
    " --certificate certificate.json",
    prepare=_check_password,
    apply=_confirm_hand_over,
)
REFUSE_HAND_OVER: Final = _row(
    name="hand-over.refuse",
    path="/shifts/{item}/give-back",
    place={"item": _ITEM},
    input=shapes.ReasonsIn,
    errors=(ShiftError,),
    command="shift give-back ITEM",
    example="shift give-back 0192f3a1-7c1e-7d3b-9a55-0d3c2b1a0f9e --reasons 'I am ill'",
    apply=_refuse_hand_over,
)
END_SHIFT: Final = _row(
    name="shift.end",
    path="/shifts/{item}/end",
    place={"item": _ITEM},
    input=shapes.ReasonsIn,
    errors=(ShiftError,),
    command="shift end ITEM",
    example="shift end 0192f3a1-7c1e-7d3b-9a55-0d3c2b1a0f9e --reasons 'No officer comes'",
    apply=_end_shift,
)
ACTIONS: Final = (
    TAKE_CALL,
    BEGIN_SHIFT,
    WRITE_HAND_OVER,
    CONFIRM_HAND_OVER,
    REFUSE_HAND_OVER,
    END_SHIFT,
)
