"""How far the other side's signatures carry the state of a conversation.

The exporter can leave out what came last, and can refuse what it had accepted. What another key
authority signed later holds it to its word: each message names what its author had seen, each
receipt the message that it answers and its author's own newest one.

Source: spec/16-bundles.md.
"""

from collections.abc import Iterable, Mapping

from comity.bundle.contents import EFFECTIVE, Bundle
from comity.bundle.refused import refusals
from comity.bundle.statement import Told
from comity.bundle.verdict import Notes
from comity.exchange import Message, Receipt, Replay, replay


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
