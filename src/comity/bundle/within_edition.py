"""Editions of the registry that parties speak, held against what they say in a conversation.

Whoever speaks an edition of the registry knows its types (spec 8.7). A party that speaks one and
refuses a type inside it as unknown contradicts itself. An opening pins an edition that the entry of
each member lists; an author that pins another leaves the others to hold what it says.

Source: spec/16-bundles.md.
"""

from comity.bundle import layout
from comity.bundle.claims import Assertion, Word
from comity.bundle.contents import Bundle
from comity.bundle.verdict import Notes
from comity.exchange import KNOWN, Message, Receipt
from comity.exchange.moves import UNKNOWN_TYPE


def is_outside(bundle: Bundle, message: Message) -> bool:
    """Tell whether a message's type is outside the edition in force in its own past."""
    replayed = bundle.replays.get(message.conversation)
    return replayed is not None and message.content in replayed.outside


def spoken_by(bundle: Bundle, message: Message, receipt: Receipt) -> Assertion | None:
    """Return where a party says that it speaks the edition whose type it refused as unknown.

    Args:
        bundle: with both.
        message: what was refused.
        receipt: the refusal.

    Returns:
        The party's own message in the conversation, or its directory entry. None if the refusal is
        another, if the type is outside the edition, if that cannot be told, or if neither is here.
    """
    replayed = bundle.replays.get(message.conversation)
    if receipt.outcome != UNKNOWN_TYPE or replayed is None:
        return None
    edition = replayed.editions.get(message.content)
    known = KNOWN.get(edition) if edition is not None else None
    if known is None or message.content in replayed.outside:
        return None
    facts: dict[str, str | int] = {"edition": known.number}
    for content in replayed.order:
        own = bundle.by_content[content]
        if own.draft.author == receipt.addressee and replayed.editions[content] == edition:
            return Assertion(receipt.addressee, bundle.path_of(own), "speaks-edition", facts)
    for signed in bundle.directory.versions(receipt.addressee):
        if edition in signed.entry.editions:
            path = layout.entry_path(receipt.addressee, signed.entry.version)
            return Assertion(receipt.addressee, path, "speaks-edition", facts)
    return None


def claim_listed(bundle: Bundle, notes: Notes, opening: Message) -> None:
    """Say of which members no directory entry here lists the edition that an opening pins."""
    draft = opening.draft
    path = bundle.path_of(opening)
    for party in draft.members:
        entries = [signed.entry for signed in bundle.directory.versions(party)]
        if not entries or any(draft.edition in entry.editions for entry in entries):
            continue
        newest = layout.entry_path(party, entries[-1].version)
        both = (
            Assertion(draft.author, path, "pins-edition", {}),
            Assertion(party, newest, "lists-others", {}),
        )
        by = {draft.author, party}
        word: Word = "contradicted" if len(by) == 1 else "disputed"
        notes.claim("edition-listed", word, *by, statements=both, path=path, party=party)
