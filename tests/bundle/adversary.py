"""Random cases of two or three parties, one of which lies with its own keys, and what it exports.

The honest parties do as a node does. The liar signs what it likes: illegal moves, gaps, twins,
bodies that do not fit, clocks that are days off, lies about what it holds, and answers that its own
messages belie. What it exports it can make anew: its receipts, its log, what is left out of both.
Every case follows from one seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any, Final

from tests.bundle.makers import bundle_of
from tests.bundle.parties import MODE, START, VN, ZA, entry_of, officer, private, records
from tests.bundle.parties import trust_file as pinning
from tests.bundle.stories import MemoryNode
from tests.exchange.makers import sections_of, seed
from tests.ledger.logs import reader

from comity.bundle import Withheld, layout
from comity.bundle import write as writing
from comity.bundle.known import Listed
from comity.canonical import PeerError, new_id, parse_digest
from comity.directory import Directory, TrustFile, accept_all
from comity.exchange import (
    Consistency,
    Draft,
    Message,
    MoveIllegalError,
    Opening,
    Replay,
    Role,
    Section,
    Seen,
    legal_types,
    next_draft,
    open_draft,
    parse_message,
    parse_receipt,
    replay,
    sign_message,
    sign_receipt,
)
from comity.exchange.accept import MAX_AHEAD, verify_content
from comity.exchange.compose import ConversationHeldError
from comity.exchange.message import Heard, HeardTree
from comity.keys import Jws
from comity.ledger import consistency_proof, inclusion_proof

UN: Final = "un/secretariat"
PARTIES: Final = (UN, VN, ZA)
NOWHERE: Final = "sha256:" + "ab" * 32
EXPORTED: Final = START + timedelta(days=30)
OUTCOMES: Final = (
    "applied", "applied", "applied", "held", "overtaken", "refused:illegal-move",
    "refused:body-malformed",
)  # fmt: skip


@cache
def trust() -> TrustFile:
    return pinning("un", "vn", "za")


@cache
def directory() -> Directory:
    data = records(*map(entry_of, PARTIES), states=("un", "vn", "za"))
    batch = accept_all(Directory(trust=trust()), data, now=EXPORTED)
    assert not batch.refused, batch.refused
    return batch.directory


@dataclass
class Side(MemoryNode):
    """A party, what it holds, and how far its clock is off."""

    ahead: timedelta = timedelta()
    told: dict[str, int] = field(default_factory=dict)
    """Partner -> size of this log's tree as the partner knows it."""
    refused: dict[str, str] = field(default_factory=dict)
    absent: dict[str, Withheld] = field(default_factory=dict)
    signed: set[str] = field(default_factory=set)
    """Main states of the conversation as of each statement that it signed."""

    def now(self) -> Replay:
        return replay(self.messages, self.refused)

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
        self.signed.add(replay(past.values(), self.refused).state.main)


