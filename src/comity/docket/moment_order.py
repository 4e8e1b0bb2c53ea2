"""Which of two moments that an act of the docket names comes first: one row a pair.

The rule is asked where an act is recorded and in its form, not in the model of its body: what an
older version recorded must stay readable.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from comity.canonical import MisuseError, parse_time, shift_time, time_text

_EXAMPLE: Final = timedelta(hours=8)


class MomentOrderError(MisuseError, code="moment-order"):
    """A moment comes before the one that it follows."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two members of what an act says.

    Attributes:
        first: member whose moment comes first.
        then: member whose moment follows.
        after: whether it must be a later moment; else it may be the same.
        words: what the error calls the first one; empty: by its name.
    """

    first: str
    then: str
    after: bool = False
    words: str = ""

    def is_kept(self, first: Any, then: Any) -> bool:
        """Tell whether two moments, of one type, are in this order; a missing one always is."""
        return not first or not then or first < then or (first == then and not self.after)


ORDER: Final[Mapping[str, tuple[Pair, ...]]] = MappingProxyType(
    {
        "agreement.entered": (Pair(first="signed_at", then="review_by"),),
        "breach.found": (
            Pair(first="happened_at", then="found_at"),
            Pair(first="found_at", then="due", after=True),
        ),
        "breach.reported": (Pair(first="at", then="next"),),
        "call.taken": (Pair(first="at", then="confirm_by"),),
        "order.issued": (Pair(first="issued_at", then="until"),),
        "recall.opened": (Pair(first="reported_at", then="due"),),
        "shift.begun": (Pair(first="at", then="until", after=True, words="the shift begins"),),
        "subject-request.received": (Pair(first="received_at", then="due", after=True),),
    }
)
"""Acts that name such pairs."""


def misplaced(act: str, value: Mapping[str, Any]) -> Iterator[Pair]:
    """Yield each pair that is the wrong way round.

    Args:
        act: key of the table of acts.
        value: member to moment, all as `datetime` or all in the protocol's one spelling.
    """
    for pair in ORDER.get(act, ()):
        if not pair.is_kept(value.get(pair.first), value.get(pair.then)):
            yield pair


def check_order(act: str, value: Mapping[str, Any]) -> None:
    """Raise if an act says that something ends before it begins.

    Args:
        act: key of the table of acts.
        value: what is said, its form checked.

    Raises:
        MomentOrderError: which member, and what it must follow.
    """
    for pair in misplaced(act, value):
        first = parse_time(value[pair.first])
        wanted = "after" if pair.after else "no earlier than"
        example = time_text(shift_time(first, _EXAMPLE))
        told = f"must be {wanted} {pair.words or pair.first}: enter a later one, as {example}"
        fault = {"type": MomentOrderError.code, "loc": (pair.then,), "ctx": {"told": told}}
        raise MomentOrderError(f"{pair.then} {told}", act=act, faults=[fault])
