"""Whose word each answer to a message is, and what does not fit it.

The leaf and the receipt are signed by one party alone, so an exporter can make its own anew. They
are proved once another key authority has signed that it holds that very receipt. An answer that
the messages do not bear out is disputed; a party that refused what its own later messages build
on contradicts itself.

Source: spec/16-bundles.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from comity.bundle import layout
from comity.bundle.claims import Assertion, Word
from comity.bundle.contents import EFFECTIVE, Bundle
from comity.bundle.known import Listed
from comity.bundle.pasts import parents_of
from comity.bundle.refused import REFUSED, refusals
from comity.bundle.verdict import Notes
from comity.bundle.within_edition import is_outside, spoken_by
from comity.canonical import PeerError
from comity.exchange import Message, Receipt, Replay, replay
from comity.exchange.accept import verify_content
from comity.exchange.conversation import HELD, ILLEGAL
from comity.exchange.errors import TypeUnknownError

type Doubted = Mapping[str, tuple[Word, tuple[Assertion, ...]]]


@dataclass
class _Built:
    """What parties built on what they had refused.

    Attributes:
        first: (party, content of a message that it refused) -> its own first message built on it.
        every: content of each such message.
    """

    first: dict[tuple[str, str], Message] = field(default_factory=dict)
    every: set[str] = field(default_factory=set)


def claim_answers(bundle: Bundle, notes: Notes) -> None:
    """Claim each receipt that holds, with the outcome that it tells."""
    built = _built_upon(bundle)
    for path, (_, receipt) in bundle.receipts.items():
        message = bundle.by_record.get(receipt.record)
        if message is None or receipt not in bundle.held.get(receipt.record, ()):
            continue
        facts: dict[str, str | int] = {
            "addressee": receipt.addressee,
            "outcome": receipt.outcome,
            "party": message.draft.author,
            "path": path,
            "sequence": message.draft.sequence,
        }
        said = Assertion(receipt.addressee, path, "answered", {"outcome": receipt.outcome})
        later = built.first.get((receipt.addressee, message.content))
        against = _against(bundle, message, receipt, said, built)
        if later is not None:
            both = (said, Assertion(receipt.addressee, bundle.path_of(later), "built", {}))
            notes.claim("receipt", "contradicted", receipt.addressee, statements=both, told=facts)
        elif (spoken := spoken_by(bundle, message, receipt)) is not None:
            both = (said, spoken)
            notes.claim("receipt", "contradicted", receipt.addressee, statements=both, told=facts)
        elif against:
            by = [one.by for one in against]
            notes.claim("receipt", "disputed", *by, statements=against, told=facts)
        else:
            word: Word = "proved" if _carried(bundle, path, receipt) else "attested"
            notes.claim("receipt", word, receipt.addressee, told=facts)
        if receipt.outcome.startswith(REFUSED) and receipt.outcome != ILLEGAL:
            word = _ground(bundle, message, receipt)
            notes.claim("refusal-ground", word, receipt.addressee, told=facts)
        _head(bundle, notes, path, message, receipt)


def _carried(bundle: Bundle, path: str, receipt: Receipt) -> bool:
    """Tell whether another key authority than the exporter signed an answer, or heard it."""
    heard = (bundle.messages[one].draft.author for one in bundle.hearings.get(path, ()))
    return any(bundle.independent(party) for party in (receipt.addressee, *heard))


def _ground(bundle: Bundle, message: Message, receipt: Receipt) -> Word:
    """Return how sure the fault is for which a message was refused."""
    if not _ground_shown(bundle, message, receipt):
        return "unknown"
    both = (message.draft.author, receipt.addressee)
    return "proved" if all(map(bundle.pinned, both)) else "attested"


def _ground_shown(bundle: Bundle, message: Message, receipt: Receipt) -> bool:
    """Tell whether the fault for which a message was refused is found again in what is here."""
    code = receipt.outcome.removeprefix(REFUSED)
    sections = bundle.sections_of(message)
    if code == TypeUnknownError.code:
        return is_outside(bundle, message)
    if not message.draft.known:
        return False
    if message.draft.body.keys() != sections.keys():
        return False
    registry = Listed(bundle.directory, receipt.received_at)
    try:
        verify_content(message, sections, registry, proved_at=receipt.received_at)
    except PeerError as fault:
        return fault.code == code
    return False


def _against(
    bundle: Bundle,
    message: Message,
    receipt: Receipt,
    said: Assertion,
    built: _Built,
) -> tuple[Assertion, ...]:
    """Return the statements of a dispute: the answer, and what the messages come to."""
    replayed = bundle.replays.get(message.conversation)
    if replayed is not None and replayed.lacking:
        return ()  # what the messages come to is not known here
    standing = _standing(replayed, message)
    counted = receipt.outcome in EFFECTIVE and standing in (ILLEGAL, HELD)
    refused = receipt.outcome == ILLEGAL and standing in EFFECTIVE
    if not counted and not refused:
        return ()
    exporter = bundle.exporter
    if message.content in built.every:
        return ()  # its author contradicts itself by it, and is named for that
    if receipt.addressee == exporter:
        exporter = message.draft.author
    come_to = Assertion(exporter, bundle.path_of(message), "comes-to", {"outcome": standing})
    return (said, come_to)


def _standing(replayed: Replay | None, message: Message) -> str:
    return replayed.standing.get(message.content, HELD) if replayed is not None else HELD


def _built_upon(bundle: Bundle) -> _Built:
    """Return the messages by which their authors contradict their own refusals.

    Found by leaving out the party's refusals: a message of its own that is in order only then.
    """
    given = [receipt for _, receipt in bundle.receipts.values()]
    found = _Built()
    for conversation in bundle.replays:
        of = [m for m in bundle.messages.values() if m.conversation == conversation]
        refused = refusals(of, given, exporter=bundle.exporter)
        for party in sorted({m.draft.author for m in of}):
            own = _refused_by(party, of, given)
            if not own:
                continue
            kept = replay(of, {**refused, **own})
            without = replay(of, {c: o for c, o in refused.items() if c not in own})
            aware = False
            for later, new in _with_pasts(_only_then(party, of, kept, without), bundle.by_content):
                aware = aware or not own.keys().isdisjoint(new)
                if aware or later.draft.about in own:
                    found.every.add(later.content)
                for content in own.keys() & {*new, later.draft.about}:
                    found.first.setdefault((party, content), later)
    return found


def _refused_by(party: str, of: Iterable[Message], given: Iterable[Receipt]) -> dict[str, str]:
    """Return content digest -> outcome, of messages that a party refused for what they say."""
    there = {message.record: message.content for message in of}
    return {
        there[r.record]: r.outcome
        for r in given
        if r.addressee == party
        and r.record in there
        and r.outcome.startswith(REFUSED)
        and r.outcome != ILLEGAL
    }


def _only_then(party: str, of: Iterable[Message], kept: Replay, without: Replay) -> list[Message]:
    return [
        message
        for message in of
        if message.draft.author == party
        and kept.standing[message.content] not in EFFECTIVE
        and without.standing[message.content] in EFFECTIVE
    ]


def _with_pasts(
    own: Iterable[Message], there: Mapping[str, Message]
) -> Iterator[tuple[Message, set[str]]]:
    """Yield messages of one chain, each with what it had seen and the one before it had not.

    Args:
        own: in effect, of one author in one conversation.
        there: content digest -> message, of those that are here.
    """
    seen: set[str] = set()
    for message in sorted(own, key=lambda one: one.draft.sequence):
        waiting, new = [message.content], set[str]()
        while waiting:
            parents = parents_of(there[waiting.pop()], there)
            more = {content for content in parents if content not in seen}
            seen |= more
            new |= more
            waiting += more
        yield message, new


def _head(bundle: Bundle, notes: Notes, path: str, message: Message, receipt: Receipt) -> None:
    """Compare the author's own newest message, as its receipt names it, with what is there."""
    head = receipt.head
    if head is None or head.content in bundle.by_content:
        return
    said = Assertion(receipt.addressee, path, "sent", {"sequence": head.sequence})
    place = layout.message_path(message.conversation, receipt.addressee, head.sequence)
    facts: dict[str, str | int] = {
        "party": receipt.addressee,
        "path": path,
        "sequence": head.sequence,
    }
    there = bundle.messages.get(place)
    if there is not None:
        other = Assertion(receipt.addressee, place, "message", {"sequence": head.sequence})
        both = (said, other)
        notes.claim(
            "one-message-a-place", "contradicted", receipt.addressee, statements=both, told=facts
        )
    elif receipt.addressee == bundle.exporter:
        both = (said, Assertion(bundle.exporter, layout.STATEMENT, "not-there", {}))
        notes.claim("message-named", "contradicted", bundle.exporter, statements=both, told=facts)
    else:
        notes.claim("message-named", "unknown", receipt.addressee, told=facts)
