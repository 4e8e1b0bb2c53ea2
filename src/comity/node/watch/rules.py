"""What has to hold for acts about calls and shifts besides their rows in the table.

Each function runs in the transaction of the entry: what it raises undoes the act.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.canonical import MisuseError, time_text
from comity.docket import Entry, Item
from comity.docket.entry import read_signature
from comity.node.cases import docket_store, paper_authorities
from comity.node.cases.broken_rules import BrokenRuleError
from comity.node.cases.call_back_numbers import numbers
from comity.node.cases.docket_store import Doing
from comity.node.messages import normalize_identifiers
from comity.node.models import Conversation, DocketItem, DraftRow, Officer
from comity.node.people import departures
from comity.node.people.permissions import Right, may

OPEN: Final = ("begun", "handed-over", "given")


class CallNumberError(BrokenRuleError, code="call-number"):
    """A call back on a number that neither directory nor register gives for the authority."""


class CallError(BrokenRuleError, code="call-unfit"):
    """A detail of the call is invalid: the authority, an identifier, or a draft."""


class ShiftError(BrokenRuleError, code="shift-unfit"):
    """The shift belongs to another person, or the person cannot take it."""


class PasswordWrongError(MisuseError, code="password-wrong"):
    """The password is not the caller's own."""


# ------------------------------------------------------------------ calls


def _taken(doing: Doing) -> None:
    party, accounts = doing.value["party"], doing.value["accounts"]
    if party == doing.node.party:
        raise CallError("an office does not call itself", rule="party-own-call", member="party")
    if party is not None:
        paper_authorities.check_known(doing.node, party)
    normal = normalize_identifiers.normal({"subject": {"accounts": list(accounts)}})["subject"][
        "accounts"
    ]
    if normal != list(accounts):
        raise CallError(
            "an identifier is not in the normal form of its type",
            rule="identifier-unfit",
            member="accounts",
        )


def _called(doing: Doing) -> None:
    said = doing.item.said("call.taken") if doing.item else {}
    known = {one.number for one in numbers(doing.node, said.get("party") or "")}
    if doing.value["number"] not in known:
        raise CallNumberError(
            "neither the directory nor the register gives this number for them",
            rule="number-foreign",
            member="number",
        )


def _passed_on(doing: Doing) -> None:
    draft, conversation = doing.value["draft"], doing.value["conversation"]
    here = (
        DraftRow.objects.filter(id=draft).exists()
        if draft
        else Conversation.objects.filter(digest=conversation or "").exists()
    )
    if not here or (draft and conversation):
        raise CallError(
            "no such draft, or no such conversation; one of them is named",
            rule="message-unknown",
            member="draft" if draft else "conversation",
        )


# ------------------------------------------------------------------ shifts


def officer_of(item: Item | None) -> str:
    """Return the identifier of the officer whose shift it is."""
    return str(item.said("shift.begun").get("officer", "")) if item else ""


def handed_over(item: Item | None) -> Entry | None:
    """Return the entry of the hand-over that is to be confirmed, or None."""
    return item.newest("shift.handed-over") if item else None


def _begun(doing: Doing) -> None:
    if doing.value["officer"] != doing.by or doing.officer is None:
        raise ShiftError("a person begins the own shift", rule="shift-own", member="officer")
    if DocketItem.objects.filter(kind="shift", about=doing.by, state__in=OPEN).exists():
        raise ShiftError("the person has a shift that is not over", rule="shift-open")


def _handed_over(doing: Doing) -> None:
    _check_own(doing)
    wanted = doing.value["assigned"]
    found = Officer.objects.filter(identifier=wanted, user__is_active=True).first()
    if wanted == doing.by or not may(found, Right.CALL):
        raise ShiftError(
            "nobody else of this office who takes calls has this identifier",
            rule="successor-unfit",
            member="assigned",
        )


def _given(doing: Doing) -> None:
    _check_own(doing)
    _check_confirmed(doing)


def _taken_over(doing: Doing) -> None:
    if doing.item is None or doing.by != doing.item.told.get("assigned"):
        raise ShiftError("the shift is handed over to somebody else", rule="successor-other")
    _check_confirmed(doing)


def _not_taken(doing: Doing) -> None:
    told = doing.item.told if doing.item else {}
    if not doing.leaving and doing.by not in (officer_of(doing.item), told.get("assigned")):
        raise ShiftError("the hand-over is between two other people", rule="handover-of-others")


def _ended(doing: Doing) -> None:
    approver = doing.officer is not None and doing.officer.role == Officer.Role.APPROVER
    if not approver and not doing.leaving:
        _check_own(doing, "shift-of-other-to-end")


def _check_own(doing: Doing, rule: str = "shift-of-other") -> None:
    if doing.by != officer_of(doing.item):
        raise ShiftError("it is somebody else's shift", rule=rule)


def _check_confirmed(doing: Doing) -> None:
    """Raise unless the confirmation is for the newest hand-over and is what it says it is."""
    entry, value = handed_over(doing.item), doing.value
    if entry is None or value["entry"] != entry.digest:
        raise ShiftError(
            "the hand-over was rewritten: confirm the new one",
            rule="handover-moved",
            member="entry",
        )
    if (value["how"] == "signed") != (value["approval"] is not None):
        raise ShiftError(
            "a signature is there exactly where one is said to be",
            rule="confirmation-contrary",
            member="approval",
        )
    if value["approval"] is None:
        return
    signed = read_signature(
        value["approval"], entry, doing.node.directory, party=doing.node.party, at=doing.at
    )
    if signed.officer != doing.by:
        raise ShiftError(
            "the signature is another officer's", rule="signature-foreign", member="approval"
        )
    departures.check_signer(signed.certificate)


def _goes_on(doing: Doing, item: Item) -> None:
    """Begin the shift of whoever took over, in the same moment."""
    del item
    if DocketItem.objects.filter(kind="shift", about=doing.by, state__in=OPEN).exists():
        return
    value = {"officer": doing.by, "at": time_text(doing.at.replace(microsecond=0)), "until": None}
    docket_store.add(replace(doing, item=None, case="", value=value), "shift.begun")


CHECKS: Final[Mapping[str, Callable[[Doing], None]]] = MappingProxyType(
    {
        "call.taken": _taken,
        "call.tried": _called,
        "call.called-back": _called,
        "call.denied": _called,
        "call.passed-on": _passed_on,
        "shift.begun": _begun,
        "shift.handed-over": _handed_over,
        "shift.given": _given,
        "shift.taken-over": _taken_over,
        "shift.not-taken": _not_taken,
        "shift.ended": _ended,
    }
)
EFFECTS: Final[Mapping[str, Callable[[Doing, Item], None]]] = MappingProxyType(
    {"shift.taken-over": _goes_on}
)
