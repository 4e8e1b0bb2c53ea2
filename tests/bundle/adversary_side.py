"""The parties of a random case: their keys, what they hold, and how a node keeps it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from tests.bundle.adversary_evidence import Shelf
from tests.bundle.parties import START, VN, ZA, entry_of, records
from tests.bundle.parties import trust_file as pinning
from tests.bundle.stories import MemoryNode
from tests.exchange.editions import NEWER

from comity.bundle import Withheld
from comity.bundle.known import Listed
from comity.canonical import PeerError
from comity.directory import Directory, TrustFile, accept_all
from comity.exchange import (
    KNOWN,
    Editions,
    Message,
    Replay,
    Section,
    check_receipt,
    parse_receipt,
    replay,
)
from comity.exchange.editions import CURRENT
from comity.exchange.message import Heard, HeardTree
from comity.keys import Jws
from comity.ledger import peek_checkpoint

UN: Final = "un/secretariat"
PARTIES: Final = (UN, VN, ZA)
EXPORTED: Final = START + timedelta(days=30)


@cache
def trust() -> TrustFile:
    """Return the trust file that pins all of them."""
    return pinning("un", "vn", "za")


@cache
def directory(newer: frozenset[str] = frozenset()) -> Directory:
    """Return the directory of all, in which some list the newer edition too."""
    entries = [entry_of(party, editions=speaking(party in newer).digests) for party in PARTIES]
    data = records(*entries, states=("un", "vn", "za"))
    batch = accept_all(Directory(trust=trust()), data, now=EXPORTED)
    assert not batch.refused, batch.refused
    return batch.directory


def speaking(newer: bool) -> Editions:
    """Return the editions that a party's system knows."""
    return Editions(CURRENT, NEWER) if newer else Editions(CURRENT)


@contextmanager
def knowing(editions: Editions) -> Iterator[None]:
    """Let this program know what a party's system knows, and no edition more."""
    there, wanted = (NEWER.digest in some for some in (KNOWN, editions))
    if there == wanted:
        yield
        return
    (KNOWN.learn if wanted else KNOWN.forget)(NEWER)
    try:
        yield
    finally:
        (KNOWN.forget if wanted else KNOWN.learn)(NEWER)


@dataclass(frozen=True)
class Act:
    """What happened to a message at a party.

    Attributes:
        message: as the party's system reads it.
        sections: that came with it, or went.
        at: the party's clock.
        outcome: what it answered, or was answered; None: it sent the message.
        taken: whether the message came in, and no receipt for its own.
        broken: whether its body is taken to be malformed.
    """

    message: Message
    sections: dict[str, Section]
    at: datetime
    outcome: str | None = None
    taken: bool = False
    broken: bool = False


@dataclass
class Side(MemoryNode):
    """A party, what it holds, and how far its clock is off."""

    ahead: timedelta = timedelta()
    editions: Editions = field(default_factory=lambda: speaking(False))
    shelf: Shelf = field(default_factory=lambda: Shelf(""))
    told: dict[str, int] = field(default_factory=dict)
    """Partner -> size of this log's tree as the partner knows it."""
    partners: dict[str, str] = field(default_factory=dict)
    """Partner -> newest note of its log that was shown to continue the ones before."""
    refused: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    """Content of a message -> what this party answered, or was answered by its only partner."""
    absent: dict[str, Withheld] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    """What it sent, took in and was answered, in order."""
    signed: set[str] = field(default_factory=set)
    """Main states of the conversation as of each statement that it signed."""

    def now(self) -> Replay:
        """Return the conversation as this party's system replays it."""
        return replay(self.messages, self.refused, self.editions)

    def snap(self, message: Message) -> None:
        """Note the state after a statement about a message: of all, and of its past alone."""
        self.signed.add(self.now().state.main)
        of = {m.content: m for m in self.messages}
        own = [m for m in self.messages if m.draft.author == self.party]
        waiting, past = [message, *own], dict[str, Message]()
        while waiting:
            one = waiting.pop()
            if one.content in past:
                continue
            past[one.content] = one
            named = (one.draft.previous, *(mark.content for mark in one.draft.seen.values()))
            waiting += [of[content] for content in named if content in of]
        self.signed.add(replay(past.values(), self.refused, self.editions).state.main)

    def heard(self, other: str, conversation: str | None) -> dict[str, Heard]:
        """Return what this party says that it holds: the tree that it verified, not the last."""
        found = super().heard(other, conversation)
        if other not in found or other not in self.partners:
            return found
        tree = peek_checkpoint(self.partners[other].encode())
        told = HeardTree(tree.origin, tree.tree_size, tree.root)
        return {other: replace(found[other], tree=told)}

    def link(self, receipt: Jws, message: Message, registry: Listed) -> bool:
        """Tell whether a node keeps a receipt; remember the tree that it is shown to lead to."""
        addressee = parse_receipt(receipt.payload).addressee
        note = self.partners.get(addressee)
        before = peek_checkpoint(note.encode()) if note else None
        try:
            checked = check_receipt(receipt, message, registry, known=before)
        except PeerError:
            return False
        if checked.linked or before is None:
            self.partners[addressee] = checked.receipt.checkpoint
        return True