class Play:
    """One case, from one seed."""

    def __init__(self, number: int) -> None:
        self.random = Random(number)
        self.members = PARTIES if self.random.random() < 0.4 else (VN, ZA)
        self.liar = self.random.choice(self.members)
        self.sides = {party: Side(party, ahead=self._clock(party)) for party in self.members}
        self.minutes, self.count = 0, 0
        self.flying: list[tuple[str, Message, dict[str, Section], bool]] = []
        self.answers: dict[tuple[str, str], str] = {}
        self._open()
        for _ in range(self.random.randrange(6, 22)):
            self._step()
        while self.flying and self.random.random() < 0.9:
            self._deliver()

    def _clock(self, party: str) -> timedelta:
        if party != self.liar:
            return timedelta(seconds=self.random.randrange(120))
        return timedelta(minutes=self.random.choice((0, 0, 0, 1, -2880, 3, 2880)))

    def at(self, party: str) -> datetime:
        self.minutes += 1
        return START + timedelta(minutes=self.minutes) + self.sides[party].ahead

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    # -- moves --------------------------------------------------------------------------------

    def _open(self) -> None:
        three = len(self.members) > 2
        kind = "information.shared" if three else "request.submitted"
        author = self.random.choice(self.members)
        sections = sections_of(kind, label="opening")
        draft = open_draft(
            message_type=kind,
            author=author,
            members=self.members,
            instrument=None,
            sections=sections,
            message_id=self._id(),
            now=self.at(author),
        )
        self.conversation = self._send(draft, sections).content
        while self.flying:
            self._deliver(last=True)

    def _step(self) -> None:
        if self.flying and self.chance(0.5):
            self._deliver()
            return
        author = self.random.choice(self.members)
        lies = author == self.liar and self.chance(0.6)
        made = self._draft(author, any_move=lies and self.chance(0.3))
        if made is None:
            return
        draft, sections = made
        broken = lies and self.chance(0.2)
        if lies:
            draft = self._spoilt(draft)
        self._send(draft, sections, broken=broken)

    def _draft(self, author: str, *, any_move: bool) -> tuple[Draft, dict[str, Section]] | None:
        side = self.sides[author]
        opening = next((m for m in side.messages if m.content == self.conversation), None)
        if opening is None:
            return None
        found = side.now()
        role = Role.REQUESTER if author == opening.draft.author else Role.REQUESTED
        kinds = [k for k in legal_types(found.state, role) if k not in NOT_PLAYED]
        if not kinds:
            return None
        kind = self.random.choice(kinds)
        abouts = [None, *found.state.instances]
        self.random.shuffle(abouts)
        for about in abouts:
            sections = sections_of(kind, label=str(self.count))
            try:
                draft = next_draft(
                    message_type=kind,
                    author=author,
                    opening=Opening.of(opening),
                    replay=found,
                    about=about,
                    sections=sections,
                    message_id=self._id(),
                    now=self.at(author),
                )
            except (MoveIllegalError, ConversationHeldError):
                continue
            if any_move:
                draft = replace(draft, type=self.random.choice(ANY))
            return replace(draft, heard=self._heard(side)), sections
        return None

    def _heard(self, side: Side) -> dict[str, Heard]:
        found: dict[str, Heard] = {}
        for other in self.members:
            if other != side.party:
                found |= side.heard(other, self.conversation)
        return found

    def _spoilt(self, draft: Draft) -> Draft:
        random = self.random
        others = [party for party in self.members if party != draft.author]
        lie = random.randrange(7)
        if lie == 0:
            return replace(draft, sequence=draft.sequence + 1, previous=NOWHERE)
        if lie == 1:
            return replace(draft, seen={**draft.seen, others[0]: Seen(9, NOWHERE)})
        if lie == 2:
            return replace(draft, about=NOWHERE)
        if lie == 3 and draft.sequence > 2:  # a twin of what it said before
            own = [m for m in self.sides[draft.author].messages if m.draft.author == draft.author]
            twin = random.choice([m for m in own if m.draft.conversation is not None] or own)
            if twin.draft.conversation is None:
                return draft
            return replace(draft, sequence=twin.draft.sequence, previous=twin.draft.previous)
        if lie == 4:
            return replace(draft, sent_at=draft.sent_at + timedelta(days=random.randrange(-400, 1)))
        if lie == 5:
            heard = draft.heard.get(others[0])
            if heard is None or heard.tree is None:
                return draft
            tree = HeardTree(
                heard.tree.origin, heard.tree.tree_size + random.randrange(9), bytes(32)
            )
            return replace(draft, heard={others[0]: Heard(tree, (NOWHERE,))})
        return draft

    def _send(self, draft: Draft, sections: dict[str, Section], *, broken: bool = False) -> Message:
        side = self.sides[draft.author]
        message = sign_message(draft, _approvals(draft), private(side.party, "message"), mode=MODE)
        side.append("message.sent", parse_digest(message.record), self.at(side.party))
        side.messages.append(message)
        side.sections[message.content] = sections
        side.snap(message)
        for other in self.members:
            if other != side.party:
                due = layout.receipt_path(message.record, other)
                side.absent[due] = Withheld("not received so far")
                lost = side.party == self.liar and self.chance(0.1)
                if not lost or draft.conversation is None:
                    self.flying.append((other, message, sections, broken))
        return message

    def _id(self) -> str:
        self.count += 1
        return new_id(START, seed(f"adversary {self.count}")[:10])

    # -- deliveries ---------------------------------------------------------------------------

    def _deliver(self, *, last: bool = False) -> None:
        place = len(self.flying) - 1 if last else self.random.randrange(len(self.flying))
        to, message, sections, broken = self.flying.pop(place)
        side, author = self.sides[to], self.sides[message.draft.author]
        at = self.at(to)
        if message.draft.sent_at > at + MAX_AHEAD or not _well_formed(message):
            return  # an error, and no receipt
        outcome = self._judge(side, message, sections, broken=broken, at=at)
        if to == self.liar and not last and self.chance(0.4):
            outcome = self.random.choice(OUTCOMES)
        self._take(side, message, sections, at, outcome)
        self.answers[message.record, to] = outcome
        if not (to == self.liar and self.chance(0.1)):
            self._answered(author, side.receipts[-1], message, outcome)

    def _judge(
        self,
        side: Side,
        message: Message,
        sections: dict[str, Section],
        *,
        broken: bool,
        at: datetime,
    ) -> str:
        """Return what a node answers: steps 5 to 7 of section 6, then the replay."""
        if broken:
            return "refused:body-malformed"
        try:
            verify_content(message, sections, Listed(directory(), at), proved_at=at)
        except PeerError as fault:
            return f"refused:{fault.code}"
        found = replay([*side.messages, message], side.refused)
        return found.standing[message.content]

    def _take(
        self,
        side: Side,
        message: Message,
        sections: dict[str, Section],
        at: datetime,
        outcome: str,
    ) -> None:
        side.known = side.told.get(message.draft.author, 0)
        side.take(message, at, outcome)
        side.told[message.draft.author] = side.known
        if outcome.startswith("refused:") and outcome != "refused:illegal-move":
            side.refused[message.content] = outcome
            for name in sections:
                path = layout.section_path(message.content, name)
                side.absent[path] = Withheld("not kept: the message was refused")
        else:
            side.sections[message.content] = sections
        side.snap(message)

    def _answered(self, author: Side, receipt: Jws, message: Message, outcome: str) -> None:
        author.got(receipt, self.at(author.party))
        addressee = parse_receipt(receipt.payload).addressee
        author.absent.pop(layout.receipt_path(message.record, addressee), None)
        both = len(self.members) == 2
        if both and outcome.startswith("refused:") and outcome != "refused:illegal-move":
            author.refused[message.content] = outcome

    # -- exports ------------------------------------------------------------------------------

    def export(self, party: str, side: Side | None = None) -> dict[str, bytes]:
        """Return the bundle that a party exports, of what it holds or of what it made of that."""
        side = side or self.sides[party]
        size, read = len(side.openings), reader(side.hashes)
        given = {
            int(r.checkpoint.split("\n")[1])
            for r in (parse_receipt(envelope.payload) for envelope in side.receipts)
            if r.addressee == party
        } - {size}
        newest = {
            other: max(
                (int(r.checkpoint.split("\n")[1]) for r in _receipts(side) if r.addressee == other),
                default=0,
            )
            for other in self.members
            if other != party
        }
        checkpoints = {(o, 1): self.sides[o].note(s) for o, s in newest.items() if s}
        case = writing.Case(
            mode=MODE,
            exporter=party,
            exported_at=EXPORTED + side.ahead,
            messages=side.messages,
            sections=side.sections,
            receipts=side.receipts,
            directory=directory(),
            leaves=[
                writing.OwnLeaf(1, index, opening, tuple(inclusion_proof(index, size, read)))
                for index, opening in enumerate(side.openings)
            ],
            checkpoints={(party, 1): side.note(), **checkpoints},
            consistency={
                1: {s: tuple(consistency_proof(s, size, read)) for s in given if s < size}
            },
            withheld=side.absent,
        )
        return bundle_of(case)

    def lie(self) -> Side:
        """Return what the liar makes of its own receipts and log before it exports."""
        side, random = self.sides[self.liar], self.random
        made = Side(
            side.party,
            openings=list(side.openings),
            messages=list(side.messages),
            sections=dict(side.sections),
            receipts=list(side.receipts),
            ahead=side.ahead,
            absent=dict(side.absent),
        )
        own = [r for r in _receipts(made) if r.addressee == made.party]
        for receipt in own:
            opening = made.openings[receipt.index]
            if self.chance(0.3):
                opening = replace(opening, outcome=random.choice(OUTCOMES))
            if self.chance(0.2):
                opening = replace(
                    opening, time=opening.time + timedelta(days=random.randrange(-60, 61))
                )
            made.openings[receipt.index] = opening
        _sign_again(made)
        if self.chance(0.3):
            paths = [layout.section_path(c, n) for c, found in made.sections.items() for n in found]
            paths += [layout.receipt_path(r.record, r.addressee) for r in _receipts(made)]
            for path in random.sample(paths, min(2, len(paths))):
                made.absent[path] = Withheld("a secret")
            made.sections = {
                content: {
                    name: section
                    for name, section in found.items()
                    if layout.section_path(content, name) not in made.absent
                }
                for content, found in made.sections.items()
            }
            made.receipts = [
                envelope
                for envelope, receipt in zip(made.receipts, _receipts(made), strict=True)
                if layout.receipt_path(receipt.record, receipt.addressee) not in made.absent
            ]
        if self.chance(0.3) and len(made.messages) > 1:
            gone = made.messages.pop(random.randrange(1, len(made.messages)))
            made.sections.pop(gone.content, None)
            made.receipts = [
                e for e in made.receipts if parse_receipt(e.payload).record != gone.record
            ]
        return made


