"""Item by item, what a conversation has asked, decided and done: one function of its messages.

Legality of a message is the type table's alone. What breaks a rule about items is therefore no
reason to refuse a message: it changes nothing here, and is listed beside the items, to be shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

type Standing = Literal[
    "asked", "accepted", "refused", "postponed", "done", "nothing-found", "withdrawn"
]
type Why = Literal["unknown", "reused", "refused", "done", "withdrawn", "contradicts"]

ASKING: Final = frozenset({"request.submitted", "request.amended"})
WHOLE: Final[Mapping[str, Standing]] = {
    "request.accepted": "accepted",
    "request.refused": "refused",
    "request.postponed": "postponed",
}
"""Decisions that say the same of every open item they do not list."""

WITHDRAWING: Final = frozenset({"request.withdrawn", "request.released"})
OPEN: Final = frozenset({"asked", "accepted", "postponed"})
"""Standings in which something remains to be done."""

_ENDED: Final[Mapping[str, Why]] = {
    "refused": "refused",
    "done": "done",
    "nothing-found": "done",
    "withdrawn": "withdrawn",
}


@dataclass(frozen=True)
class Said:
    """One message that took effect.

    Attributes:
        content: its content digest.
        type: of the message.
        sections: name to checked value, of those that are here.
    """

    content: str
    type: str
    sections: Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """One thing asked, and where it stands.

    Attributes:
        number: within the request.
        description: free text as it travelled, with ``lang`` and ``text``.
        standing: what was said of it last.
        by: content digest of the message that said so.
        judged: whether an outcome was ever given; its text is then fixed.
    """

    number: int
    description: Mapping[str, str]
    standing: Standing
    by: str
    judged: bool = False

    @property
    def open(self) -> bool:
        """Tell whether something remains to be done."""
        return self.standing in OPEN


@dataclass(frozen=True)
class Misfit:
    """Something said of an item that does not fit; it changed nothing but what ``why`` says.

    Attributes:
        number: of the item.
        why: ``unknown`` number; number ``reused`` for another text; said after it was ``refused``,
            ``done`` or ``withdrawn``; ``contradicts`` the type of its message, and counts.
        by: content digest of the message.
    """

    number: int
    why: Why
    by: str


@dataclass(frozen=True)
class Items:
    """All items of a request, by number, and what does not fit, in merged order."""

    items: tuple[Item, ...] = ()
    misfits: tuple[Misfit, ...] = ()

    @property
    def open(self) -> tuple[Item, ...]:
        """Return what remains."""
        return tuple(item for item in self.items if item.open)


def items_of(said: Iterable[Said]) -> Items:
    """Return what became of each item.

    Args:
        said: the messages that took effect, in merged order. A section that is not here, because
            it was erased or withheld, says nothing.

    Source: spec/07-types.md section 7.2.
    """
    table = _Table()
    for message in said:
        table.take(message)
    return Items(tuple(table.items[number] for number in sorted(table.items)), tuple(table.misfits))


@dataclass
class _Table:
    """The working memory of one run; lives only inside `items_of`."""

    items: dict[int, Item] = field(default_factory=dict)
    misfits: list[Misfit] = field(default_factory=list)

    def take(self, message: Said) -> None:
        """Let one message count."""
        sections = message.sections
        if message.type in ASKING and "subject" in sections:
            self._ask(sections["subject"].get("items", []), message.content)
        elif message.type in WITHDRAWING:
            self._settle("withdrawn", set(), message.content)
        elif "decision" in sections:
            self._decide(sections["decision"].get("items", []), message)
        elif "execution" in sections:
            for row in sections["execution"].get("items", []):
                self._say(row["number"], row["outcome"], message.content)

    def _ask(self, rows: Iterable[Mapping[str, Any]], by: str) -> None:
        """Let a new list replace the old one."""
        listed = {row["number"]: row["description"] for row in rows}
        for number, description in listed.items():
            known = self.items.get(number)
            if known is None or not (known.judged or known.standing == "withdrawn"):
                if known is None or known.description != description:
                    self.items[number] = Item(number, description, "asked", by)
            elif known.description != description:
                self.misfits.append(Misfit(number, "reused", by))
            elif known.standing == "withdrawn":
                self.items[number] = replace(known, standing="asked", by=by)
        self._settle("withdrawn", set(listed), by)

    def _decide(self, rows: Iterable[Mapping[str, Any]], message: Said) -> None:
        whole = WHOLE.get(message.type)
        listed = set()
        for row in rows:
            listed.add(row["number"])
            if whole not in (None, row["outcome"]):
                self.misfits.append(Misfit(row["number"], "contradicts", message.content))
            self._say(row["number"], row["outcome"], message.content)
        if whole is not None:
            self._settle(whole, listed, message.content)

    def _say(self, number: int, outcome: Standing, by: str) -> None:
        known = self.items.get(number)
        if known is None:
            self.misfits.append(Misfit(number, "unknown", by))
        elif not known.open:
            self.misfits.append(Misfit(number, _ENDED[known.standing], by))
        else:
            self.items[number] = replace(known, standing=outcome, by=by, judged=True)

    def _settle(self, standing: Standing, listed: set[int], by: str) -> None:
        """Say the same of every open item that is not listed."""
        judged = standing != "withdrawn"
        for number, item in self.items.items():
            if item.open and number not in listed:
                self.items[number] = replace(
                    item, standing=standing, by=by, judged=judged or item.judged
                )
