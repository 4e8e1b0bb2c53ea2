"""Shifts: beginning one, and handing it over so that both stand by it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from comity.canonical import time_text
from comity.docket import Item
from comity.node.cases import docket_store
from comity.node.core.node import Node
from comity.node.log.group_commit import Committer
from comity.node.models import DocketItem, Officer
from comity.node.people.permissions import RIGHTS, Right
from comity.node.watch.alert_list import alerts
from comity.node.watch.rules import OPEN, ShiftError, handed_over, officer_of

KIND: Final = "shift"
type Step = Literal["shift.given", "shift.taken-over"]


def current(officer: Officer) -> Item | None:
    """Return the shift that a person has, or None."""
    row = DocketItem.objects.filter(kind=KIND, about=officer.identifier, state__in=OPEN).first()
    return docket_store.item_named(row.item) if row else None


def offered(officer: Officer) -> Item | None:
    """Return the shift that somebody hands over to a person, or None."""
    row = DocketItem.objects.filter(
        kind=KIND, state__in=("handed-over", "given"), assigned=officer.identifier
    ).first()
    return docket_store.item_named(row.item) if row else None


def on_duty() -> list[Item]:
    """Return the shifts that are not over, the oldest first."""
    rows = DocketItem.objects.filter(kind=KIND, state__in=OPEN).order_by("item")
    return docket_store.items_of(rows.values_list("item", flat=True)[: docket_store.PAGE])


def began_at(item: Item) -> datetime:
    """Return when a shift began, by this node's clock."""
    return item.entries[0].entry.at


def successors(officer: Officer) -> list[Officer]:
    """Return to whom a person can hand over: everybody else who takes calls."""
    roles = [role for role, rights in RIGHTS.items() if Right.CALL in rights]
    rows = Officer.objects.filter(role__in=roles, user__is_active=True).exclude(pk=officer.pk)
    return list(rows.select_related("user").order_by("user__username"))


def begin(
    node: Node,
    committer: Committer,
    *,
    officer: Officer,
    at: datetime,
    until: datetime | None = None,
) -> Item:
    """Begin a shift.

    Raises:
        ShiftError: the person has one.
        MomentOrderError: it would end before it begins.
    """
    value = {
        "officer": officer.identifier,
        "at": _text(at),
        "until": _text(until) if until else None,
    }
    return _done(node, committer, "shift.begun", value, officer=officer, at=at)


def hand_over(
    node: Node,
    committer: Committer,
    *,
    officer: Officer,
    to: str,
    notes: Mapping[str, str],
    at: datetime,
) -> Item:
    """Write the notes of a hand-over; how much stands open then is counted here.

    Args:
        node: this node.
        committer: its committer.
        officer: who hands over.
        to: identifier of the officer who is to take over.
        notes: free text with its language.
        at: this node's clock.

    Raises:
        ShiftError: no shift to hand over, or nobody to take it.
    """
    item = _own(officer)
    found = alerts(node, officer, at)
    value = {
        "assigned": to,
        "notes": dict(notes),
        "open": len(found),
        "overdue": sum(one.overdue(at) for one in found),
    }
    act = "shift.handed-over"
    return _done(node, committer, act, value, officer=officer, at=at, item=item.id)


def confirm(
    node: Node,
    committer: Committer,
    item: Item,
    *,
    officer: Officer,
    at: datetime,
    approval: Mapping[str, Any] | None,
) -> Item:
    """Stand by a hand-over, as the one who goes or the one who comes.

    Args:
        node: this node.
        committer: its committer.
        item: the shift.
        officer: who confirms; whoever goes confirms first.
        at: this node's clock.
        approval: signature under the entry of the hand-over; None where the caller has just
            checked the person's own password.

    Raises:
        ShiftError: it is not theirs to confirm, or the signature is another's.
        ActIllegalError: it is not their turn.
        PeerError: the signature does not hold.
    """
    entry = handed_over(item)
    if entry is None:
        raise ShiftError("nothing was handed over", rule="handover-none")
    value = {
        "entry": entry.digest,
        "how": "password" if approval is None else "signed",
        "approval": dict(approval) if approval is not None else None,
    }
    act = step_of(item, officer)
    return _done(node, committer, act, value, officer=officer, at=at, item=item.id)


def step_of(item: Item, officer: Officer) -> Step:
    """Return which of the two confirmations is a person's."""
    return "shift.given" if officer.identifier == officer_of(item) else "shift.taken-over"


def turn_of(item: Item, officer: Officer) -> bool:
    """Tell whether it is a person's turn to confirm."""
    mine = {"handed-over": officer_of(item), "given": item.told.get("assigned")}
    return mine.get(item.state) == officer.identifier


def refuse(
    node: Node,
    committer: Committer,
    item: Item,
    reasons: Mapping[str, str],
    *,
    officer: Officer,
    at: datetime,
) -> Item:
    """Give a hand-over back, as either of the two; the shift goes on as before."""
    act, value = "shift.not-taken", {"reasons": dict(reasons)}
    return _done(node, committer, act, value, officer=officer, at=at, item=item.id)


def end(
    node: Node,
    committer: Committer,
    item: Item,
    reasons: Mapping[str, str],
    *,
    officer: Officer,
    at: datetime,
) -> Item:
    """End a shift that nobody takes over."""
    act, value = "shift.ended", {"reasons": dict(reasons)}
    return _done(node, committer, act, value, officer=officer, at=at, item=item.id)


def shift_named(identifier: str) -> Item:
    """Return a shift.

    Raises:
        DocketItem.DoesNotExist: no such shift here.
    """
    item = docket_store.item_named(identifier)
    if item.kind.name != KIND:
        raise DocketItem.DoesNotExist
    return item


def _own(officer: Officer) -> Item:
    item = current(officer)
    if item is None:
        raise ShiftError("the person has no shift", rule="shift-none")
    return item


def _done(
    node: Node,
    committer: Committer,
    act: str,
    value: Mapping[str, Any],
    *,
    officer: Officer,
    at: datetime,
    item: str | None = None,
) -> Item:
    return docket_store.record(node, committer, act, value, officer=officer, at=at, item=item)


def _text(moment: datetime) -> str:
    return time_text(moment.replace(microsecond=0))