NOT_PLAYED: Final = frozenset({"request.countersigned", "evidence.offered", "evidence.received"})
ANY: Final = ("request.accepted", "request.closed", "request.executed", "request.hastened")


def _well_formed(message: Message) -> bool:
    try:
        parse_message(message.envelope)
    except PeerError:
        return False
    return True


def _receipts(side: Side) -> Iterator[Any]:
    return (parse_receipt(envelope.payload) for envelope in side.receipts)


def _sign_again(side: Side) -> None:
    """Make the receipts of a party anew over its log as it is now."""
    read, made = reader(side.hashes), []
    for envelope in side.receipts:
        receipt = parse_receipt(envelope.payload)
        if receipt.addressee != side.party:
            made.append(envelope)
            continue
        size, known = int(receipt.checkpoint.split("\n")[1]), receipt.consistency
        opening = side.openings[receipt.index]
        said = replace(
            receipt,
            outcome=opening.outcome or "",
            received_at=opening.time,
            salt=opening.salt,
            checkpoint=side.note(size),
            inclusion=tuple(inclusion_proof(receipt.index, size, read)),
            consistency=known
            and Consistency(known.tree_size, tuple(consistency_proof(known.tree_size, size, read))),
        )
        made.append(sign_receipt(said, private(side.party, "receipt")))
    side.receipts = made


def _approvals(draft: Draft) -> list[Any]:
    if not draft.known:
        return []
    floor = draft.move.floor
    wanted = ["author"] * floor.author + ["approver"] * floor.approver
    expires = draft.sent_at + timedelta(hours=8)
    return [
        officer(draft.author, role).approve(draft, mode=MODE, role=role, expires_at=expires)
        for role in wanted
    ]
