"""Steps 4 and 5 of a verdict: what the parties said."""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime

from comity.bundle import layout
from comity.bundle.claims import Assertion, Word
from comity.bundle.contents import Bundle
from comity.bundle.errors import (
    BundleChainError,
    BundleHeadError,
    BundleMessageMissingError,
    BundleSectionError,
    BundleStateError,
)
from comity.bundle.known import Listed
from comity.bundle.layout import Kind
from comity.bundle.statement import Told
from comity.bundle.verdict import Notes
from comity.canonical import PeerError
from comity.canonical.amounts import counted
from comity.exchange import KNOWN, Approved, Message, Receipt, Registry, verify_message
from comity.exchange import approvals as countersign
from comity.exchange.accept import foreign_sections, late_allowed
from comity.exchange.approvals import check_approvals
from comity.exchange.bodies import check_body
from comity.exchange.conversation import Doubles
from comity.exchange.errors import BodyMalformedError, SectionMismatchError
from comity.exchange.moves import PRIVATE_PREFIX, UNKNOWN_TYPE
from comity.exchange.values import Model

# Editions of the registry that parties speak, held against what they say in a conversation.
#
# Whoever speaks an edition of the registry knows its types (spec 8.7). A party that speaks one and
# refuses a type inside it as unknown contradicts itself. An opening pins an edition that the entry
# of each member lists; an author that pins another leaves the others to hold what it says.
#
# Source: spec/16-bundles.md.


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


def messages(bundle: Bundle, notes: Notes) -> str:
    """Check each message's signature, sections and approvals, and each author's chain."""
    checked, approvals, sections = bundle.messages, 0, bundle.sections
    approved = 0
    for path, error in bundle.faults_of(Kind.MESSAGE, Kind.SECTION):
        notes.fail(error, path)
    twice = _countersigned(bundle)
    for path, message in checked.items():
        registry = Listed(bundle.directory, message.draft.sent_at)
        word: Word = "attested"
        with notes.guard(path):
            verify_message(message, registry, proved_at=message.draft.sent_at)
            author = message.draft.author
            word = "proved" if bundle.pinned(author) else "attested"
            told = {**told_of(path, message), "type": message.draft.type}
            notes.claim("message-signed", word, author, told=told)
        bodies = _bodies(bundle, notes, message, word)
        if message.content in bundle.counted:
            own = _approvals(bundle, notes, message, bodies, twice)
            approvals += own
            approved += own > 0
            # what a partner brings for a message that is not here yet, nobody could judge
            ours = message.draft.author == bundle.exporter
            with notes.guard(path) if ours else suppress(PeerError):
                approvals += second_signature(
                    bundle, message, registry, proved_at=message.draft.sent_at
                )
    for content in sections.keys() - bundle.by_content.keys():
        for name in sections[content]:
            path = layout.section_path(content, name)
            notes.fail(BundleSectionError("a section of no message here"), path)
    _chains(bundle, notes)
    held = sum(map(len, sections.values()))
    notes.looked_at.update(messages=len(checked), sections=held, approvals=approvals)
    notes.looked_at.update(approved=approved, free=len(checked) - approved)
    said = f"{counted(len(checked), 'message')}, {counted(held, 'section')}"
    return f"{said}, {counted(approvals, 'approval')}"


def _bodies(bundle: Bundle, notes: Notes, message: Message, word: Word) -> dict[str, Model]:
    """Return the checked values of the sections that are there.

    Args:
        bundle: for its sections.
        notes: of step 4.
        message: whose sections these are.
        word: how sure it is that its author signed it.
    """
    found: dict[str, Model] = {}
    sections = bundle.sections_of(message)
    for name, section in sections.items():
        path = layout.section_path(message.content, name)
        with notes.guard(path):
            if message.draft.body.get(name) != section.commitment:
                raise SectionMismatchError("the message commits to another section", section=name)
            notes.claim("section-content", word, message.draft.author, path=path)
            # of another type or of private use: what it says cannot be judged here; of one that is
            # set aside, its receipt has judged it
            judged = message.draft.known and message.content in bundle.counted
            if judged and name not in foreign_sections(message.draft) and not _private(name):
                found[name] = check_body(name, section.value)
    if message.content in bundle.counted:
        _check_listed(notes, bundle.path_of(message), message)
    absent = sorted(message.draft.body.keys() - sections.keys())
    for name in absent:
        path = layout.section_path(message.content, name)
        reason = bundle.withheld.get(path)
        if reason is None:
            notes.fail(BundleSectionError("neither there nor listed as withheld"), path)
        else:
            notes.claim(
                "section-content", "unknown", bundle.exporter, path=path, told=reason.facts()
            )
    return found


def _private(name: str) -> bool:
    return name.startswith(PRIVATE_PREFIX)


def _check_listed(notes: Notes, path: str, message: Message) -> None:
    if not message.draft.known:
        return
    listed = message.draft.move.sections
    foreign = foreign_sections(message.draft)
    missing = [n for n, required in listed.items() if required and n not in message.draft.body]
    if foreign or missing:
        notes.fail(BodyMalformedError("the type has other sections"), path)


