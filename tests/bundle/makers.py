"""Two nodes in memory that settle a case by the real rules, and the bundle one of them exports.

Every key and every byte but the sealed package follows from a label, so a bundle can be made again.
"""

import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.directory.world import key_set, state_keys
from tests.exchange.makers import Officer, key, sections_of, seed
from tests.ledger.logs import reader

from comity.bundle import MemoryReader, Report, Statement, layout, parse_statement, verify
from comity.bundle import write as writing
from comity.bundle.statement import sign_statement
from comity.canonical import Mode, digest, digest_text, new_id, parse_digest, state_of
from comity.directory import (
    Directory,
    Endpoint,
    Entry,
    KeyRow,
    StateRecord,
    TrustFile,
    accept_all,
    sign_entry,
    sign_state,
    signing_row,
)
from comity.evidence import age_keys
from comity.evidence import custody as chains
from comity.exchange import (
    Certificate,
    Consistency,
    Draft,
    Message,
    Receipt,
    Section,
    certify,
    next_draft,
    open_draft,
    parse_receipt,
    replay,
    sign_message,
    sign_receipt,
)
from comity.files.opening import OpenOrder, open_sealed
from comity.files.sealing import SealOrder, seal
from comity.keys import Jws, PrivateKey
from comity.ledger import (
    Checkpoint,
    LeafOpening,
    consistency_proof,
    cosigner,
    ed25519_signer,
    entry,
    inclusion_proof,
    leaf_hash,
    sign_checkpoint,
)
from comity.ledger import root as tree_root

VN, ZA = "vn/contact-point", "za/central-authority"
WITNESS = "witness.example"
MODE: Mode = "live"
START = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
USES = ("message", "receipt", "log", "transport", "export", "officer-ca")
IDENTITY = age_keys.Identity.of(seed("case identity"))
EXHIBIT = new_id(START, seed("exhibit")[:10])
EXPORTED = START + timedelta(hours=12)


def private(party: str, use: str) -> PrivateKey:
    return key(f"bundle {party} {use}")


def rows(party: str) -> tuple[KeyRow, ...]:
    window = {"not_before": START - YEAR, "not_after": START + YEAR}
    return tuple(signing_row(private(party, use).public, use=use, **window) for use in USES)


def entry_of(party: str, **changes: Any) -> Entry:
    made = Entry(
        mode=MODE,
        party=party,
        version=1,
        state_version=1,
        issued_at=START - timedelta(days=1),
        expires_at=START + YEAR,
        keys=rows(party),
        endpoint=Endpoint(kind="outbound-only"),
        origins=(f"comity.{MODE}/{party}/1",),
    )
    return replace(made, **changes)


def revoking(party: str, use: str, invalid_from: datetime) -> Entry:
    """Return version 2 of an entry, in which a key is revoked."""
    first = entry_of(party)
    changed = tuple(
        replace(row, status="revoked", invalid_from=invalid_from) if row.use == use else row
        for row in first.keys
    )
    return replace(first, version=2, previous=first.content, keys=changed)


def records(*entries: Entry, states: Sequence[str] = ("vn", "za")) -> list[bytes]:
    found = []
    for state in states:
        keys = state_keys(state)
        made = StateRecord(
            mode=MODE, state=state, version=1, issued_at=START - YEAR, key_set=key_set(keys)
        )
        found.append(sign_state(made, keys).jws.record)
    signed = (sign_entry(item, state_keys(item.state)[:2]) for item in entries)
    return [*found, *(item.jws.record for item in signed)]


def trust_file(*states: str, witnesses: tuple[str, ...] = ()) -> TrustFile:
    pins = {state: key_set(state_keys(state)) for state in states or ("vn", "za")}
    return TrustFile(mode=MODE, delegations=pins, witnesses=witnesses)


def directory(*more: Entry) -> Directory:
    data = records(entry_of(VN), entry_of(ZA), *more)
    batch = accept_all(Directory(trust=trust_file()), data, now=EXPORTED)
    assert not batch.refused, batch.refused
    return batch.directory


