"""Random cases of two or three parties, one of which lies with its own keys.

The honest parties do as a node does. The liar signs what it likes: illegal moves, gaps, twins,
bodies that do not fit, clocks that are days off, lies about what it holds, exhibits that it never
had, chains of custody that tell of others, packages that it keeps back, editions of the registry
that nobody speaks, receipts from a private log, and answers that its own messages belie. Every case
follows from one seed; what is exported of it stands in `adversary_export`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from tests.bundle import adversary_second as second
from tests.bundle.adversary_evidence import (
    HANDS_OVER,
    NOWHERE,
    Sealed,
    Shelf,
    handed_over,
    lied,
    offered_twice,
)
from tests.bundle.adversary_side import PARTIES, Act, Side, directory, speaking
from tests.bundle.parties import MODE, START, VN, ZA, private
from tests.bundle.stories import approvals_of
from tests.exchange.editions import NEW_TYPE, NEWER
from tests.exchange.makers import section, sections_of, seed
from tests.ledger.logs import reader

from comity.bundle import Withheld, layout
from comity.bundle.known import Listed
from comity.canonical import PeerError, new_id, parse_digest
from comity.directory import Directory
from comity.evidence.offer import parse_offer
from comity.exchange import (
    Consistency,
    Draft,
    Message,
    MoveIllegalError,
    Opening,
    Receipt,
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
from comity.exchange.approvals import TYPE as COUNTERSIGNED
from comity.exchange.compose import ConversationHeldError, TypeNotSharedError
from comity.exchange.conversation import DOUBLE_SPEAK, HELD, ILLEGAL
from comity.exchange.editions import CURRENT
from comity.exchange.message import Heard, HeardTree
from comity.exchange.moves import UNKNOWN_TYPE
from comity.keys import Jws
from comity.ledger import consistency_proof, inclusion_proof

OUTCOMES: Final = (
    "applied", "applied", "applied", "held", "overtaken", "refused:illegal-move",
    "refused:body-malformed", "held:double-speak", "refused:type-unknown",
    "refused:custody-handover",
)  # fmt: skip
ANY: Final = (
    "request.accepted", "request.closed", "request.executed", "request.hastened", NEW_TYPE,
    "edition.accepted",
)  # fmt: skip
RAISED, ACCEPTED = "edition.raised", "edition.accepted"
_TO_EVIDENCE: Final = ("request.acknowledged", "request.accepted")
_ENDING: Final = frozenset(
    {"request.withdrawn", "request.closed", "request.refused", "request.not-competent",
     "request.forwarded"}
)  # fmt: skip
_WITHOUT_EFFECT: Final = (ILLEGAL, DOUBLE_SPEAK, UNKNOWN_TYPE)


class Play:
    """One case, from one seed."""

    def __init__(self, number: int) -> None:
        self.number, self.random = number, Random(number)
        self.members = PARTIES if self.random.random() < 0.3 else (VN, ZA)
        self.liar = self.random.choice(self.members)
        newer, self.learning = self.chance(0.3), self.chance(0.6)
        self.newer = frozenset(p for p in self.members if newer and self.chance(0.8))
        self.seconds = Random(f"{number} seconds").random() < 0.4
        """Whether messages go with one signature and are countersigned later."""
        self.evidence = len(self.members) == len((VN, ZA)) and self.chance(0.6)
        self.sides = {
            party: Side(
                party,
                ahead=self._clock(party),
                editions=speaking(party in self.newer and not self.learning),
                shelf=Shelf(party),
            )
            for party in self.members
        }
        self.minutes, self.count = 0, 0
        self.flying: list[tuple[str, Message, dict[str, Section], bool]] = []
        self.answers: dict[tuple[str, str], str] = {}
        self.packages: dict[bytes, Sealed] = {}
        self.kept_back: set[bytes] = set()
        self._open()
        for party in self.newer:
            self.sides[party].editions = speaking(True)
        if self.evidence:
            self._agree()
        for _ in range(self.random.randrange(8, 30)):
            self._step()
        while self.flying and self.random.random() < 0.9:
            self._deliver()
        if self.evidence:
            self._offer_twice()

    @property
    def honest(self) -> list[str]:
        """The parties that tell the truth."""
        return [party for party in self.members if party != self.liar]

    @property
    def directory(self) -> Directory:
        """Who is who."""
        return directory(self.newer)

    def _clock(self, party: str) -> timedelta:
        if party != self.liar:
            return timedelta(seconds=self.random.randrange(120))
        return timedelta(minutes=self.random.choice((0, 0, 0, 1, -2880, 3, 2880)))

    def at(self, party: str) -> datetime:
        """Return the time by a party's clock, a minute later than at the last call."""
        self.minutes += 1
        return START + timedelta(minutes=self.minutes) + self.sides[party].ahead

    def chance(self, of: float) -> bool:
        """Return True so often."""
        return self.random.random() < of

    # -- moves --------------------------------------------------------------------------------

    def _open(self) -> None:
        three = len(self.members) > 2
        kind = "information.shared" if three else "request.submitted"
        author = self.random.choice(self.members)
        side, sections = self.sides[author], sections_of(kind, label="opening")
        shared = side.editions.shared([one.editions.digests for one in self.sides.values()])
        draft = open_draft(
            message_type=kind,
            author=author,
            members=self.members,
            instrument=None,
            sections=sections,
            message_id=self._id(),
            now=self.at(author),
            edition=shared.digest,
            editions=side.editions,
        )
        if author == self.liar and self.newer and self.chance(0.3):
            pinned = self.random.choice((CURRENT.digest, NEWER.digest, NOWHERE))
            draft = replace(draft, edition=pinned)
        self.conversation = self._send(draft, sections).content
        while self.flying:
            self._deliver(last=True)

    def _agree(self) -> None:
        """Let the party that was asked agree to give evidence, as both would in an honest case."""
        for kind in _TO_EVIDENCE:
            for party in self.members:
                made = self._draft(party, lies=False, kinds=[kind])
                if made is not None:
                    self._send(*made)
            while self.flying:
                self._deliver(last=True)

    def _offer_twice(self) -> None:
        """Let the liar offer a package after a gap, and otherwise by an illegal move."""
        made = self._draft(self.liar, lies=False, kinds=["evidence.offered"])
        if made is None:
            return
        for one in offered_twice(self.random, *made, self._id()):
            self._send(*one)
            while self.flying:
                self._deliver(last=True)

    def _step(self) -> None:
        if self.flying and self.chance(0.5):
            self._deliver()
            return
        author = self.random.choice(self.members)
        lies = author == self.liar and self.chance(0.5)
        made = self._draft(author, lies=lies)
        if made is None:
            return
        draft, sections = made
        broken = lies and self.chance(0.2)
        if lies:
            draft = self._spoilt(draft)
        self._send(draft, sections, broken=broken)

    def _kinds(self, side: Side, found: Replay, role: Role) -> list[str]:
        """Return the types that a party may send, in the order in which it tries them."""
        edition = side.editions.get(found.state.edition)
        if edition is None:
            return []
        kinds = [k for k in legal_types(found.state, role, edition.moves) if k != COUNTERSIGNED]
        self.random.shuffle(kinds)
        if self.seconds and self.chance(0.5):
            kinds = [COUNTERSIGNED, *kinds]
        forward = [k for k in kinds if k in HANDS_OVER or k in _TO_EVIDENCE]
        if self.evidence:
            kinds = [k for k in kinds if k not in _ENDING] if self.chance(0.8) else kinds
            kinds = forward + kinds if self.chance(0.6) else kinds
        due = found.state.edition != NEWER.digest and not found.state.raised
        may_raise = side.party == self.liar or (due and self.newer == set(self.members))
        if self.newer and self.chance(0.6):
            kinds = [ACCEPTED, *([RAISED] if may_raise else []), *kinds]
        return kinds

    def _draft(
        self, author: str, *, lies: bool, kinds: Sequence[str] = ()
    ) -> tuple[Draft, dict[str, Section]] | None:
        side = self.sides[author]
        opening = next((m for m in side.messages if m.content == self.conversation), None)
        if opening is None:
            return None
        found = side.now()
        role = Role.REQUESTER if author == opening.draft.author else Role.REQUESTED
        for kind in kinds or self._kinds(side, found, role)[:6]:
            abouts = [None, *found.state.instances, *found.state.raised]
            if kind == COUNTERSIGNED:
                abouts = [m.content for m in side.messages if lies or second.waits(m, author)]
            self.random.shuffle(abouts)
            for about in abouts:
                made = self._sections(side, kind, about, lies=lies)
                if made is None:
                    continue
                try:
                    draft = next_draft(
                        message_type=kind,
                        author=author,
                        opening=Opening.of(opening),
                        replay=found,
                        about=about,
                        sections=made,
                        message_id=self._id(),
                        now=self.at(author),
                        edition=NEWER.digest if kind == RAISED else None,
                        editions=side.editions,
                    )
                except (MoveIllegalError, ConversationHeldError, TypeNotSharedError):
                    continue
                if lies and self.chance(0.2):
                    draft = replace(draft, type=self.random.choice(ANY))
                return replace(draft, heard=self._heard(side)), made
        return None

    def _sections(
        self, side: Side, kind: str, about: str | None, *, lies: bool
    ) -> dict[str, Section] | None:
        """Return the sections of a message; None if it hands over what its author has not."""
        label = str(self.count)
        if kind == COUNTERSIGNED:
            return second.signed(
                side, about, self._time(side), label, lies=self.random if lies else None
            )
        if kind == NEW_TYPE:
            return {"note": section("note", label=label)}
        if kind not in HANDS_OVER:
            return sections_of(kind, label=label)
        answered: dict[str, Section] = side.sections.get(about or "", {})
        if kind == "evidence.offered" and self.chance(0.3):
            own = [s for c, s in side.sections.items() if "offer" in s]
            answered = self.random.choice(own) if own else {}
        made = handed_over(side.shelf, kind, answered, self._time(side), f"{self.number} {label}")
        if made is None:
            return None
        sections, package = made
        if package is not None:
            self.packages[package.root] = package
            if side.party == self.liar and self.chance(0.3):
                self.kept_back.add(package.root)
        if lies and self.chance(0.6):
            other = next(party for party in self.members if party != side.party)
            sections = lied(self.random, sections, side.shelf, other, label)
        return sections

    def _time(self, side: Side) -> datetime:
        return START + timedelta(minutes=self.minutes) + side.ahead

    def _heard(self, side: Side) -> dict[str, Heard]:
        found: dict[str, Heard] = {}
        for other in self.members:
            if other != side.party:
                found |= side.heard(other, self.conversation)
        return found

    def _spoilt(self, draft: Draft) -> Draft:
        random = self.random
        others = [party for party in self.members if party != draft.author]
        lie = random.randrange(10)
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
        if lie == 6 and draft.type == RAISED:
            return replace(draft, edition=NOWHERE)
        return draft

    def _send(self, draft: Draft, sections: dict[str, Section], *, broken: bool = False) -> Message:
        side = self.sides[draft.author]
        roles = ("author",) if self.seconds and draft.known and second.is_late(draft) else None
        approvals = approvals_of(draft, roles) if draft.known else []
        message = sign_message(draft, approvals, private(side.party, "message"), mode=MODE)
        side.append("message.sent", parse_digest(message.record), self.at(side.party))
        side.messages.append(message)
        side.sections[message.content] = sections
        side.shelf.sent(sections)
        side.acts.append(Act(message, sections, self._time(side)))
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
        return new_id(START, seed(f"adversary {self.number} {self.count}")[:10])

    # -- deliveries ---------------------------------------------------------------------------

    def _deliver(self, *, last: bool = False) -> None:
        place = len(self.flying) - 1 if last else self.random.randrange(len(self.flying))
        to, message, sections, broken = self.flying.pop(place)
        side, author = self.sides[to], self.sides[message.draft.author]
        at = self.at(to)
        taken = self._accepted(side, message, at)
        if taken is None:
            return  # an error, and no receipt
        outcome, kept = self._judge(side, taken, sections, broken=broken, at=at)
        if to == self.liar and not last and self.chance(0.35):
            outcome = self.random.choice(OUTCOMES)
        receipt = self._take(side, taken, sections if kept else {}, at, outcome)
        self.answers[message.record, to] = outcome
        side.acts.append(Act(taken, sections, at, outcome, taken=True, broken=broken))
        if not (to == self.liar and self.chance(0.1)):
            self._answered(author, receipt, message, outcome)

    def _accepted(self, side: Side, message: Message, at: datetime) -> Message | None:
        """Return a message as a party's system reads it, or None if it answers with an error."""
        if message.draft.sent_at > at + MAX_AHEAD:
            return None
        try:
            taken = parse_message(message.envelope, side.editions)
        except PeerError:
            return None
        opens = taken.draft.conversation is None
        return None if opens and taken.draft.edition not in side.editions else taken

    def _judge(
        self,
        side: Side,
        message: Message,
        sections: dict[str, Section],
        *,
        broken: bool,
        at: datetime,
    ) -> tuple[str, bool]:
        """Return what a node answers, and whether it keeps the sections.

        Steps 5 to 7 of section 6, then the replay, then what the message hands over. What is
        refused for what it says stays so, also where its past is not complete.
        """
        refusal, kept = "refused:body-malformed" if broken else "", False
        try:
            if not broken:
                verify_content(message, sections, Listed(self.directory, at), proved_at=at)
                kept = True
                if self._standing(side, message) not in _WITHOUT_EFFECT:
                    self._effects(side, message, sections)
                    registry = Listed(self.directory, at)
                    second.check(side.messages, side.now(), message, sections, registry)
        except PeerError as fault:
            refusal = f"refused:{fault.code}"
        standing = self._standing(side, message, refusal)
        if refusal == UNKNOWN_TYPE and standing == HELD:
            return HELD, kept  # which edition is in force is not known before its past is here
        return (refusal if refusal and standing in (HELD, DOUBLE_SPEAK) else standing), kept

    def _standing(self, side: Side, message: Message, refusal: str = "") -> str:
        refused = {**side.refused, message.content: refusal} if refusal else side.refused
        found = replay([*side.messages, message], refused, side.editions)
        return found.standing[message.content]

    def _effects(self, side: Side, message: Message, sections: dict[str, Section]) -> None:
        """Take an exhibit in, and fetch its package where it is given out."""
        offer = parse_offer(sections["offer"].value) if "offer" in sections else None
        side.shelf.take(message, sections)
        if offer is None:
            return
        package = self.packages.get(offer.root)
        given = package is not None and offer.root not in self.kept_back
        whole = given and offer.sealed_size_bytes == len(package.data)  # type: ignore[union-attr]
        if whole and self.chance(0.8):
            side.shelf.offered[offer.root] = self.packages[offer.root]

    def _take(
        self,
        side: Side,
        message: Message,
        sections: dict[str, Section],
        at: datetime,
        outcome: str,
    ) -> Jws:
        side.known = side.told.get(message.draft.author, 0)
        receipt = side.take(message, at, outcome)
        side.told[message.draft.author] = side.known
        side.outcomes[message.content] = outcome
        if outcome.startswith("refused:") and outcome != ILLEGAL:
            side.refused[message.content] = outcome
        side.sections[message.content] = sections
        for name in message.draft.body.keys() - sections.keys():
            path = layout.section_path(message.content, name)
            side.absent[path] = Withheld("not kept: the message was refused")
        side.snap(message)
        if side.party == self.liar and self.chance(0.15):
            return self._private(side, receipt)
        return receipt

    def _private(self, side: Side, receipt: Jws) -> Jws:
        """Return a receipt from a log in which something else stands at another place."""
        said = parse_receipt(receipt.payload)
        places = [n for n in range(len(side.openings)) if n != said.index]
        if not places:
            return receipt
        place = self.random.choice(places)
        other = replace(side.openings[place], salt=seed(f"private {place}"))
        openings = [other if n == place else one for n, one in enumerate(side.openings)]
        fork = Side(side.party, openings=openings)
        size = self.random.randrange(said.index, len(openings)) + 1
        made = replace(
            said,
            checkpoint=fork.note(size),
            inclusion=tuple(inclusion_proof(said.index, size, reader(fork.hashes[:size]))),
            consistency=self._linking(fork, size, said),
        )
        signed = sign_receipt(made, private(side.party, "receipt"))
        side.receipts[-1] = signed
        return signed

    def _linking(self, fork: Side, size: int, said: Receipt) -> Consistency | None:
        """Return the proof that a private log gives: a true one, none, or what is no proof."""
        before = self.random.randrange(size) + 1
        path = tuple(consistency_proof(before, size, reader(fork.hashes[:size])))
        return self.random.choice(
            (None, said.consistency, Consistency(before, path), Consistency(before, (bytes(32),)))
        )

    def _answered(self, author: Side, receipt: Jws, message: Message, outcome: str) -> None:
        registry = Listed(self.directory, START)
        if not author.link(receipt, message, registry) and author.party != self.liar:
            return  # kept apart as what is no receipt
        author.got(receipt, self.at(author.party))
        addressee = parse_receipt(receipt.payload).addressee
        author.absent.pop(layout.receipt_path(message.record, addressee), None)
        if len(self.members) == 2:
            author.outcomes[message.content] = outcome
            author.acts.append(Act(message, {}, self._time(author), outcome))
            if outcome.startswith("refused:") and outcome != ILLEGAL:
                author.refused[message.content] = outcome
