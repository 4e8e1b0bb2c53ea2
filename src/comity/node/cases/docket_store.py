"""The docket in the database: reading items, and adding an entry with its leaf and audit row.

What the table of acts cannot know is checked in the transaction of the entry, and what follows from
an act elsewhere in the office is done in it: `Rules` holds both.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Q, QuerySet

from comity.canonical import new_id
from comity.docket import Done, Hand, Item, act_named, item_of, next_entry, parse_entry
from comity.docket.acts import KINDS
from comity.docket.errors import ActIllegalError
from comity.docket.moment_order import check_moments
from comity.exchange import Section
from comity.node.cases import closed_cases
from comity.node.cases.broken_rules import BrokenRuleError
from comity.node.core.http_errors import Forbidden
from comity.node.core.node import Node
from comity.node.core.pagination import due_first
from comity.node.core.provided import DOCKET_RULES, provided
from comity.node.core.signals import acted, item_changed
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.models import DocketEntry, DocketItem, Officer
from comity.node.people.access.visible_cases import OutsideError, circle_of

HANDS: Final[Mapping[str, Hand]] = MappingProxyType(
    {
        Officer.Role.DUTY: Hand.OFFICER,
        Officer.Role.CASE: Hand.OFFICER,
        Officer.Role.APPROVER: Hand.APPROVER,
        Officer.Role.TRANSLATOR: Hand.TRANSLATOR,
    }
)
PAGE: Final = 50
_COMPUTED: Final = frozenset({"mail.received"})
"""Acts whose names come from bytes that were brought: the same letter may have come before."""


class DocketCaseError(ActIllegalError, code="docket-case"):
    """An item belongs to a case that this office does not have."""


class DocketHandError(Forbidden, ActIllegalError, code="docket-hand"):
    """The role does not allow this act, or the item is assigned to another officer."""


class DocketRuleError(BrokenRuleError, code="docket-rule"):
    """An act of the docket names something that is not there, or is not for it."""


@dataclass(frozen=True)
class Rules:
    """What has to hold for an act besides its row in the table, and what follows from it.

    Attributes:
        checks: act -> what raises where the act may not be done.
        effects: act -> what is done in the same transaction.
    """

    checks: Mapping[str, Callable[["Doing"], None]]
    effects: Mapping[str, Callable[["Doing", Item], None]]


def _rules() -> Rules:
    found: Rules = provided(DOCKET_RULES)
    return found


@dataclass(frozen=True, kw_only=True)
class Doing:
    """An act under way, as checks and effects see it.

    Attributes:
        node: this node.
        batch: of the transaction.
        item: as it stands before the act, or None where the act begins one.
        case: of the office, or empty.
        value: what is said, its form checked.
        officer: who acts; None for the operator at the machine.
        at: this node's clock.
        leaving: whether it is done for somebody who leaves, by who looks after people: that right
            was asked for, and stands in place of the hand that the table wants.
    """

    node: Node
    batch: Batch
    item: Item | None
    case: str
    value: Mapping[str, Any]
    officer: Officer | None
    at: datetime
    leaving: bool = False

    @property
    def by(self) -> str:
        """Return who acts, as entries name it."""
        return self.officer.identifier if self.officer else "operator"


# ------------------------------------------------------------------ adding


def record(
    node: Node,
    committer: Committer,
    act: str,
    value: Mapping[str, Any],
    *,
    officer: Officer | None,
    at: datetime,
    item: str | None = None,
    case: str = "",
) -> Item:
    """Record an act: entry, leaf and audit row in one transaction; return the item after it.

    Args:
        node: this node.
        committer: its committer.
        act: key of the table of acts.
        value: what is said, untrusted.
        officer: who acts, or None for the operator.
        at: this node's clock.
        item: which thing, or None to begin one.
        case: of the office, for a new item that belongs to one.

    Raises:
        ActUnknownError, ActIllegalError, EntryMalformedError: it is not possible; nothing changed.
        MomentAheadError: it says that something happened in the future.
        MomentOrderError: it says that something ends before it begins.
        DocketCaseError: the officer may not see such a case.
        OutsideError, DocketItem.DoesNotExist: it is about, or names, what the officer may not see.
    """

    def work(batch: Batch) -> Item:
        kept = item_named(item) if item else None
        doing = Doing(
            node=node,
            batch=batch,
            item=kept,
            case=(kept.case if kept else "") or case,
            value=value,
            officer=officer,
            at=at,
        )
        return add(doing, act)

    done = committer.run(work).value
    acted.send(None, node=node)
    return done


def add(doing: Doing, act: str, *, conversation: str = "") -> Item:
    """Add an entry inside a transaction; return the item after it.

    Args:
        doing: who does what.
        act: key of the table.
        conversation: to which the item belongs; of an item that opens one, see `transcripts`.
    """
    _check_seen(doing, act)
    section = Section(os.urandom(32), dict(doing.value))
    entry = next_entry(
        doing.item,
        identifier=new_id(doing.at, os.urandom(10)),
        act=act,
        section=section,
        case=doing.case,
        by=doing.by,
        at=doing.at,
    )
    _check_hand(doing, act)
    before = doing.item.entries if doing.item else ()
    check_moments(act, doing.value, before, at=doing.at)
    if check := _rules().checks.get(act):
        _hold(check, doing, act)
    made = item_of((*before, Done(entry, section)))
    leaf = doing.batch.append(
        salt=os.urandom(32), kind="domestic.note", time=doing.at, record=entry.digest
    )
    row = DocketEntry(
        item=entry.item,
        number=entry.number,
        act=act,
        digest=entry.digest,
        entry=entry.encode(),
        salt=section.salt,
        value=section.value,
        conversation=conversation,
        at=doing.at,
        by=doing.by,
        epoch=doing.batch.head.epoch,
        index=leaf.index,
    )
    row.save(force_insert=True)
    _remember(made, conversation or doing.value.get("conversation") or "", doing.at)
    audit.note(
        at=doing.at,
        actor=doing.officer.user.get_username() if doing.officer else "operator",
        action="docket.entered",
        subject=entry.item,
        detail=f"{act} {entry.number}",
        epoch=doing.batch.head.epoch,
        leaf=leaf,
    )
    if effect := _rules().effects.get(act):
        effect(doing, made)
    return made


def _hold(check: Callable[[Doing], None], doing: Doing, act: str) -> None:
    """Ask the rules of an act; a broken one tells of which act it is, for its place in a body."""
    try:
        check(doing)
    except BrokenRuleError as fault:
        fault.facts["act"] = act
        raise


def _check_seen(doing: Doing, act: str) -> None:
    """Raise unless whoever acts may see the item, the case and whatever the act names.

    Looked up here, in the transaction that writes, by the very values that are written.
    """
    if doing.officer is None or doing.leaving:
        return
    circle = circle_of(doing.officer, at=doing.at)
    if circle.open:
        return
    item = doing.item.id if doing.item else None
    if item and not circle.items().filter(item=item).exists():
        raise OutsideError
    if not circle.sees(doing.case) and not (doing.item and doing.item.case == doing.case):
        raise DocketCaseError("this office has no such case")
    if act not in _COMPUTED:
        circle.check_names(doing.value)


def _check_hand(doing: Doing, act: str) -> None:
    if doing.officer is None or doing.leaving:
        return
    row = act_named(act)
    hand = HANDS.get(doing.officer.role)
    if hand not in row.hands:
        raise DocketHandError(f"{act} is not for this role")
    if hand is Hand.TRANSLATOR:
        told = doing.item.told if doing.item else {}
        if told.get("assigned") != doing.officer.identifier:
            raise DocketHandError("this is somebody else's job")


def _remember(item: Item, conversation: str, at: datetime) -> None:
    kept, _ = DocketItem.objects.get_or_create(
        item=item.id,
        defaults={"kind": item.kind.name, "state": item.state, "changed_at": at},
    )
    kept.case, kept.state, kept.due_at = item.case, item.state, item.due
    kept.about, kept.changed_at = about_of(item), at
    kept.assigned = assigned_of(item)
    kept.conversation = kept.conversation or conversation
    kept.save()
    item_changed.send(None, item=item)
    if item.kind.name == "review":
        closed_cases.reviewed(kept.about)


def about_of(item: Item) -> str:
    """Return what an item is looked up by, or nothing."""
    return str(item.told.get(item.kind.about) or "")[:120] if item.kind.about else ""


def assigned_of(item: Item) -> str:
    """Return the identifier of the officer for whom an item is, or nothing."""
    return str(item.told.get("assigned") or "")[:64]


# ------------------------------------------------------------------ reading


def item_named(identifier: str) -> Item:
    """Return an item.

    Raises:
        DocketItem.DoesNotExist: no such item here.
    """
    rows = list(DocketEntry.objects.filter(item=identifier).order_by("number"))
    if not rows:
        raise DocketItem.DoesNotExist
    return _item(rows)


def _item(rows: Sequence[DocketEntry]) -> Item:
    return item_of([done_of(row) for row in rows])


def done_of(row: DocketEntry) -> Done:
    """Return the entry of a row, with what it says if that was not erased."""
    section = None if row.salt is None else Section(bytes(row.salt), row.value)
    return Done(parse_entry(bytes(row.entry)), section)


def items(
    *,
    among: QuerySet[DocketItem] | None = None,
    kind: str = "",
    case: str | None = None,
    about: str = "",
    conversation: str = "",
    assigned: str = "",
    only_open: bool = False,
    after: str = "",
    most: int = PAGE,
) -> tuple[list[Item], str]:
    """Return items, what falls due first, then the newest; and the place where the next begin.

    Args:
        among: those that a reader may see; None for what no officer reads as a list.
        kind: of the table, or empty for all.
        case: of the office; None for every case.
        about: what they are looked up by, or empty.
        conversation: to which they belong, or empty.
        assigned: identifier of the officer they are for, or empty.
        only_open: leave out what nobody has to act on.
        after: a place that a page before gave, or empty.
        most: page size.

    Raises:
        PlaceError: ``after`` is no such place.
    """
    wanted = {
        name: value
        for name, value in (
            ("kind", kind),
            ("about", about),
            ("conversation", conversation),
            ("assigned", assigned),
        )
        if value
    }
    found = (DocketItem.objects.all() if among is None else among).filter(**wanted)
    if case is not None:
        found = found.filter(case=case)
    if only_open:
        found = found.filter(_open(kind))
    rows, following = due_first(found, changed="changed_at", key="item", after=after, most=most)
    return items_of(row.item for row in rows), following


def _open(kind: str) -> Q:
    wanted = Q(pk__in=())
    for one in KINDS.values():
        if kind in ("", one.name) and one.open:
            wanted |= Q(kind=one.name, state__in=sorted(one.open))
    return wanted


def items_of(identifiers: Iterable[str]) -> list[Item]:
    """Return items in the order in which they are named."""
    wanted = list(identifiers)
    rows: dict[str, list[DocketEntry]] = {name: [] for name in wanted}
    for row in DocketEntry.objects.filter(item__in=wanted).order_by("item", "number"):
        rows[row.item].append(row)
    return [_item(rows[name]) for name in wanted if rows[name]]
