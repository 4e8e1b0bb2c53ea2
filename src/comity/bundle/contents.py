"""A bundle as parsed things, each read once, when a step first asks for it.

Nothing here is verified but its shape. What cannot be parsed is kept as a fault of its file, for
the step that owns that kind of file.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from comity.bundle import layout
from comity.bundle.errors import BundleFileChangedError, BundleNameError, refusals, set_aside
from comity.bundle.known import Known, judge
from comity.bundle.layout import Kind
from comity.bundle.reader import Found, Reader, read_small, survey
from comity.bundle.statement import Statement, Withheld, parse_statement
from comity.canonical import Mode, PeerError, decode, digest, digest_text, equal, state_of, unb64
from comity.directory import Directory, TrustFile
from comity.evidence.offer import Offer, parse_offer
from comity.exchange import Message, Receipt, Replay, Section, parse_message, parse_receipt, replay
from comity.exchange.certificates import Certificate, certificate_record, parse_certificate
from comity.exchange.conversation import APPLIED, OVERTAKEN
from comity.keys import Jws, jws
from comity.ledger import Checkpoint, LeafOpening, SignedCheckpoint, Successor, parse_opening

EFFECTIVE: Final = frozenset({APPLIED, OVERTAKEN})
"""How a message stands that has a part in the state."""
_LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Leaf:
    """A leaf file: where it says it stands, and what explains it."""

    epoch: int
    index: int
    party: str
    opening: LeafOpening
    entry: bytes
    proof: str


@dataclass(frozen=True)
class Stamped:
    """A checkpoint that was time-stamped, signed by its own log: (flat) party, epoch, tree."""

    party: str
    epoch: int
    checkpoint: Checkpoint


@dataclass
class Bundle:
    """What a verification works on; also what its steps leave for later ones.

    Attributes:
        reader: the files.
        trust: from outside the bundle, or None.
        faults: path -> why a file is not what its kind says.
        offer_faults: path of a section -> why it is no offer.
        held: receipts that step 6 found good, by record digest.
        checkpoints: (flat party, epoch) -> checkpoint that step 7 found good.
        begun: (flat party, epoch) -> record digest of the good statement that opened that epoch.
        ended: (flat party, epoch) -> the good statement of its party that ended that epoch.
        stamped: path of a stamped note -> the tree that step 7 found signed by its log.
        times: content digest -> (proved time, who proves it), from step 8.
        spoilt: whether a step before this one found a fault.
    """

    reader: Reader
    trust: TrustFile | None
    faults: dict[str, PeerError] = field(default_factory=dict)
    offer_faults: dict[str, PeerError] = field(default_factory=dict)
    held: dict[str, list[Receipt]] = field(default_factory=dict)
    checkpoints: dict[tuple[str, int], SignedCheckpoint] = field(default_factory=dict)
    begun: dict[tuple[str, int], bytes] = field(default_factory=dict)
    ended: dict[tuple[str, int], Successor] = field(default_factory=dict)
    good_leaves: list[Leaf] = field(default_factory=list)
    stamped: dict[str, Stamped] = field(default_factory=dict)
    times: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    spoilt: bool = False

    # -- files ------------------------------------------------------------------------------

    @cached_property
    def _survey(self) -> tuple[Mapping[str, Found], tuple[str, ...]]:
        return survey(self.reader)

    @property
    def files(self) -> Mapping[str, Found]:
        """Every plain file with its digests."""
        return self._survey[0]

    @property
    def strange(self) -> tuple[str, ...]:
        """Paths of what is no plain file."""
        return self._survey[1]

    def of(self, kind: Kind) -> Iterator[str]:
        """Yield the paths of a kind, sorted."""
        return iter(self._by_kind.get(kind, ()))

    @cached_property
    def _by_kind(self) -> Mapping[Kind, list[str]]:
        found: dict[Kind, list[str]] = {}
        for path in sorted(self.files):
            row = layout.row_of(path)
            if row is not None:
                found.setdefault(row.kind, []).append(path)
        return found

    def read(self, path: str) -> bytes:
        """Return the bytes of a small file of the layout, or of a tag file.

        Raises:
            BundleLimitError: it is larger than a file of its kind may be.
            BundleFileChangedError: these are not the bytes that were digested before.
        """
        row = layout.row_of(path)
        limit = (row.max_bytes if row else None) or layout.MAX_TAG_BYTES
        data = read_small(self.reader, path, max_bytes=limit)
        if sha256(data).digest() != self.files[path].sha256:
            raise BundleFileChangedError("it changed while it was verified")
        return data

    def faults_of(self, *kinds: Kind) -> Iterator[tuple[str, PeerError]]:
        """Yield the files of these kinds that are not what they should be, with the reason."""
        for kind in kinds:
            for path in self.of(kind):
                if path in self.faults:
                    yield path, self.faults[path]

    def _parsed[T](self, kind: Kind, parse: Callable[[str, bytes], T]) -> dict[str, T]:
        found: dict[str, T] = {}
        for path in self.of(kind):
            try:
                found[path] = parse(path, self.read(path))
            except PeerError as error:
                self.faults[path] = error
        return found

    # -- exporter and directory ---------------------------------------------------------------

    @cached_property
    def _signed(self) -> tuple[Statement, Jws] | None:
        return self._parsed(Kind.STATEMENT, lambda _path, data: parse_statement(data)).get(
            layout.STATEMENT
        )

    @property
    def statement(self) -> Statement | None:
        """The exporter's statement, unverified, or None if there is none to read."""
        return self._signed[0] if self._signed else None

    @property
    def statement_jws(self) -> Jws | None:
        """The JWS around it."""
        return self._signed[1] if self._signed else None

    @property
    def withheld(self) -> Mapping[str, Withheld]:
        """What is not there on purpose."""
        return self.statement.withheld if self.statement else {}

    @property
    def mode(self) -> Mode:
        """The trust file's mode; without one, the mode the bundle claims."""
        if self.trust is not None:
            return self.trust.mode
        return self.statement.mode if self.statement else "live"

    @property
    def exported_at(self) -> datetime:
        """The moment of export, as claimed."""
        return self.statement.exported_at if self.statement else _LATEST

    @cached_property
    def known(self) -> Known:
        """The directory under the trust file."""
        return judge(
            self._parsed(Kind.STATE, lambda _path, data: data),
            self._parsed(Kind.ENTRY, lambda _path, data: data),
            trust=self.trust,
            mode=self.mode,
            now=self.exported_at,
        )

    @property
    def directory(self) -> Directory:
        """Who is who."""
        return self.known.directory

    @property
    def exporter(self) -> str:
        """The party that exported, as it claims; empty if it does not even say."""
        return self.statement.exporter if self.statement is not None else ""

    def pinned(self, party: str) -> bool:
        """Tell whether the trust file vouches for the keys that a party's State has here."""
        pins = {} if self.trust is None else self.trust.delegations
        state = state_of(party)
        return state in pins and state not in self.known.unlike_trust

    def independent(self, party: str) -> bool:
        """Tell whether a party's keys are pinned and of another State than the exporter's."""
        return self.pinned(party) and state_of(party) != state_of(self.exporter or party)

    # -- messages -----------------------------------------------------------------------------

    @cached_property
    def messages(self) -> Mapping[str, Message]:
        """Path -> message."""
        return self._parsed(Kind.MESSAGE, _message)

    @cached_property
    def by_content(self) -> Mapping[str, Message]:
        """Content digest -> message."""
        return {message.content: message for message in self.messages.values()}

    @cached_property
    def by_record(self) -> Mapping[str, Message]:
        """Record digest -> message."""
        return {message.record: message for message in self.messages.values()}

    def path_of(self, message: Message) -> str:
        """Return where a message stands."""
        return self._paths[message.record]

    @cached_property
    def _paths(self) -> Mapping[str, str]:
        return {message.record: path for path, message in self.messages.items()}

    @cached_property
    def sections(self) -> Mapping[str, Mapping[str, Section]]:
        """Content digest -> name -> section."""
        found: dict[str, dict[str, Section]] = {}
        for path, section in self._parsed(Kind.SECTION, _section).items():
            part = layout.parts(path)
            found.setdefault(f"sha256:{part['content']}", {})[part["name"]] = section
        return found

    def sections_of(self, message: Message) -> Mapping[str, Section]:
        """Return the sections of a message that are there."""
        return self.sections.get(message.content, {})

    @cached_property
    def offers(self) -> Mapping[str, Offer]:
        """Path of an offer's section -> the offer, first those whose word counts."""
        found: dict[str, Offer] = {}
        for message in self.messages.values():
            section = self.sections_of(message).get("offer")
            if section is not None and "offer" in message.draft.body:
                path = layout.section_path(message.content, "offer")
                try:
                    found[path] = parse_offer(section.value)
                except PeerError as error:
                    if message.content in self.counted:
                        self.offer_faults[path] = error
        return dict(sorted(found.items(), key=lambda one: one[0] not in self.offering_paths))

    @cached_property
    def offering_paths(self) -> frozenset[str]:
        """Paths of the offers whose word counts."""
        return frozenset(layout.section_path(content, "offer") for content in self.counted)

    def offering(self, path: str) -> Message:
        """Return the message whose section at a path offers a package."""
        return self.by_content[f"sha256:{layout.parts(path)['content']}"]

    @cached_property
    def certificates(self) -> frozenset[str]:
        """Record digests of the officer certificates that stand in approvals."""
        found = (_certificates(message) for message in self.messages.values())
        return frozenset(certificate_record(one) for several in found for one in several)

    @cached_property
    def officers(self) -> Mapping[str, Certificate]:
        """Record digest -> officer certificate, of messages that count: step 4 verifies those."""
        found = {}
        for message in self.counted.values():
            for one in _certificates(message):
                with suppress(PeerError):  # step 4 says so
                    found[certificate_record(one)] = parse_certificate(one.payload)
        return found

    @cached_property
    def counted(self) -> Mapping[str, Message]:
        """Content digest -> message, but for those set aside: what they say never counted.

        Neither their approvals nor what they say of evidence was ever taken in by whoever held or
        refused them.
        """
        return {c: m for c, m in self.by_content.items() if self.set_aside(m) is None}

    @cached_property
    def replays(self) -> Mapping[str, Replay]:
        """Conversation -> what its messages amount to, those that were refused in their place."""
        groups: dict[str, list[Message]] = {}
        for message in self.messages.values():
            groups.setdefault(message.conversation, []).append(message)
        given = [receipt for _, receipt in self.receipts.values()]
        refused = refusals(self.messages.values(), given, exporter=self.exporter)
        return {name: replay(found, refused) for name, found in groups.items()}

    def set_aside(self, message: Message) -> Receipt | None:
        """Return the receipt that held or refused a message on which nothing here builds.

        What such a message names need not be there: its author may name what never was. None for
        every other message.
        """
        found = self.replays.get(message.conversation)
        if found is not None and found.standing[message.content] in EFFECTIVE:
            return None
        return self._set_aside.get(message.record)

    @cached_property
    def _set_aside(self) -> Mapping[str, Receipt]:
        return set_aside(receipt for _, receipt in self.receipts.values())

    # -- receipts and log ---------------------------------------------------------------------

    @cached_property
    def receipts(self) -> Mapping[str, tuple[Jws, Receipt]]:
        """Path -> receipt."""
        return self._parsed(Kind.RECEIPT, _receipt)

    @cached_property
    def receipt_digests(self) -> Mapping[tuple[str, str], str]:
        """(Party, content digest) -> path of the receipt that it gave."""
        return {
            (receipt.addressee, digest_text(digest("content", envelope.payload))): path
            for path, (envelope, receipt) in self.receipts.items()
        }

    @cached_property
    def hearings(self) -> Mapping[str, tuple[str, ...]]:
        """Path of a receipt -> paths of the messages of others that say that they hold it."""
        found: dict[str, list[str]] = {}
        for path, message in self.messages.items():
            for party, heard in message.draft.heard.items():
                for content in heard.receipts:
                    receipt = self.receipt_digests.get((party, content))
                    if receipt is not None:
                        found.setdefault(receipt, []).append(path)
        return {receipt: tuple(paths) for receipt, paths in found.items()}

    @cached_property
    def leaves(self) -> Mapping[str, Leaf]:
        """Path -> leaf."""
        return self._parsed(Kind.LEAF, _leaf)

    @cached_property
    def leaves_of(self) -> Mapping[bytes, list[Leaf]]:
        """Record digest -> leaves that step 7 found good; not to be asked before."""
        found: dict[bytes, list[Leaf]] = {}
        for leaf in self.good_leaves:
            found.setdefault(leaf.opening.record, []).append(leaf)
        return found

    @cached_property
    def seeing(self) -> Mapping[tuple[str, str], Message]:
        """(Author, content digest) -> that author's message, dated first, that has seen it.

        Who has seen a message has seen those of its author before it.
        """
        found: dict[tuple[str, str], Message] = {}

        def keep(author: str, content: str, message: Message) -> None:
            first = found.setdefault((author, content), message)
            found[author, content] = min(first, message, key=lambda m: (m.draft.sent_at, m.content))

        for message in self.by_content.values():
            for mark in message.draft.seen.values():
                seen = self.by_content.get(mark.content)
                if seen is not None and seen.conversation == message.conversation:
                    keep(message.draft.author, mark.content, message)
        authors = {author for author, _ in found}
        for message in reversed(self.chained):
            for author in authors:
                later = found.get((author, message.content))
                if later is not None and message.draft.previous is not None:
                    keep(author, message.draft.previous, later)
        return found

    @cached_property
    def chained(self) -> list[Message]:
        """All messages, each after the one before it in its author's chain."""
        return sorted(self.by_content.values(), key=lambda m: (m.draft.sequence, m.content))

    @cached_property
    def chains(self) -> Mapping[str, Any]:
        """Path -> custody chain as JSON, unverified."""
        return self._parsed(Kind.CUSTODY, lambda _path, data: decode(data, max_bytes=len(data)))


