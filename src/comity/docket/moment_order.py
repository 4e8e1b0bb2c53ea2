"""Which moments that an act of the docket names are possible: one row a pair, one word a member.

What an act says happened has happened when it is recorded, and of two moments the first comes
first, also where an earlier entry of the item names it. The rules are asked where an act is
recorded, not in the model of its body: what an older version recorded must stay readable.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from comity.canonical import MisuseError, parse_time, shift_time, time_text
from comity.docket.entry import Done
from comity.exchange.accept import MAX_AHEAD

_EXAMPLE: Final = timedelta(hours=8)


class MomentOrderError(MisuseError, code="moment-order"):
    """A moment comes before the one that it follows."""


class MomentAheadError(MisuseError, code="moment-ahead"):
    """What an act says happened lies in the future."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two moments that what an item says names.

    Attributes:
        first: member whose moment comes first.
        then: member of the act, whose moment follows.
        of: act of an earlier entry that says the first one; empty: the act itself.
        every: whether it follows what each such entry says; else what one of them says.
        after: whether it must be a later moment; else it may be the same.
        words: what the error calls the first one; empty: by its name.
    """

    first: str
    then: str
    of: str = ""
    every: bool = False
    after: bool = False
    words: str = ""

    def broken(self, value: Mapping[str, Any], before: Sequence[Done]) -> str:
        """Return the first moment if the second one does not follow it; else nothing.

        Args:
            value: what the act says, its form checked.
            before: the entries of the item so far; one that was erased says nothing.
        """
        said = [done.body for done in before if done.entry.act == self.of] if self.of else [value]
        found = [moment for one in said if (moment := one.get(self.first))]
        then = value.get(self.then)
        if not found or not then:
            return ""
        first: str = max(found) if self.every else min(found)
        return "" if first < then or (first == then and not self.after) else first


def _since(act: str, first: str, then: str = "at") -> Pair:
    return Pair(first=first, then=then, of=act)


_CALL: Final = (_since("call.taken", "at"),)
_ASKED: Final = (_since("subject-request.received", "received_at"),)
_BREACH: Final = _since("breach.found", "found_at")
ORDER: Final[Mapping[str, tuple[Pair, ...]]] = MappingProxyType(
    {
        "agreement.entered": (Pair(first="signed_at", then="review_by"),),
        "agreement.reviewed": (_since("agreement.entered", "signed_at", "review_by"),),
        "breach.found": (
            Pair(first="happened_at", then="found_at"),
            Pair(first="found_at", then="due", after=True),
        ),
        "breach.people-told": (_BREACH,),
        "breach.reported": (_BREACH, Pair(first="at", then="next")),
        "breach.state-told": (_BREACH,),
        "call.called-back": _CALL,
        "call.confirmed": _CALL,
        "call.denied": _CALL,
        "call.taken": (Pair(first="at", then="confirm_by"),),
        "call.tried": _CALL,
        "letter.arrived": (_since("letter.posted", "posted_at"),),
        "order.acknowledged": (_since("order.served", "served_at", "acknowledged_at"),),
        "order.complied": (_since("order.served", "served_at", "complied_at"),),
        "order.issued": (Pair(first="issued_at", then="until"),),
        "order.renewed": (
            _since("order.issued", "issued_at", "until"),
            Pair(first="until", then="until", of="order.issued"),
            Pair(first="until", then="until", of="order.renewed", every=True),
        ),
        "order.served": (_since("order.issued", "issued_at", "served_at"),),
        "recall.answered": (
            _since("recall.opened", "reported_at"),
            _since("recall.asked", "at"),
        ),
        "recall.asked": (_since("recall.opened", "reported_at"),),
        "recall.opened": (Pair(first="reported_at", then="due"),),
        "shift.begun": (Pair(first="at", then="until", after=True, words="the shift begins"),),
        "subject-request.answered": _ASKED,
        "subject-request.extended": (
            _since("subject-request.received", "received_at", "due"),
            _since("subject-request.received", "received_at", "person_told_at"),
        ),
        "subject-request.identified": _ASKED,
        "subject-request.received": (Pair(first="received_at", then="due", after=True),),
        "subject-request.searched": _ASKED,
    }
)
"""Acts that name such pairs."""
HAPPENED: Final = frozenset(
    {
        "acknowledged_at",
        "as_of",
        "at",
        "complied_at",
        "found_at",
        "happened_at",
        "issued_at",
        "person_told_at",
        "posted_at",
        "received_at",
        "reported_at",
        "served_at",
        "signed_at",
    }
)
"""Members, of whichever act, that say when something happened."""
FREE: Final = frozenset(
    {"confirm_by", "dated", "due", "look_again", "next", "review_by", "until", "value_date"}
)
"""Members that may lie ahead: time limits, the day a bank books a payment, a paper's own date."""


def check_moments(
    act: str, value: Mapping[str, Any], before: Sequence[Done], *, at: datetime
) -> None:
    """Raise if an act names moments that cannot be.

    Args:
        act: key of the table of acts.
        value: what is said, its form checked.
        before: the entries of the item so far.
        at: aware UTC, this office's clock; what is less than `MAX_AHEAD` after it is not ahead,
            because the clock of whoever wrote it may be.

    Raises:
        MomentAheadError: something happened in the future; the fact ``faults`` has all faults.
        MomentOrderError: a moment comes before the one that it follows.
    """
    ahead = list(_ahead(value, at))
    faults = [*ahead, *_misplaced(act, value, before)]
    if faults:
        kind = MomentAheadError if ahead else MomentOrderError
        told = f"{faults[0]['loc'][0]} {faults[0]['ctx']['told']}"
        raise kind(told, act=act, faults=faults)


def _ahead(value: Mapping[str, Any], at: datetime) -> Iterator[dict[str, Any]]:
    latest = time_text(shift_time(at, MAX_AHEAD).replace(microsecond=0))
    for name in sorted(HAPPENED & value.keys()):
        if (value[name] or "") > latest:
            example = time_text(at.replace(microsecond=0))
            told = f"must not lie in the future: enter when it happened, as {example}"
            yield _fault(MomentAheadError, name, told, rule="moment-ahead")


def _misplaced(
    act: str, value: Mapping[str, Any], before: Sequence[Done]
) -> Iterator[dict[str, Any]]:
    for pair in ORDER.get(act, ()):
        if first := pair.broken(value, before):
            wanted = "after" if pair.after else "no earlier than"
            example = time_text(shift_time(parse_time(first), _EXAMPLE))
            name = pair.words or (f"{pair.first} of {pair.of}" if pair.of else pair.first)
            told = f"must be {wanted} {name}: enter a later one, as {example}"
            place = (pair.of or act, pair.first)
            yield _fault(MomentOrderError, pair.then, told, rule="moment-order", earlier=place)


def _fault(kind: type[MisuseError], name: str, told: str, **more: Any) -> dict[str, Any]:
    return {"type": kind.code, "loc": (name,), "ctx": {"told": told}, **more}
