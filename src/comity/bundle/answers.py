"""Whose word each answer to a message is, and what does not fit it.

The leaf and the receipt are signed by one party alone, so an exporter can make its own anew. They
are proved once another key authority has signed that it holds that very receipt. An answer that
the messages do not bear out is disputed; a party that refused what its own later messages build
on contradicts itself.

Source: spec/16-bundles.md.
"""

from collections.abc import Iterable, Mapping

from comity.bundle import layout
from comity.bundle.claims import Assertion, Word
from comity.bundle.contents import EFFECTIVE, Bundle
from comity.bundle.known import Listed
from comity.bundle.refused import REFUSED, refusals
from comity.bundle.verdict import Notes
from comity.bundle.within_edition import is_outside, spoken_by
from comity.canonical import PeerError
from comity.exchange import Message, Receipt, Replay, replay
from comity.exchange.accept import verify_content
from comity.exchange.conversation import HELD, ILLEGAL
from comity.exchange.errors import TypeUnknownError

type Doubted = Mapping[str, tuple[Word, tuple[Assertion, ...]]]


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
        later = built.get((receipt.addressee, message.content))
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
    built: Mapping[tuple[str, str], Message],
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
    if any(of.conversation == message.conversation for of in built.values()):
        return ()  # what contradicts itself there is named, and this follows from it
    if receipt.addressee == exporter:
        exporter = message.draft.author
    come_to = Assertion(exporter, bundle.path_of(message), "comes-to", {"outcome": standing})
    return (said, come_to)


def _standing(replayed: Replay | None, message: Message) -> str:
    return replayed.standing.get(message.content, HELD) if replayed is not None else HELD


def _built_upon(bundle: Bundle) -> Mapping[tuple[str, str], Message]:
    """Return (party, content of a message that it refused) -> its own later message built on it.

    Found by leaving out the party's refusals: a message of its own that is in order only then.
    """
    given = [receipt for _, receipt in bundle.receipts.values()]
    found: dict[tuple[str, str], Message] = {}
    for conversation, replayed in bundle.replays.items():
        of = [m for m in bundle.messages.values() if m.conversation == conversation]
        refused = refusals(of, given, exporter=bundle.exporter)
        for party in sorted({m.draft.author for m in of}):
            own = _refused_by(party, of, given, refused)
            if not own:
                continue
            without = replay(of, {c: o for c, o in refused.items() if c not in own})
            for later in _only_then(party, of, replayed, without):
                for content in own:
                    if _sees(bundle, later, content):
                        found.setdefault((party, content), later)
    return found


def _refused_by(
    party: str, of: Iterable[Message], given: Iterable[Receipt], refused: Mapping[str, str]
) -> set[str]:
    records = {r.record for r in given if r.addressee == party and r.outcome.startswith(REFUSED)}
    return {m.content for m in of if m.record in records and m.content in refused}


def _only_then(
    party: str, of: Iterable[Message], replayed: Replay, without: Replay
) -> list[Message]:
    return [
        message
        for message in of
        if message.draft.author == party
        and replayed.standing[message.content] == ILLEGAL
        and without.standing[message.content] in EFFECTIVE
    ]


def _sees(bundle: Bundle, later: Message, content: str) -> bool:
    """Tell whether a message says that its author had seen another, or is about it."""
    message = bundle.by_content[content]
    mark = later.draft.seen.get(message.draft.author)
    return later.draft.about == content or (
        mark is not None and mark.sequence >= message.draft.sequence
    )


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