@cache
def officer(party: str, role: str) -> Officer:
    own = key(f"bundle {party} officer {role}")
    certificate = Certificate(
        id=new_id(START, seed(f"certificate {party} {role}")[:10]),
        party=party,
        mode=MODE,
        officer=f"{state_of(party)}-{role}",
        roles=(role,),
        key=own.public,
        not_before=START - YEAR,
        not_after=START + YEAR,
    )
    return Officer(own, certify(certificate, private(party, "officer-ca")), (role,))


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
        return f"comity.{MODE}/{self.party}/1"

    def append(self, kind: str, record: bytes, at: datetime) -> int:
        salt = seed(f"leaf {self.party} {len(self.openings)}")
        self.openings.append(LeafOpening(salt=salt, kind=kind, time=at, record=record))
        return len(self.openings) - 1

    def note(self, size: int | None = None, *, witnessed_at: datetime | None = None) -> str:
        size = len(self.openings) if size is None else size
        tree = Checkpoint(self.origin, size, tree_root(self.hashes[:size]))
        signer: Any = private(self.party, "log").key
        signers = [ed25519_signer(self.origin, signer)]
        if witnessed_at is not None:
            own: Any = key("witness").key
            signers.append(cosigner(WITNESS, own, at=witnessed_at))
        return sign_checkpoint(tree, signers).decode()

    def take(self, message: Message, at: datetime, outcome: str = "applied") -> Jws:
        """Record a message of the other party and return the receipt."""
        record = parse_digest(message.record)
        index = self.append("message.received", record, at)
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

    def got(self, receipt: Jws, at: datetime) -> None:
        self.receipts.append(receipt)
        self.append("receipt.received", digest("record", receipt.record), at)


