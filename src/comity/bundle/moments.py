"""Moments that parties claim, held against those that others claim before and after them.

A message is later than all that it has seen or heard, and earlier than all that has seen it. So
each moment has bounds by other key authorities' clocks; a moment outside them is disputed. Clocks
differ, and a message may be dated a little ahead when it arrives, so a difference within that is
none. What the exporter says, and no other State has seen or heard, bounds nobody else's moment: it
could have been made for that.

Source: spec/06-messages.md; spec/16-bundles.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity.bundle.claims import Assertion
from comity.bundle.contents import EFFECTIVE, Bundle
from comity.bundle.pasts import Parents, ordered, parents_of
from comity.bundle.verdict import Notes
from comity.canonical import state_of, time_text
from comity.exchange import Message
from comity.exchange.accept import MAX_AHEAD

SENT: Final = "sent-at"
RECEIVED: Final = "received-at"


@dataclass(frozen=True, order=True)
class Moment:
    """What a party says of when, and in which file."""

    at: datetime
    by: str
    path: str
    say: str

    def asserted(self) -> Assertion:
        """Return it as a statement of a dispute."""
        return Assertion(self.by, self.path, self.say, {"time": time_text(self.at)})


type Known = dict[tuple[str, bool], Moment]
"""(Party, whether it counts against others) -> its latest moment before a thing, or earliest after.
"""
type Sides = tuple[Moment | None, Moment | None]
"""The latest moment of another State before a moment, and the earliest after it."""


@dataclass(frozen=True)
class _Bounds:
    """Name of a message or receipt -> what is dated before it, and after it."""

    before: Mapping[str, Known]
    after: Mapping[str, Known]

    def sides(self, name: str, mine: Moment) -> Sides:
        """Return the bounds that other States' clocks give a moment."""
        own = state_of(mine.by)
        before = [m for (by, _), m in self.before[name].items() if state_of(by) != own]
        after = [m for (by, good), m in self.after[name].items() if good and state_of(by) != own]
        return max(before, default=None), min(after, default=None)


@dataclass(frozen=True)
class _Line:
    """Messages by content digest and good receipts by path, each after all that is in its past."""

    exporter: str
    moments: Mapping[str, Moment]
    parents: Parents
    order: list[str]

    @classmethod
    def of(cls, bundle: Bundle, *, receipts: bool = True) -> "_Line":
        """Return the line of a bundle: a receipt is after its message, and before who heard it.

        Without the receipts it is what messages have seen: nobody has seen what another heard.
        """
        there = bundle.by_content
        moments = {content: _sent(bundle, message) for content, message in there.items()}
        parents = {content: parents_of(message, there) for content, message in there.items()}
        for path, (_, receipt) in bundle.receipts.items() if receipts else ():
            message = bundle.by_record.get(receipt.record)
            if message is None or receipt not in bundle.held.get(receipt.record, ()):
                continue
            moments[path] = Moment(receipt.received_at, receipt.addressee, path, RECEIVED)
            parents[path] = [message.content]
            for later in bundle.hearings.get(path, ()):
                parents[bundle.messages[later].content].append(path)
        return cls(bundle.exporter, moments, parents, ordered(parents))

    def bounds(self, counts: Callable[[Moment], bool]) -> _Bounds:
        """Return the bounds of everything by the moments that count."""
        before: dict[str, Known] = {name: {} for name in self.order}
        after: dict[str, Known] = {name: {} for name in self.order}
        for name in self.order:
            for parent in self.parents[name]:
                _keep(before[name], before[parent], max)
                moment = self.moments[parent]
                if counts(moment):
                    _keep(before[name], {(moment.by, True): moment}, max)
        vouched: set[str] = set()
        for name in reversed(self.order):
            moment = self.moments[name]
            good = name in vouched or not self._is_own(moment)
            for parent in self.parents[name]:
                _keep(after[parent], after[name], min)
                if counts(moment):
                    _keep(after[parent], {(moment.by, good): moment}, min)
                if good:
                    vouched.add(parent)
        return _Bounds(before, after)

    def _is_own(self, moment: Moment) -> bool:
        return bool(self.exporter) and state_of(moment.by) == state_of(self.exporter)


def _keep(known: Known, more: Known, pick: Callable[[Moment, Moment], Moment]) -> None:
    for name, moment in more.items():
        known[name] = pick(known.get(name, moment), moment)


def claim_moments(bundle: Bundle, notes: Notes) -> None:
    """Claim when each message was sent and received: whose word it is, and within what."""
    line, disputed = _Line.of(bundle), set[str]()
    every, said = line.bounds(lambda _: True), line.bounds(lambda one: one.say == SENT)
    seen = _Line.of(bundle, receipts=False).bounds(lambda _: True)
    for path in bundle.receipts:
        mine = line.moments.get(path)
        if mine is None:
            continue
        own = _seen_before(mine, seen.after[line.parents[path][0]])
        if own is not None:
            both = (mine.asserted(), own.asserted())
            time = time_text(mine.at)
            notes.claim(RECEIVED, "contradicted", mine.by, statements=both, path=path, time=time)
        sides = every.sides(path, mine)
        if own is None or _beyond(mine, sides) is not None:
            _claim(notes, mine, sides, sides)
        if own is not None or _beyond(mine, sides) is not None:
            disputed.add(path)
    agreed = line.bounds(lambda one: one.path not in disputed) if disputed else every
    for message in bundle.messages.values():
        mine = line.moments[message.content]
        sides = said.sides(message.content, mine)
        told = agreed.sides(message.content, mine)
        if _beyond(mine, told) is not None:  # by a receipt, which disputes nothing that was sent
            told = sides
        _claim(notes, mine, sides, told, refused=_refused(bundle, message))


def _seen_before(mine: Moment, after: Known) -> Moment | None:
    """Return when a party's own message had seen one that it received later, as it says."""
    own = [moment for (by, _), moment in after.items() if by == mine.by]
    first = min(own, default=None)
    return first if first is not None and mine.at - first.at > MAX_AHEAD else None


def _claim(notes: Notes, mine: Moment, sides: Sides, told: Sides, *, refused: bool = False) -> None:
    """Claim a moment within what others tell, disputed where it cannot be true beside a side."""
    lower, upper = told
    facts: dict[str, str | int] = {
        "after": time_text(lower.at) if lower else "",
        "before": time_text(upper.at) if upper else "",
        "path": mine.path,
        "time": time_text(mine.at),
    }
    other = _beyond(mine, sides)
    if other is None or refused:
        notes.claim(mine.say, "attested", mine.by, told=facts)
        return
    both = (mine.asserted(), other.asserted())
    notes.claim(mine.say, "disputed", mine.by, other.by, statements=both, told=facts)


def _beyond(mine: Moment, sides: Sides) -> Moment | None:
    """Return the moment of another that one cannot be true beside."""
    lower, upper = sides
    if lower is not None and lower.at - mine.at > MAX_AHEAD:
        return lower
    return upper if upper is not None and mine.at - upper.at > MAX_AHEAD else None


def _refused(bundle: Bundle, message: Message) -> bool:
    """Tell whether a message has no effect: what its author says of when then carries nothing."""
    replayed = bundle.replays.get(message.conversation)
    return replayed is None or replayed.standing[message.content] not in EFFECTIVE


def _sent(bundle: Bundle, message: Message) -> Moment:
    path = bundle.path_of(message)
    return Moment(message.draft.sent_at, message.draft.author, path, SENT)
