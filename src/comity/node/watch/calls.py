"""Telephone calls: one is noted, with the call back where there was one, in one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from comity.canonical import new_id
from comity.docket import KINDS, Item
from comity.node.cases import docket_store
from comity.node.cases.docket_store import Doing
from comity.node.cases.office_deadlines import local
from comity.node.core.node import Node
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.models import DocketItem, Officer
from comity.node.people.access import object_permissions
from comity.node.people.access.visible_cases import Circle
from comity.node.watch.rules import CallError

KIND = "call"
BACK = ("call.called-back", "call.tried", "call.denied")


def confirm_by(at: datetime) -> datetime:
    """Return by when a call is to be confirmed in writing, by the office's own setting."""
    return at + timedelta(hours=local().oral_hours)


def take(
    node: Node,
    committer: Committer,
    said: Mapping[str, Any],
    *,
    officer: Officer,
    at: datetime,
    case: str = "",
    back: tuple[str, Mapping[str, Any]] | None = None,
) -> Item:
    """Note a call; return its item.

    Args:
        node: this node.
        committer: its committer.
        said: what act ``call.taken`` says, untrusted.
        officer: who took it.
        at: this node's clock.
        case: of the office that it is about, or empty.
        back: one of `BACK` with what it says, where the authority was called back at once.

    Raises:
        CallNumberError: called back on a number that is not theirs; nothing is noted.
        CallError: no such case, or what is said does not fit.
        EntryMalformedError: it breaks its form.
    """
    if case and not object_permissions.finds_case(officer, case, at=at):
        raise CallError("this office has no such case", rule="case-unknown", member="case")

    def work(batch: Batch) -> Item:
        doing = Doing(
            node=node, batch=batch, item=None, case=case, value=said, officer=officer, at=at
        )
        item = docket_store.add(doing, "call.taken")
        if back is None:
            return item
        act, told = back
        if act not in BACK:
            raise CallError(
                "no way to say how a call back went", rule="call-back-unknown", member="act"
            )
        return docket_store.add(replace(doing, item=item, value=told), act)

    return committer.run(work).value


def pass_on(
    node: Node,
    committer: Committer,
    item: str,
    begun: Mapping[str, Any],
    *,
    officer: Officer,
    at: datetime,
    case: str = "",
) -> Item:
    """Note what was begun out of a call; it joins the case, if it has none yet.

    Args:
        node: this node.
        committer: its committer.
        item: the call.
        begun: what act ``call.passed-on`` says.
        officer: who began it.
        at: this node's clock.
        case: number of the case it belongs to now, or empty.

    Raises:
        ActIllegalError: the call is closed.
        DocketItem.DoesNotExist: no such call.
    """
    return docket_store.record(
        node,
        committer,
        "call.passed-on",
        begun,
        officer=officer,
        at=at,
        item=item,
        case=case,
    )


def call_named(identifier: str) -> Item:
    """Return a call.

    Raises:
        DocketItem.DoesNotExist: no such call here.
    """
    item = docket_store.item_named(identifier)
    if item.kind.name != KIND:
        raise DocketItem.DoesNotExist
    return item


def listed(
    circle: Circle,
    *,
    kind: str = KIND,
    before: str = "",
    day: datetime | None = None,
    only_open: bool = False,
    most: int = docket_store.PAGE,
) -> list[Item]:
    """Return calls, or shifts, the newest first; one more than ``most`` if there is.

    Args:
        circle: of whoever asks.
        kind: ``call`` or ``shift``.
        before: only those begun before this item; empty for the newest.
        day: only those begun in the day that begins then, or None.
        only_open: leave out what is over.
        most: page size.
    """
    rows = circle.items().filter(kind=kind)
    if day is not None:
        rows = rows.filter(item__gte=_first(day), item__lt=_first(day + timedelta(days=1)))
    if before:
        rows = rows.filter(item__lt=before)
    if only_open:
        rows = rows.filter(state__in=sorted(KINDS[kind].open))
    return docket_store.items_of(rows.order_by("-item").values_list("item", flat=True)[: most + 1])


def _first(moment: datetime) -> str:
    """Return what no identifier of this moment or later stands before (RFC 9562, version 7)."""
    return new_id(moment, bytes(10))
