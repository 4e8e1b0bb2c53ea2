"""Two nodes in memory that settle a case by the real rules.

Every byte but the sealed package follows from a label, so a case can be told again.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.bundle.parties import EXHIBIT, IDENTITY, MODE, START, VN, ZA, cosign, officer, private
from tests.exchange.makers import sections_of, seed
from tests.ledger.logs import reader
from tests.origins import origin_of

from comity.canonical import digest, digest_text, new_id, parse_digest, state_of
from comity.evidence import custody as chains
from comity.exchange import (
    Consistency,
    Draft,
    Message,
    Opening,
    Receipt,
    Section,
    Seen,
    next_draft,
    open_draft,
    parse_receipt,
    replay,
    sign_message,
    sign_receipt,
)
from comity.exchange.message import Heard, HeardTree
from comity.files.opening import OpenOrder, open_sealed
from comity.files.sealing import SealOrder, seal
from comity.keys import Jws
from comity.ledger import (
    Checkpoint,
    LeafOpening,
    consistency_proof,
    ed25519_signer,
    entry,
    inclusion_proof,
    leaf_hash,
    peek_checkpoint,
    sign_checkpoint,
)
from comity.ledger import root as tree_root


@dataclass
class MemoryNode:
    """A party with a log in memory."""

    party: str
    openings: list[LeafOpening] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    sections: dict[str, dict[str, Section]] = field(default_factory=dict)
    receipts: list[Jws] = field(default_factory=list)
    known: int = 0
    """Size of this log's tree as the partner knows it."""

    @property
    def hashes(self) -> list[bytes]:
        return [leaf_hash(entry(opening)) for opening in self.openings]

    @property
    def origin(self) -> str:
        return origin_of(MODE, self.party)

    def append(self, kind: str, record: bytes, at: datetime, outcome: str | None = None) -> int:
        salt = seed(f"leaf {self.party} {len(self.openings)}")
        self.openings.append(LeafOpening(salt, kind, at, record, outcome))
        return len(self.openings) - 1

    def note(self, size: int | None = None, *, witnessed_at: datetime | None = None) -> str:
        size = len(self.openings) if size is None else size
        tree = Checkpoint(self.origin, size, tree_root(self.hashes[:size]))
        signer: Any = private(self.party, "log").key
        note = sign_checkpoint(tree, [ed25519_signer(self.origin, signer)]).decode()
        return note if witnessed_at is None else cosign(note, witnessed_at)

    def take(self, message: Message, at: datetime, outcome: str = "applied") -> Jws:
        """Record a message of the other party and return the receipt."""
        record = parse_digest(message.record)
        index = self.append("message.received", record, at, outcome)
        own = [m for m in self.messages if m.conversation == message.conversation]
        own = [m for m in own if m.draft.author == self.party]
        head = max(own, key=lambda m: m.draft.sequence, default=None)
        self.messages.append(message)
        size, read = len(self.openings), reader(self.hashes)
        linked = None
        if self.known:
            linked = Consistency(self.known, tuple(consistency_proof(self.known, size, read)))
        receipt = Receipt(
            mode=MODE,
            record=message.record,
            content=message.content,
            author=message.draft.author,
            addressee=self.party,
            received_at=at,
            outcome=outcome,
            head=Seen(head.draft.sequence, head.content) if head else None,
            index=index,
            salt=self.openings[index].salt,
            checkpoint=self.note(),
            inclusion=tuple(inclusion_proof(index, size, read)),
            consistency=linked,
        )
        self.known = size
        signed = sign_receipt(receipt, private(self.party, "receipt"))
        self.receipts.append(signed)
        return signed

    def heard(self, other: str, conversation: str | None) -> dict[str, Heard]:
        """Return what this node holds of its partner's word, and has not said yet."""
        own = [m for m in self.messages if m.draft.author == self.party]
        own = [m for m in own if conversation and m.conversation == conversation]
        named = {content for m in own for one in m.draft.heard.values() for content in one.receipts}
        records = {m.record for m in own}
        new, tree = set(), None
        for envelope in self.receipts:
            receipt = parse_receipt(envelope.payload)
            if receipt.addressee != other:
                continue
            told = peek_checkpoint(receipt.checkpoint.encode())
            tree = HeardTree(told.origin, told.tree_size, told.root)
            content = digest_text(digest("content", envelope.payload))
            if receipt.record in records and content not in named:
                new.add(content)
        return {other: Heard(tree, tuple(sorted(new)))} if tree else {}

    def got(self, receipt: Jws, at: datetime) -> None:
        self.receipts.append(receipt)
        self.append("receipt.received", digest("record", receipt.record), at)


