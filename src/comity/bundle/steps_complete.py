"""Step 11 of a verdict: nothing is missing up to the stated heads."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final, cast

from comity.bundle import layout
from comity.bundle.contents import Bundle
from comity.bundle.errors import (
    BundleHeadError,
    BundleMessageMissingError,
    BundleStatementError,
)
from comity.bundle.verdict import Notes
from comity.canonical import PeerError
from comity.exchange import Message
from comity.exchange.bodies import Request, check_body

ABOUT: Final = "about"


def completeness(bundle: Bundle, notes: Notes) -> str:
    """Check that whatever anything names is there: heads, previous, seen, about, receipts."""
    statement = bundle.statement
    there = bundle.by_content
    for path, message in bundle.messages.items():
        aside = bundle.set_aside(message)
        for content, what in _named(message):
            if content in there:
                continue
            if aside is not None:
                outcome = {"outcome": aside.outcome, "addressee": aside.addressee}
                notes.claim("message-named", "unknown", aside.addressee, path=path, told=outcome)
            elif what == ABOUT:  # it moves nothing, or the replay would not have it in effect
                notes.claim("message-named", "unknown", message.draft.author, path=path)
            else:
                error = BundleMessageMissingError(f"it names ({what}) a message that is gone")
                notes.fail(error, path)
    for path, (_, receipt) in bundle.receipts.items():
        if receipt.record not in bundle.by_record:
            notes.fail(BundleMessageMissingError("it is for a message that is gone"), path)
    for told in statement.conversations if statement is not None else ():
        for party, head in told.heads.items():
            found = there.get(head.content)
            if found is None or found.draft.sequence != head.sequence:
                path = layout.message_path(told.conversation, party, head.sequence)
                notes.fail(BundleMessageMissingError(f"the head of {party} is gone"), path)
    _withheld(bundle, notes)
    _tell_beyond(bundle, notes)
    stated = statement.conversations if statement is not None else ()
    heads = sum(len(told.heads) for told in stated)
    chains = len(statement.custody) if statement is not None else 0
    notes.looked_at.update(heads=heads, chains=chains)
    if statement is None:
        notes.fail(BundleHeadError("no heads are stated"), layout.STATEMENT)
        return "complete up to nothing: no heads are stated"
    return f"complete up to the stated heads: {heads}; custody chains: {chains}"


def _named(message: Message) -> list[tuple[str, str]]:
    """Return the digest of each message that a message names, and where it names it."""
    draft = message.draft
    named = [(mark.content, f"seen, {party}") for party, mark in draft.seen.items()]
    others = (
        (draft.previous, "previous"),
        (draft.about, ABOUT),
        (draft.conversation, "conversation"),
    )
    return named + [(content, what) for content, what in others if content is not None]


def _withheld(bundle: Bundle, notes: Notes) -> None:
    """Check that what is withheld is something that could be there."""
    for path in bundle.withheld:
        if not layout.may_be_withheld(path):
            error = BundleStatementError(f"{path!r} cannot be withheld")
            notes.fail(error, layout.STATEMENT)


def _tell_beyond(bundle: Bundle, notes: Notes) -> None:
    """Say what an exporter can leave out unseen, and what in the bundle points to more."""
    notes.claim("nothing-later", "unknown", bundle.exporter)
    notes.claim("not-invented-together", "unknown")
    statement = bundle.statement
    told = {item.conversation for item in statement.conversations} if statement else set()
    for path, conversation in _links(bundle):
        if conversation not in told:
            notes.claim("conversation-named", "unknown", conversation=conversation, path=path)
    exporter = layout.flat(statement.exporter) if statement else ""
    for (party, epoch), signed in sorted(bundle.checkpoints.items()):
        shown = sum((leaf.party, leaf.epoch) == (party, epoch) for leaf in bundle.good_leaves)
        if party == exporter and shown < signed.checkpoint.tree_size:
            more = signed.checkpoint.tree_size - shown
            origin = signed.checkpoint.origin
            notes.claim("log-entry", "unknown", count=more, origin=origin)


def _links(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """Yield (path of the section, conversation) of what requests say they belong with."""
    for message in bundle.messages.values():
        section = bundle.sections_of(message).get("request")
        if section is None:
            continue
        with suppress(PeerError):  # step 4 names it
            request = cast("Request", check_body("request", section.value))
            path = layout.section_path(message.content, "request")
            yield from ((path, link.conversation) for link in request.links)