class Story:
    """A case between two parties, told move by move on a clock of minutes."""

    def __init__(self) -> None:
        self.nodes = {party: MemoryNode(party) for party in (VN, ZA)}
        self.at = START
        self.count = 0
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
        **values: Any,
    ) -> Message:
        """Let a party send a message and, if delivered, the other receipt it."""
        node = self.nodes[author]
        other = self.nodes[ZA if author == VN else VN]
        self.count += 1
        sections = sections_of(kind, label=str(self.count), **values)
        draft = self._draft(node, kind, conversation, about, sections)
        message = sign_message(draft, self._approvals(draft), private(author, "message"), mode=MODE)
        node.append("message.sent", parse_digest(message.record), self.at)
        node.messages.append(message)
        for place in (node, other) if delivered else (node,):
            place.sections[message.content] = sections
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
            opening=next(m for m in found if m.content == conversation),
            replay=replay(found),
            about=about,
            sections=sections,
            message_id=message_id,
            now=now,
        )

    def _approvals(self, draft: Draft) -> list[Any]:
        floor = draft.move.floor
        wanted = ["author"] * floor.author + ["approver"] * floor.approver
        return [
            officer(draft.author, role).approve(
                draft, mode=MODE, role=role, expires_at=draft.sent_at + timedelta(hours=8)
            )
            for role in wanted
        ]

    def custody(self, event: str, party: str, **more: Any) -> dict[str, Any]:
        """Add an event to the exhibit's chain and return the section that hands it over."""
        made, self.head = chains.append(
            self.head,
            exhibit=EXHIBIT,
            event=event,
            at=self.at,
            party=party,
            by=f"{state_of(party)}-examiner",
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
        target = folder / "package.age"
        order = SealOrder(
            sources=[source],
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


def short_story() -> Story:
    """A preservation: asked, acknowledged, confirmed."""
    story = Story()
    asked = story.say(VN, "request.submitted", request=_request("preservation", []))
    story.say(ZA, "request.acknowledged", conversation=asked.content)
    story.say(ZA, "preservation.confirmed", conversation=asked.content)
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


def case_of(story: Story, party: str = VN, **changes: Any) -> writing.Case:
    """Return what a party would export now."""
    node = story.nodes[party]
    other = story.nodes[ZA if party == VN else VN]
    size, read = len(node.openings), reader(node.hashes)
    given = {
        Checkpoint(node.origin, s, b"").tree_size
        for envelope in node.receipts
        if (r := parse_receipt(envelope.payload)).addressee == party
        and (s := int(r.checkpoint.split("\n")[1])) < size
    }
    made = writing.Case(
        mode=MODE,
        exporter=party,
        exported_at=EXPORTED,
        messages=node.messages,
        sections=node.sections,
        receipts=node.receipts,
        directory=directory(),
        leaves=[
            writing.OwnLeaf(1, index, opening, tuple(inclusion_proof(index, size, read)))
            for index, opening in enumerate(node.openings)
        ],
        checkpoints={(party, 1): node.note(), (other.party, 1): other.note(other.known)},
        consistency={1: {s: tuple(consistency_proof(s, size, read)) for s in given}},
        chains={EXHIBIT: [event.to_value() for event in story.events]} if story.events else {},
    )
    return replace(made, **changes)


class MemorySink:
    """Takes a bundle's files."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, path: str, pieces: Any) -> None:
        assert path not in self.files
        self.files[path] = b"".join(bytes(piece) for piece in pieces)


class _Stream(io.BytesIO):
    def readinto(self, buffer: Any, /) -> int:
        return super().readinto(buffer)


def opening(data: bytes) -> writing.Opener:
    return lambda: _Stream(data)


def bundle_of(
    case: writing.Case, evidence: Mapping[str, bytes] | None = None, *, signer: str = ""
) -> dict[str, bytes]:
    """Return a written bundle: path -> bytes."""
    sink = MemorySink()
    streams = {path: opening(data) for path, data in (evidence or {}).items()}
    export = private(signer or case.exporter, "export")
    writing.write(sink, case, export, evidence=streams)
    return sink.files


def short_bundle(**changes: Any) -> dict[str, bytes]:
    return bundle_of(case_of(short_story(), **changes))


def evidence_of(story: Story, *, opened: bool = True) -> dict[str, bytes]:
    package = sealed_package(story.nodes[VN].messages[3].content)
    found = {layout.package_path(package.root): package.data}
    if opened:
        found |= {layout.exhibit_path(package.root, p): d for p, d in package.opened.items()}
    return found


@cache
def _whole() -> dict[str, bytes]:
    return bundle_of(case_of(whole_story()), evidence_of(whole_story()))


def whole_bundle() -> dict[str, bytes]:
    return dict(_whole())


def judged(files: Mapping[str, bytes], trust: TrustFile | None = None) -> Report:
    return verify(MemoryReader(files), trust=trust or trust_file())


def found(report: Report) -> list[tuple[int, str, str]]:
    """Return (step, code, path) of everything that failed."""
    return [(s.number, f.code, f.path) for s in report.steps for f in s.findings]


def resigned(
    files: Mapping[str, bytes],
    change: Callable[[Statement], Statement] = lambda statement: statement,
    *,
    signer: PrivateKey | None = None,
) -> dict[str, bytes]:
    """Return a bundle whose list, manifests and signature were made again over what is there.

    By default the true exporter does it: what is found then, no signature of its own can hide.
    """
    import hashlib

    payload = {
        path: data
        for path, data in files.items()
        if path.startswith("data/") and path != layout.STATEMENT
    }
    old, _ = parse_statement(files[layout.STATEMENT])
    told = {path: digest_text(hashlib.sha256(data).digest()) for path, data in payload.items()}
    statement = change(replace(old, files=told))
    own = signer or private(old.exporter, "export")
    payload[layout.STATEMENT] = sign_statement(statement, own).record
    digests = {path: hashlib.sha256(data).digest() for path, data in payload.items()}
    size = sum(map(len, payload.values()))
    return {**payload, **writing.tag_files(statement, digests, size)}