def approvals_of(draft: Draft, roles: Sequence[str] | None = None) -> list[Any]:
    """Return as many approvals as a message needs, or those of officers of some roles."""
    floor = draft.move.floor
    wanted = roles or ["author"] * floor.author + ["approver"] * floor.approver
    expires = draft.sent_at + timedelta(hours=8)
    return [
        officer(draft.author, role).approve(draft, mode=MODE, role=role, expires_at=expires)
        for role in wanted
    ]


class Story:
    """A case between two parties, told move by move on a clock of minutes."""

    def __init__(self) -> None:
        self.nodes = {party: MemoryNode(party) for party in (VN, ZA)}
        self.at = START
        self.count = 0
        self.refused: dict[str, str] = {}
        self.events: list[chains.Event] = []
        self.head = chains.EMPTY

    def tick(self, minutes: int = 1) -> datetime:
        self.at += timedelta(minutes=minutes)
        return self.at

    def say(
        self,
        author: str,
        kind: str,
        *,
        conversation: str | None = None,
        about: str | None = None,
        delivered: bool = True,
        outcome: str = "applied",
        change: Callable[[Draft], Draft] = lambda draft: draft,
        sections: Mapping[str, Section] | None = None,
        roles: Sequence[str] | None = None,
        **values: Any,
    ) -> Message:
        """Let a party send a message, changed before signing; if delivered, it is receipted.

        Its sections are the sample ones, with these values, or those given; officers of these
        roles approve it, or as many as are due.
        """
        node = self.nodes[author]
        other = self.nodes[ZA if author == VN else VN]
        self.count += 1
        sections = dict(sections or sections_of(kind, label=str(self.count), **values))
        draft = self._draft(node, kind, conversation, about, sections)
        draft = change(replace(draft, heard=node.heard(other.party, conversation)))
        message = sign_message(
            draft, approvals_of(draft, roles), private(author, "message"), mode=MODE
        )
        node.append("message.sent", parse_digest(message.record), self.at)
        node.messages.append(message)
        for place in (node, other) if delivered else (node,):
            place.sections[message.content] = sections
        if outcome.startswith("refused:"):
            self.refused[message.content] = outcome
        if delivered:
            node.got(other.take(message, self.tick(), outcome), self.tick())
        return message

    def _draft(
        self,
        node: MemoryNode,
        kind: str,
        conversation: str | None,
        about: str | None,
        sections: Mapping[str, Section],
    ) -> Draft:
        message_id = new_id(START, seed(f"message {self.count}")[:10])
        now = self.tick(5)
        if conversation is None:
            return open_draft(
                message_type=kind,
                author=node.party,
                members=(VN, ZA),
                instrument=None,
                sections=sections,
                message_id=message_id,
                now=now,
            )
        found = [m for m in node.messages if m.conversation == conversation]
        return next_draft(
            message_type=kind,
            author=node.party,
            opening=Opening.of(next(m for m in found if m.content == conversation)),
            replay=replay(found, self.refused),
            about=about,
            sections=sections,
            message_id=message_id,
            now=now,
        )

    def custody(
        self, event: str, party: str, *, by: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """Add an event to the exhibit's chain and return the section that hands it over."""
        made, self.head = chains.append(
            self.head,
            exhibit=EXHIBIT,
            event=event,
            at=self.at,
            party=party,
            by=by or f"{state_of(party)}-examiner",
            reason="as requested",
            **more,
        )
        self.events.append(made)
        values = [item.to_value() for item in self.events]
        return {"events": values, "exhibit": EXHIBIT, **self.head.to_value()}


@dataclass(frozen=True)
class Sealed:
    """A real sealed package and what opening it gave."""

    data: bytes
    offer: dict[str, Any]
    root: bytes
    opened: Mapping[str, bytes]


@cache
def sealed_package(conversation: str) -> Sealed:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "mail.txt"
        source.write_bytes(b"From: a@example.org\n\nthe server is at dawn.example\n" * 20)
        other = folder / "accounts.txt"
        other.write_bytes(b"account 1\naccount 2\n")
        target = folder / "package.age"
        order = SealOrder(
            sources=[source, other],
            recipients=[IDENTITY.recipient],
            sealed_at=START,
            exhibit=EXHIBIT,
            mode=MODE,
            conversation=parse_digest(conversation),
            sender=ZA,
            receiver=VN,
        )
        report = seal(order, target)
        offer = report.offer(exhibit=EXHIBIT, description=("en", "a mailbox"))
        open_sealed(OpenOrder(identities=[IDENTITY], offer=offer), target, folder / "bag")
        opened = {
            str(path.relative_to(folder / "bag")): path.read_bytes()
            for path in sorted((folder / "bag").rglob("*"))
            if path.is_file()
        }
        return Sealed(target.read_bytes(), offer.to_value(), offer.root, opened)


def _request(measure: str, links: list[Any]) -> dict[str, Any]:
    return {
        "measure": measure,
        "basis": [{"instrument": "untoc-2000", "article": "18", "status": "in-force"}],
        "urgency": "urgent",
        "reference": "VN-1",
        "confidential": True,
        "links": links,
    }


def short_story(story: Story | None = None) -> Story:
    """A preservation: asked, acknowledged, confirmed; told with these nodes, or new ones."""
    story = story or Story()
    asked = story.say(VN, "request.submitted", request=_request("preservation", []))
    story.say(ZA, "request.acknowledged", conversation=asked.content)
    story.say(ZA, "preservation.confirmed", conversation=asked.content)
    return story


CONDITIONS = ("Only for case 7.", "Not as evidence against the child.", "Return the original.")


@cache
def conditions_story() -> Story:
    """A request with three conditions of use: one accepted, one refused, one without an answer."""
    story = Story()
    case = story.say(VN, "request.submitted", request=_request("stored-data", [])).content
    story.say(ZA, "request.acknowledged", conversation=case)
    story.say(ZA, "request.accepted", conversation=case)
    kinds = ("use-limitation", "use-limitation", "return")
    answers = ("conditions.accepted", "conditions.refused", None)
    for kind, text, answer in zip(kinds, CONDITIONS, answers, strict=True):
        value = {"conditions": [{"kind": kind, "text": {"lang": "en", "text": text}}]}
        laid = story.say(ZA, "conditions.set", conversation=case, conditions=value)
        if answer is not None:
            story.say(VN, answer, conversation=case, about=laid.content)
    return story


@cache
def whole_story() -> Story:
    """The preservation, and a request for the data, answered with evidence."""
    story = short_story()
    asked = story.say(VN, "request.submitted", request=_request("stored-data", []))
    case = asked.content
    story.say(ZA, "request.acknowledged", conversation=case)
    story.say(ZA, "request.accepted", conversation=case)
    package = sealed_package(case)
    story.custody("acquired", ZA)
    story.custody("sealed", ZA, digest_after=package.root)
    handed = story.custody("offered", ZA, digest_before=package.root, digest_after=package.root)
    offered = story.say(
        ZA, "evidence.offered", conversation=case, offer=package.offer, custody=handed
    )
    story.nodes[VN].append("evidence.opened", package.root, story.at)
    taken = story.custody("received", VN, digest_before=package.root, digest_after=package.root)
    story.say(VN, "evidence.received", conversation=case, about=offered.content, custody=taken)
    return story
