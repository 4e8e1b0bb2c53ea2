"""Items: what the entries about one thing amount to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from comity.canonical import equal, parse_time
from comity.docket.acts import ACTS, KINDS, NEW, Act, Kind
from comity.docket.entry import MAX_NUMBER, Done, Entry, act_named
from comity.docket.errors import ActIllegalError, EntryChainError, EntryMalformedError
from comity.exchange.faults import in_words
from comity.exchange.sections import Section
from comity.exchange.values import Model


@dataclass(frozen=True)
class Item:
    """One thing of the docket, as its entries leave it.

    Attributes:
        kind: its kind.
        state: a state of the table.
        entries: all of them, in order.
        due: when its clock falls due, or None; only while the item is open.
    """

    kind: Kind
    state: str
    entries: tuple[Done, ...]
    due: datetime | None

    @property
    def id(self) -> str:
        """Return its identifier."""
        return self.entries[0].entry.item

    @property
    def case(self) -> str:
        """Return the case it belongs to, or empty."""
        return self.entries[-1].entry.case

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to act."""
        return self.state in self.kind.open

    def said(self, act: str) -> dict[str, Any]:
        """Return what the newest entry of an act says, or nothing."""
        return next((d.body for d in reversed(self.entries) if d.entry.act == act), {})

    def newest(self, act: str) -> Entry | None:
        """Return the newest entry of an act, or None."""
        return next((d.entry for d in reversed(self.entries) if d.entry.act == act), None)

    @property
    def told(self) -> dict[str, Any]:
        """Return what all entries say together; later ones replace."""
        found: dict[str, Any] = {}
        for done in self.entries:
            found |= done.body
        return found


def check_act(state: str, act: Act) -> str:
    """Return the state an act leads to.

    Raises:
        ActIllegalError: it is not possible in this state.
    """
    if state not in act.sources:
        raise ActIllegalError(f"{act.name} is not possible: the item is {state}", state=state)
    return act.target or state


def check_said(act: Act, value: object) -> Model:
    """Return the model of what an act says.

    Raises:
        EntryMalformedError: the first member that breaks the form, by path, never by value; the
            fact ``faults`` has them all.
    """
    try:
        return act.body.model_validate(value)
    except ValidationError as fault:
        faults = fault.errors(include_url=False, include_input=False)
        first = faults[0]
        known = first["loc"][:-1] if first["type"] == "extra_forbidden" else first["loc"]
        path = "/".join(str(part) for part in (act.name, *known))
        raise EntryMalformedError(
            f"{path}: {in_words(first)}", path=path, act=act.name, faults=faults
        ) from None


def item_of(entries: Sequence[Done]) -> Item:
    """Return what the entries of one item amount to.

    Args:
        entries: of one item, at least one, in order of their numbers.

    Raises:
        EntryChainError: they do not follow one another, or a body is not the one committed to.
        ActIllegalError, EntryMalformedError: an entry is not possible where it stands.

    Source: docs/reference/docket.md.
    """
    state, due, previous = NEW, None, None
    first = entries[0].entry
    for number, done in enumerate(entries, start=1):
        entry = done.entry
        act = act_named(entry.act)
        if (entry.item, entry.number, entry.previous) != (first.item, number, previous):
            raise EntryChainError("entries of an item follow one another without a gap")
        if act.kind != first.row.kind:
            raise EntryChainError("an item keeps its kind")
        if done.section is not None:
            if not equal(done.section.commitment.encode(), entry.body.encode()):
                raise EntryChainError("an entry's body is not the one it commits to")
            check_said(act, done.section.value)
        state = check_act(state, act)
        if act.due and (text := done.body.get(act.due)):
            due = parse_time(text)
        previous = entry.digest
    kind = KINDS[first.row.kind]
    return Item(kind, state, tuple(entries), due if state in kind.open else None)


def next_entry(
    item: Item | None,
    *,
    identifier: str,
    act: str,
    section: Section,
    case: str,
    by: str,
    at: datetime,
) -> Entry:
    """Return the entry of an act, if it is possible.

    Args:
        item: as it stands, or None where the act begins one.
        identifier: UUIDv7 of a new item; without meaning for one that exists.
        act: key of `acts.ACTS`.
        section: what it says, with its salt.
        case: of the office; an item that has one keeps it.
        by: opaque identifier of the officer.
        at: aware UTC, this office's clock.

    Raises:
        ActUnknownError, ActIllegalError, EntryMalformedError: it is not possible.
    """
    row = act_named(act)
    check_said(row, section.value)
    check_act(item.state if item else NEW, row)
    if item is not None and row.kind != item.kind.name:
        raise ActIllegalError(f"{act} is for another kind of item", state=item.state)
    kept = (item.case if item else "") or case
    if KINDS[row.kind].of_case and not kept:
        raise ActIllegalError(f"{act} belongs to a case", state=NEW)
    last = item.entries[-1].entry if item else None
    if item is not None and last is not None and last.number >= MAX_NUMBER:
        raise ActIllegalError("the item has as many entries as are read", state=item.state)
    return Entry(
        item=item.id if item else identifier,
        number=last.number + 1 if last else 1,
        previous=last.digest if last else None,
        act=act,
        case=kept,
        by=by,
        at=at,
        body=section.commitment,
    )


def acts_of(item: Item) -> tuple[Act, ...]:
    """Return the acts that are possible now, in the table's order."""
    return tuple(
        act for act in ACTS.values() if act.kind == item.kind.name and item.state in act.sources
    )
