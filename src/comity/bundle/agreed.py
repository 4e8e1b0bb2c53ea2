"""How far the other side's signatures carry the state of a conversation.

The exporter can leave out what came last, and can refuse what it had accepted. What another key
authority signed later holds it to its word: each message names what its author had seen, each
receipt the message that it answers and its author's own newest one.

Source: spec/16-bundles.md.
"""

from collections.abc import Iterable, Mapping

from comity.bundle.contents import Bundle
from comity.bundle.refused import refusals
from comity.bundle.statement import Told
from comity.bundle.verdict import Notes
from comity.exchange import Message, Receipt, Replay, replay


def claim_state(bundle: Bundle, notes: Notes, told: Told, replayed: Replay) -> None:
    """Claim the state of a conversation: proved up to the other side's newest statement.

    If that state is another than the one at the end, both are claimed.
    """
    facts: dict[str, str | int] = {"conversation": told.conversation}
    others = sorted(party for party in told.members if bundle.independent(party))
    known = _state_known(bundle, told, others)
    if known is not None:
        notes.claim("state", "proved", *others, told=facts, main=known.state.main)
    if known is None or known.state.to_value() != replayed.state.to_value():
        notes.claim("state", "attested", bundle.exporter, told=facts, main=replayed.state.main)


def _state_known(bundle: Bundle, told: Told, others: Iterable[str]) -> Replay | None:
    """Return the replay of all that others' statements build on, or None if there is nothing."""
    of = {c: m for c, m in bundle.by_content.items() if m.conversation == told.conversation}
    receipts = {
        path: receipt
        for path, (_, receipt) in bundle.receipts.items()
        if receipt.content in of and receipt in bundle.held.get(receipt.record, ())
    }
    first: list[str | None] = [m.content for m in of.values() if m.draft.author in others]
    for path, receipt in receipts.items():
        if _counts(bundle, path, receipt, others):
            first += [receipt.content, receipt.head.content if receipt.head else None]
    past = _past(of, first)
    if not past:
        return None
    refused = refusals(
        past.values(),
        (r for path, r in receipts.items() if _counts(bundle, path, r, others)),
        exporter=bundle.exporter,
    )
    return replay(past.values(), refused)


def _counts(bundle: Bundle, path: str, receipt: Receipt, others: Iterable[str]) -> bool:
    """Tell whether others signed a receipt, or signed that they hold it."""
    heard = (bundle.messages[one].draft.author for one in bundle.hearings.get(path, ()))
    return receipt.addressee in others or any(author in others for author in heard)


def _past(of: Mapping[str, Message], first: Iterable[str | None]) -> dict[str, Message]:
    """Return the messages that are there of some, and of all that these name as before them."""
    found: dict[str, Message] = {}
    waiting = [content for content in first if content is not None]
    while waiting:
        message = of.get(waiting.pop())
        if message is None or message.content in found:
            continue
        found[message.content] = message
        waiting += [mark.content for mark in message.draft.seen.values()]
        waiting += [] if message.draft.previous is None else [message.draft.previous]
    return found
