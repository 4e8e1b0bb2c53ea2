"""Moments that parties claim, held against those that others claim before and after them.

A message is later than all that it has seen, and earlier than all that has seen it. So each moment
has bounds by other key authorities' clocks; a moment outside them is disputed. Clocks differ, and
a message may be dated a little ahead when it arrives, so a difference within that is none.

Source: spec/06-messages.md; spec/16-bundles.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from comity.bundle.claims import Assertion
from comity.bundle.contents import EFFECTIVE, Bundle
from comity.bundle.verdict import Notes
from comity.canonical import state_of, time_text
from comity.exchange import Message
from comity.exchange.accept import MAX_AHEAD


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


type Known = dict[str, Moment]
"""State -> its latest moment before something, or its earliest after it."""


@dataclass
class Bounds:
    """The latest moment of each State before each message, and the earliest after it."""

    before: dict[str, Known] = field(default_factory=dict)
    after: dict[str, Known] = field(default_factory=dict)


def bounds(bundle: Bundle) -> Bounds:
    """Return the bounds of every message, by content digest."""
    found, order = Bounds(), list(_in_order(bundle))
    given: dict[str, list[Moment]] = {}
    for path, (_, receipt) in bundle.receipts.items():
        if receipt in bundle.held.get(receipt.record, ()):
            one = Moment(receipt.received_at, receipt.addressee, path, "received-at")
            given.setdefault(receipt.record, []).append(one)
    heard = _heard(bundle)
    for message in order:
        latest: Known = {}
        for parent in _parents(bundle, message):
            _later(latest, found.before.get(parent.content, {}).values())
            _later(latest, [_sent(bundle, parent)])
        _later(latest, heard.get(message.content, ()))
        found.before[message.content] = latest
    for message in reversed(order):
        mine = found.after.setdefault(message.content, {})
        _earlier(mine, given.get(message.record, ()))
        for parent in _parents(bundle, message):
            theirs = found.after.setdefault(parent.content, {})
            _earlier(theirs, [*mine.values(), _sent(bundle, message)])
    return found


def claim_moments(bundle: Bundle, notes: Notes) -> None:
    """Claim when each message was sent and received: whose word it is, and within what."""
    known, disputed = bounds(bundle), set()
    for path, (_, receipt) in bundle.receipts.items():
        message = bundle.by_record.get(receipt.record)
        if message is None or receipt not in bundle.held.get(receipt.record, ()):
            continue
        mine = Moment(receipt.received_at, receipt.addressee, path, "received-at")
        before = {**known.before[message.content]}
        _later(before, [_sent(bundle, message)])
        hearing = (bundle.messages[one] for one in bundle.hearings.get(path, ()))
        after: Known = {}
        _earlier(after, (_sent(bundle, one) for one in hearing))
        own = _seen_before(bundle, mine, message)
        if own is not None:
            both = (mine.asserted(), own.asserted())
            time = time_text(mine.at)
            notes.claim(
                "received-at", "contradicted", mine.by, statements=both, path=path, time=time
            )
        if own is not None or _claim(notes, "received-at", mine, before, after):
            disputed.add(path)
    for message in bundle.messages.values():
        before, after = known.before[message.content], known.after[message.content]
        said = {m.path for m in (*before.values(), *after.values())}
        mine = _sent(bundle, message)
        if said & disputed:  # it is told of the receipt
            before = {s: m for s, m in before.items() if m.path not in disputed}
            after = {s: m for s, m in after.items() if m.path not in disputed}
        _claim(notes, "sent-at", mine, before, after, refused=_refused(bundle, message))


def _seen_before(bundle: Bundle, mine: Moment, message: Message) -> Moment | None:
    """Return when a party's own message had seen one that it received later, as it says."""
    later = bundle.seeing.get((mine.by, message.content))
    if later is None or later.content == message.content:
        return None
    return _sent(bundle, later) if mine.at - later.draft.sent_at > MAX_AHEAD else None


def _claim(
    notes: Notes, name: str, mine: Moment, before: Known, after: Known, *, refused: bool = False
) -> bool:
    """Claim a moment; tell whether it is disputed."""
    own = state_of(mine.by)
    lower = max((m for s, m in before.items() if s != own), default=None)
    upper = min((m for s, m in after.items() if s != own), default=None)
    facts: dict[str, str | int] = {
        "after": time_text(lower.at) if lower else "",
        "before": time_text(upper.at) if upper else "",
        "path": mine.path,
        "time": time_text(mine.at),
    }
    other = None
    if lower is not None and lower.at - mine.at > MAX_AHEAD:
        other = lower
    elif upper is not None and mine.at - upper.at > MAX_AHEAD:
        other = upper
    if other is None or refused:
        notes.claim(name, "attested", mine.by, told=facts)
        return False
    both = (mine.asserted(), other.asserted())
    notes.claim(name, "disputed", mine.by, other.by, statements=both, told=facts)
    return True


def _refused(bundle: Bundle, message: Message) -> bool:
    """Tell whether a message has no effect: what its author says of when then carries nothing."""
    replayed = bundle.replays.get(message.conversation)
    return replayed is None or replayed.standing[message.content] not in EFFECTIVE


def _sent(bundle: Bundle, message: Message) -> Moment:
    path = bundle.path_of(message)
    return Moment(message.draft.sent_at, message.draft.author, path, "sent-at")


def _in_order(bundle: Bundle) -> Iterator[Message]:
    """Yield all messages, those that keep their place after all that they have seen."""
    placed: set[str] = set()
    for replayed in bundle.replays.values():
        for content in replayed.order:
            placed.add(content)
            yield bundle.by_content[content]
    rest = (m for content, m in bundle.by_content.items() if content not in placed)
    yield from sorted(rest, key=lambda m: (m.draft.sequence, m.content))


def _parents(bundle: Bundle, message: Message) -> Sequence[Message]:
    named = [mark.content for mark in message.draft.seen.values()]
    named += [] if message.draft.previous is None else [message.draft.previous]
    return [bundle.by_content[content] for content in named if content in bundle.by_content]


def _heard(bundle: Bundle) -> Mapping[str, list[Moment]]:
    """Return content digest of a message -> moments of the receipts that its author held."""
    found: dict[str, list[Moment]] = {}
    for path, messages in bundle.hearings.items():
        _, receipt = bundle.receipts[path]
        for one in messages:
            moment = Moment(receipt.received_at, receipt.addressee, path, "received-at")
            found.setdefault(bundle.messages[one].content, []).append(moment)
    return found


def _later(known: Known, moments: Iterable[Moment]) -> None:
    for moment in moments:
        state = state_of(moment.by)
        known[state] = max(known.get(state, moment), moment)


def _earlier(known: Known, moments: Iterable[Moment]) -> None:
    for moment in moments:
        state = state_of(moment.by)
        known[state] = min(known.get(state, moment), moment)
