"""Moments that parties claim, held against those that others claim before and after them.

A message is later than all that it has seen or heard, and earlier than all that has seen it. So
each moment has bounds by other key authorities' clocks; a moment outside them is disputed. Clocks
differ, and a message may be dated a little ahead when it arrives, so a difference within that is
none. What the exporter says, and no other State has seen or heard, bounds nobody else's moment: it
could have been made for that.

Source: spec/06-messages.md; spec/16-bundles.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from comity.bundle import layout
from comity.bundle.claims import Assertion
from comity.bundle.contents import EFFECTIVE, Bundle, Leaf
from comity.bundle.verdict import Notes
from comity.canonical import digest_text, state_of, time_text
from comity.exchange import Message
from comity.exchange.accept import MAX_AHEAD

# What stands before what in a bundle: messages, those that they have seen, receipts heard.
#
# Digests name only what was there before, so nothing stands in its own past.
#
# Source: spec 8.1 and 16.


type Parents = Mapping[str, Sequence[str]]
"""Name of a thing -> names of those right before it."""


def parents_of(message: Message, there: Mapping[str, Message]) -> list[str]:
    """Return the content digests of the messages right before one in its conversation.

    Args:
        message: whose past is told.
        there: content digest -> message, of those that are here.
    """
    named = [mark.content for mark in message.draft.seen.values()]
    named += [] if message.draft.previous is None else [message.draft.previous]
    found = ((content, there.get(content)) for content in named)
    return [
        content
        for content, one in found
        if one is not None and one.conversation == message.conversation
    ]


def in_order(messages: Iterable[Message], there: Mapping[str, Message]) -> list[Message]:
    """Return messages, each after all of its past that is here."""
    parents = {one.content: parents_of(one, there) for one in messages}
    return [there[content] for content in ordered(parents)]


def ordered(parents: Parents) -> list[str]:
    """Return names, each after all that are before it."""
    found: dict[str, None] = {}
    for name in parents:
        waiting = [(name, iter(parents[name]))]
        while waiting:
            one, rest = waiting[-1]
            before = next((b for b in rest if b not in found), None)
            if before is None:
                found[one] = None
                waiting.pop()
            else:
                waiting.append((before, iter(parents[before])))
    return list(found)


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


# Whether the exporter's log tells one order: its times never fall, and it heard before it spoke.
#
# A log that was made anew after the event has to keep the order that the exporter's own messages
# name: what a message has seen was recorded before it was sent.
#
# Source: spec/10-log.md; spec/16-bundles.md.


def claim_order(bundle: Bundle, notes: Notes) -> None:
    """Claim the order of the exporter's log: attested by it, or contradicted by its own word."""
    exporter = bundle.exporter
    own = [leaf for leaf in bundle.good_leaves if leaf.party == layout.flat(exporter)]
    if not own:
        return
    own.sort(key=lambda leaf: (leaf.epoch, leaf.index))
    again = _told_again(bundle, own)
    fresh = [leaf for leaf in own if (leaf.epoch, leaf.index) not in again]
    against = _falling(exporter, fresh) + _spoke_first(bundle, exporter, own, again)
    for one, other in against:
        notes.claim("log-order", "contradicted", exporter, statements=(one, other), path=one.path)
    if not against:
        notes.claim("log-order", "attested", exporter, count=len(own))


def _told_again(bundle: Bundle, own: list[Leaf]) -> set[tuple[int, int]]:
    """Return the places of leaves no younger than their epoch: they tell a lost log again.

    Times are to the second, and a log may be lost in the second in which the next epoch begins.
    """
    opened = {
        leaf.epoch: leaf.opening.time
        for leaf in own
        if (leaf.index, leaf.opening.kind) == (0, "epoch.opened")
        and bundle.begun.get((leaf.party, leaf.epoch)) == leaf.opening.record
    }
    return {
        (leaf.epoch, leaf.index)
        for leaf in own
        if leaf.epoch in opened and leaf.index and leaf.opening.time <= opened[leaf.epoch]
    }


def _falling(party: str, own: list[Leaf]) -> list[tuple[Assertion, Assertion]]:
    return [
        (_dated(party, one), _dated(party, other))
        for one, other in pairwise(own)
        if one.epoch == other.epoch and other.opening.time < one.opening.time
    ]


def _spoke_first(
    bundle: Bundle, party: str, own: list[Leaf], again: set[tuple[int, int]]
) -> list[tuple[Assertion, Assertion]]:
    """Return pairs of leaves: a message was sent before one that it had seen was received.

    Who has seen a message has seen all of its past. In what order a partner gave back what is told
    again says nothing.
    """
    place = {(leaf.opening.kind, digest_text(leaf.opening.record)): leaf for leaf in own}
    fresh = {k: leaf for k, leaf in place.items() if (leaf.epoch, leaf.index) not in again}
    latest, latest_fresh = _latest_received(bundle, place), _latest_received(bundle, fresh)
    found = []
    for message in bundle.messages.values():
        sent = place.get(("message.sent", message.record))
        if message.draft.author != party or sent is None:
            continue
        seen = latest_fresh if (sent.epoch, sent.index) in again else latest
        before = (seen.get(content) for content in parents_of(message, bundle.by_content))
        leaf = max((one for one in before if one is not None), key=_place, default=sent)
        if _place(leaf) > _place(sent):
            found.append((_at(party, sent), _at(party, leaf)))
    return found


def _place(leaf: Leaf) -> tuple[int, int]:
    return leaf.epoch, leaf.index


def _latest_received(bundle: Bundle, place: Mapping[tuple[str, str], Leaf]) -> dict[str, Leaf]:
    """Return content digest -> the last leaf of it and of what its author had seen before it."""
    latest: dict[str, Leaf] = {}
    there = bundle.by_content
    for message in in_order(there.values(), there):
        leaves = [place.get(("message.received", message.record))]
        leaves += [latest.get(content) for content in parents_of(message, there)]
        received = [leaf for leaf in leaves if leaf is not None]
        if received:
            latest[message.content] = max(received, key=_place)
    return latest


def _path(leaf: Leaf) -> str:
    return f"data/log/{leaf.party}/{leaf.epoch}/leaves/{leaf.index}.json"


def _dated(party: str, leaf: Leaf) -> Assertion:
    return Assertion(party, _path(leaf), "dated", {"time": time_text(leaf.opening.time)})


def _at(party: str, leaf: Leaf) -> Assertion:
    return Assertion(party, _path(leaf), leaf.opening.kind, {"index": leaf.index})
