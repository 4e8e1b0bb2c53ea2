"""Step 11 of a verdict: nothing is missing up to the stated heads."""

from comity.bundle import layout
from comity.bundle.contents import Bundle
from comity.bundle.errors import (
    BundleHeadError,
    BundleMessageMissingError,
    BundleStatementError,
)
from comity.bundle.verdict import Notes
from comity.exchange import Message


def completeness(bundle: Bundle, notes: Notes) -> str:
    """Check that whatever anything names is there: heads, previous, seen, about, receipts."""
    statement = bundle.statement
    there = bundle.by_content
    for path, message in bundle.messages.items():
        for party, content, what in _named(message):
            if content not in there:
                error = BundleMessageMissingError(f"it names ({what}) a message of {party}: gone")
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
    if statement is None:
        notes.fail(BundleHeadError("no heads are stated"), layout.STATEMENT)
        return "complete up to nothing: no heads are stated"
    heads = sum(len(told.heads) for told in statement.conversations)
    return f"complete up to {heads} heads and {len(statement.custody)} custody chains"


def _named(message: Message) -> list[tuple[str, str, str]]:
    draft = message.draft
    named = [(party, mark.content, "seen") for party, mark in draft.seen.items()]
    if draft.previous is not None:
        named.append((draft.author, draft.previous, "previous"))
    if draft.about is not None:
        named.append(("a member", draft.about, "about"))
    if draft.conversation is not None:
        named.append(("the opener", draft.conversation, "conversation"))
    return named


def _withheld(bundle: Bundle, notes: Notes) -> None:
    """Check that what is withheld is something that could be there."""
    for path in bundle.withheld:
        if not layout.may_be_withheld(path):
            error = BundleStatementError(f"{path!a} cannot be withheld")
            notes.fail(error, layout.STATEMENT)
