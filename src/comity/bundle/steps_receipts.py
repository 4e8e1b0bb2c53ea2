"""Step 6 of a verdict: every acknowledgement is provable, and whose word each answer is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from comity.bundle import layout
from comity.bundle.claims import Assertion, Word
from comity.bundle.contents import EFFECTIVE, Bundle
from comity.bundle.errors import (
    REFUSED,
    BundleMessageMissingError,
    BundleReceiptMissingError,
    refusals,
)
from comity.bundle.known import Listed
from comity.bundle.layout import Kind
from comity.bundle.moments import parents_of
from comity.bundle.statement import Told
from comity.bundle.steps_heard import heard_receipts
from comity.bundle.steps_messages import is_outside, spoken_by, told_of
from comity.bundle.verdict import Notes
from comity.canonical import PeerError
from comity.canonical.amounts import counted
from comity.exchange import Message, Receipt, Replay, check_receipt, replay
from comity.exchange.accept import verify_content
from comity.exchange.conversation import HELD, ILLEGAL
from comity.exchange.errors import TypeUnknownError

# How far the other side's signatures carry the state of a conversation.
#
# The exporter can leave out what came last, and can refuse what it had accepted. What another key
# authority signed later holds it to its word: each message names what its author had seen, each
# receipt the message that it answers and its author's own newest one.
#
# Source: spec/16-bundles.md.


def claim_state(bundle: Bundle, notes: Notes, told: Told, replayed: Replay) -> None:
    """Claim the state of a conversation: proved up to the other side's newest statement.

    If that state is another than the one at the end, both are claimed. Where an edition of the
    registry is not known here, the state is not either.
    """
    facts: dict[str, str | int] = {"conversation": told.conversation}
    for edition in sorted(replayed.lacking):
        notes.claim("state", "unknown", told=facts, edition=edition)
    if replayed.lacking:
        return
    others = sorted(party for party in told.members if bundle.independent(party))
    spoilt = bundle.spoilt or notes.findings  # what is missing may be what they had before them
    known, by = (None, []) if spoilt else _state_known(bundle, told, others)
    if known is not None:
        notes.claim("state", "proved", *by, told=facts, main=known.state.main)
    if known is None or known.state.to_value() != replayed.state.to_value():
        notes.claim("state", "attested", bundle.exporter, told=facts, main=replayed.state.main)


def _state_known(
    bundle: Bundle, told: Told, others: Iterable[str]
) -> tuple[Replay | None, list[str]]:
    """Return the replay of all that others' statements build on, or None, and who made them."""
    of = {c: m for c, m in bundle.by_content.items() if m.conversation == told.conversation}
    receipts = {
        path: receipt
        for path, (_, receipt) in bundle.receipts.items()
        if receipt.content in of and receipt in bundle.held.get(receipt.record, ())
    }
    placed = set(bundle.replays[told.conversation].order)
    theirs = [m for m in of.values() if m.draft.author in others and m.content in placed]
    first, by = [m.content for m in theirs], {m.draft.author for m in theirs}
    alone = set()
    for receipt in receipts.values():
        head = receipt.head
        if receipt.addressee not in others or (head is not None and head.content not in placed):
            continue  # not theirs; or its author knew of more than is here
        alone.add(receipt.content)
        by.add(receipt.addressee)
        # whoever holds or refuses a message may lack what stands before it
        first += [receipt.content] if receipt.outcome in EFFECTIVE else []
        first += [] if head is None else [head.content]
    past = _past(of, first)
    past |= {content: of[content] for content in alone}
    refused = refusals(
        past.values(),
        (r for path, r in receipts.items() if _counts(bundle, path, r, others)),
        exporter=bundle.exporter,
    )
    known = replay(past.values(), refused)
    return (known if known.order else None), sorted(by)


def _counts(bundle: Bundle, path: str, receipt: Receipt, others: Iterable[str]) -> bool:
    """Tell whether others signed a receipt, or signed that they hold it."""
    heard = (bundle.messages[one].draft.author for one in bundle.hearings.get(path, ()))
    return receipt.addressee in others or any(author in others for author in heard)


def _past(of: Mapping[str, Message], first: Iterable[str]) -> dict[str, Message]:
    """Return the messages that are there of some, and of all that these name as before them."""
    found: dict[str, Message] = {}
    waiting = list(first)
    while waiting:
        message = of.get(waiting.pop())
        if message is None or message.content in found:
            continue
        found[message.content] = message
        waiting += [mark.content for mark in message.draft.seen.values()]
        waiting += [] if message.draft.previous is None else [message.draft.previous]
    return found


# Whose word each answer to a message is, and what does not fit it.
#
# The leaf and the receipt are signed by one party alone, so an exporter can make its own anew. They
# are proved once another key authority has signed that it holds that very receipt. An answer that
# the messages do not bear out is disputed; a party that refused what its own later messages build
# on contradicts itself.
#
# Source: spec/16-bundles.md.


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


def receipts(bundle: Bundle, notes: Notes) -> str:
    """Check each receipt, and that none is missing that must exist."""
    found = bundle.receipts
    for path, error in bundle.faults_of(Kind.RECEIPT):
        notes.fail(error, path)
    for path, (envelope, receipt) in found.items():
        message = bundle.by_record.get(receipt.record)
        if message is None:
            notes.fail(BundleMessageMissingError("the message it is for is not there"), path)
            continue
        registry = Listed(bundle.directory, receipt.received_at)
        with notes.guard(path):
            checked = check_receipt(envelope, message, registry, known=None)
            bundle.held.setdefault(message.record, []).append(checked.receipt)
    claim_answers(bundle, notes)
    heard_receipts(bundle, notes)
    for path, message in bundle.messages.items():
        _check_due(bundle, notes, path, message)
    for told in bundle.statement.conversations if bundle.statement is not None else ():
        if told.conversation in bundle.replays:
            claim_state(bundle, notes, told, bundle.replays[told.conversation])
    notes.looked_at.update(receipts=len(found))
    return counted(len(found), "receipt")


def _check_due(bundle: Bundle, notes: Notes, path: str, message: Message) -> None:
    statement = bundle.statement
    if statement is None:
        return
    draft, exporter = message.draft, statement.exporter
    others = [party for party in draft.members if party != draft.author]
    for party in others if draft.author == exporter else (exporter,):
        due = layout.receipt_path(message.record, party)
        if due in bundle.receipts or due in bundle.faults:
            continue
        reason = statement.withheld.get(due)
        if reason is None:
            notes.fail(BundleReceiptMissingError(f"{party} must have receipted {path}"), due)
        else:
            told = {**told_of(path, message), "addressee": party, **reason.facts()}
            notes.claim("receipt", "unknown", exporter, told=told)