def _certificates(message: Message) -> Iterator[Jws]:
    """Yield the officer certificates in a message's approvals that are a JWS at all."""
    for approval in message.approvals:
        with suppress(PeerError, KeyError, TypeError):  # step 4 says so
            yield jws.parse_value(approval["certificate"])


def _message(path: str, data: bytes) -> Message:
    message = parse_message(jws.parse(data))
    draft = message.draft
    place = (message.conversation, draft.author, draft.sequence)
    plain = layout.message_path(*place)
    double = layout.message_path(*place, double=message.content)
    _check_name(path, plain, double)
    return message


def _section(_path: str, data: bytes) -> Section:
    return Section.from_value(decode(data, max_bytes=len(data)))


def _receipt(path: str, data: bytes) -> tuple[Jws, Receipt]:
    envelope = jws.parse(data)
    receipt = parse_receipt(envelope.payload)
    _check_name(path, layout.receipt_path(receipt.record, receipt.addressee))
    return envelope, receipt


def _leaf(path: str, data: bytes) -> Leaf:
    value = decode(data, max_bytes=len(data))
    if not isinstance(value, dict) or not {"entry", "proof"} <= value.keys():
        raise BundleNameError("a leaf has its entry and its proof")
    entry, proof = unb64(value.pop("entry")), value.pop("proof")
    if not isinstance(proof, str):
        raise BundleNameError("a proof is text")
    part = layout.parts(path)
    opening = parse_opening(value)
    return Leaf(int(part["epoch"]), int(part["index"]), part["party"], opening, entry, proof)


def _check_name(path: str, *due: str) -> None:
    if not any(equal(path.encode(), name.encode()) for name in due):
        raise BundleNameError(f"by its content it stands at {due[0]}")