def _approvals(
    bundle: Bundle,
    notes: Notes,
    message: Message,
    bodies: Mapping[str, Model],
    twice: AbstractSet[str],
) -> int:
    path, draft = bundle.path_of(message), message.draft
    hidden = "request" in draft.body and "request" not in bodies
    registry = Listed(bundle.directory, recorded_at(bundle, message))
    found = Approved((), None)
    with notes.guard(path):
        found = check_approvals(
            message.approvals,
            draft,
            registry,
            proved_at=draft.sent_at,
            late_allowed=hidden or late_allowed(bodies),
        )
    told = told_of(path, message)
    if found.approvals:
        notes.claim("approval", "attested", draft.author, told=told, count=len(found.approvals))
    if found.second_due_hours is not None and hidden:
        notes.claim("second-approval", "unknown", told=told, why="withheld")
    elif found.second_due_hours is not None and message.content not in twice:
        notes.claim("second-approval", "unknown", told=told, why="absent")
    elif found.second_due_hours is not None:
        notes.claim("second-approval", "attested", draft.author, told=told)
    return len(found.approvals)


def told_of(path: str, message: Message) -> dict[str, str | int]:
    """Return what a claim tells of a message."""
    return {"party": message.draft.author, "path": path, "sequence": message.draft.sequence}


def _countersigned(bundle: Bundle) -> frozenset[str]:
    """Return the messages for which a second signature is here that holds."""
    found = set()
    for message in bundle.counted.values():
        registry, at = Listed(bundle.directory, message.draft.sent_at), message.draft.sent_at
        with suppress(PeerError):
            if second_signature(bundle, message, registry, proved_at=at):
                found.add(message.draft.about or "")
    return frozenset(found)


def second_signature(
    bundle: Bundle, message: Message, registry: Registry, *, proved_at: datetime
) -> int:
    """Check the approval that a message brings for an earlier one; return how many it brings.

    Raises:
        PeerError: the approval is not good, or for no message here.
    """
    section = bundle.sections_of(message).get(countersign.SECTION)
    if message.draft.type != countersign.TYPE or section is None or not message.draft.known:
        return 0  # of an edition that is not known here, what waits for one is not either
    earlier = bundle.by_content.get(message.draft.about or "")
    if earlier is None:
        raise BundleMessageMissingError("the message it countersigns is gone")
    if not earlier.draft.known:
        return 0
    countersign.read_countersignature(
        section.value, earlier, registry, by=message.draft, proved_at=proved_at
    )
    return 1


def recorded_at(bundle: Bundle, message: Message) -> datetime:
    """Return when another party says it recorded a message; else the author's own claim."""
    moments = [
        receipt.received_at
        for _, receipt in bundle.receipts.values()
        if receipt.record == message.record
    ]
    return min(moments, default=message.draft.sent_at)


def _chains(bundle: Bundle, notes: Notes) -> None:
    """Check that each message names the one its author sent before it."""
    chains: dict[tuple[str, str], dict[int, list[Message]]] = defaultdict(dict)
    for message in bundle.messages.values():
        chain = chains[message.conversation, message.draft.author]
        chain.setdefault(message.draft.sequence, []).append(message)
    for (conversation, author), chain in chains.items():
        for sequence, twins in chain.items():
            before = {message.content for message in chain.get(sequence - 1, ())}
            for message in twins:
                if bundle.set_aside(message) is not None:
                    continue  # step 11 says what it names in vain
                if sequence > 1 and not before:
                    missing = layout.message_path(conversation, author, sequence - 1)
                    notes.fail(BundleMessageMissingError("a later one follows it"), missing)
                elif sequence > 1 and message.draft.previous not in before:
                    notes.fail(
                        BundleChainError("its author's message before it is another"),
                        bundle.path_of(message),
                    )


def conversations(bundle: Bundle, notes: Notes) -> str:
    """Replay each conversation from its messages and compare state and heads with the claim."""
    statement = bundle.statement
    told = {item.conversation: item for item in statement.conversations} if statement else {}
    for message in bundle.messages.values():
        if message.conversation not in told:
            notes.fail(
                BundleStateError("its conversation is not among those of the bundle"),
                bundle.path_of(message),
            )
    for conversation, one in told.items():
        _conversation(bundle, notes, one, statement.state[conversation] if statement else None)
    notes.looked_at.update(conversations=len(told))
    return counted(len(told), "conversation")


def _conversation(bundle: Bundle, notes: Notes, told: Told, stated: object) -> None:
    name = told.conversation
    opening = bundle.by_content.get(name)
    if opening is None or opening.conversation != name:
        notes.fail(
            BundleMessageMissingError("the message that opens the conversation is not there"),
            f"data/messages/{layout.plain(name)}/",
        )
        return
    replayed = bundle.replays[name]
    if opening.draft.members != told.members:
        notes.fail(BundleStateError("the opening names other members"), layout.STATEMENT)
    if not replayed.lacking and replayed.state.to_value() != stated:
        notes.fail(
            BundleStateError(f"{name} replays to {replayed.state.main}, not to what is stated"),
            layout.STATEMENT,
        )
    heads = {party: (head.draft.sequence, head.content) for party, head in replayed.heads.items()}
    if not replayed.lacking and heads != {
        party: (head.sequence, head.content) for party, head in told.heads.items()
    }:
        notes.fail(BundleHeadError(f"{name} ends at other heads"), layout.STATEMENT)
    for double in replayed.doubles:
        _double(bundle, notes, double)
    claim_listed(bundle, notes, opening)


def _double(bundle: Bundle, notes: Notes, double: Doubles) -> None:
    both = tuple(
        Assertion(double.party, bundle.path_of(one), "message", {"sequence": one.draft.sequence})
        for one in (double.one, double.other)
    )
    sequence = double.one.draft.sequence
    notes.claim(
        "one-message-a-place",
        "contradicted",
        double.party,
        statements=both,
        party=double.party,
        path=both[0].path,
        sequence=sequence,
    )
