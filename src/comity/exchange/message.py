"""A message: the payload that is signed, with its two digests."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from comity.canonical import (
    PROTOCOL,
    Mode,
    PeerError,
    b64,
    decode,
    digest,
    digest_text,
    encode,
    members,
    parse_digest,
    parse_id,
    parse_party,
    parse_time,
    time_text,
    unb64,
)
from comity.exchange.editions import KNOWN, Editions
from comity.exchange.errors import (
    ConversationFullError,
    MessageMalformedError,
    ProtocolUnknownError,
    TypeUnknownError,
)
from comity.exchange.moves import RAISES, UNKNOWN, Move
from comity.exchange.sections import parse_body
from comity.exchange.types import NEW
from comity.keys import Jws, PrivateKey, jws
from comity.ledger import LogOrigin

MAX_PAYLOAD_BYTES = 256 * 1024
MAX_MEMBERS = 16
MAX_APPROVALS = 8
MAX_SEQUENCE = 1000
MAX_HEARD = 1000  # receipts of one member; as many as messages that it could answer
MAX_TYPE = 40
_TYPE = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+")
_ROOT_BYTES = 32

_PAYLOAD: dict[str, type | tuple[type, ...]] = {
    "about": (str, type(None)),
    "approvals": list,
    "body": dict,
    "conversation": (str, type(None)),
    "edition": (str, type(None)),
    "from": str,
    "heard": dict,
    "id": str,
    "instrument": (str, type(None)),
    "members": list,
    "previous": (str, type(None)),
    "protocol": str,
    "seen": dict,
    "sent_at": str,
    "sequence": int,
    "type": str,
}


@dataclass(frozen=True)
class Seen:
    """The last of a member's messages, without a gap, that an author had recorded."""

    sequence: int
    content: str

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {"content": self.content, "sequence": self.sequence}


@dataclass(frozen=True)
class HeardTree:
    """A tree of a member's log: the size and root of a checkpoint that was verified."""

    origin: str
    tree_size: int
    root: bytes


@dataclass(frozen=True)
class Heard:
    """What an author holds of another member's own word, so that it can be held to it.

    Attributes:
        tree: the newest checkpoint of its log that the author verified, or None.
        receipts: content digests of its receipts that the author took in since its last message in
            the conversation, sorted.
    """

    tree: HeardTree | None
    receipts: tuple[str, ...]

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value."""
        tree = self.tree and {
            "origin": self.tree.origin,
            "root": b64(self.tree.root),
            "size": self.tree.tree_size,
        }
        return {"checkpoint": tree, "receipts": list(self.receipts)}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Everything a message says, before approvals and signature.

    Attributes:
        id: UUIDv7.
        conversation: the opening message's content digest, or None in the opening itself.
        author: the party in ``from``.
        members: sorted parties.
        instrument: digest of the law's edition, or None.
        sequence: position in the author's chain, from 1.
        previous: content digest of the message before it in that chain, or None.
        seen: other member to what was recorded of it.
        sent_at: the author's claim.
        type: a name of a type.
        about: content digest of the message this one answers, or None.
        body: section name to commitment.
        heard: other member to what the author holds of its word; set when it is signed, so no
            approval is for it.
        edition: digest of the edition of the registry that an opening pins, or that a message
            proposes; else None.
        editions: those that whoever made or parsed this knows; they decide what it may say.

    Source: spec/06-messages.md.
    """

    id: str
    conversation: str | None
    author: str
    members: tuple[str, ...]
    instrument: str | None
    sequence: int
    previous: str | None
    seen: Mapping[str, Seen]
    sent_at: datetime
    type: str
    about: str | None
    body: Mapping[str, str]
    heard: Mapping[str, Heard] = field(default_factory=dict)
    edition: str | None = None
    editions: Editions = field(default=KNOWN, compare=False, repr=False)

    @property
    def move(self) -> Move:
        """Return the type's row, or that of a type which nobody may send here.

        An opening has the row of its edition. What any other message carries is the same in every
        edition that has its type; where that is legal, the replay says.
        """
        return self._row or UNKNOWN

    @property
    def known(self) -> bool:
        """Tell whether the type is known here: for an opening, in the edition that it pins."""
        return self._row is not None

    @property
    def _row(self) -> Move | None:
        if self.conversation is None:
            edition = self.editions.get(self.edition)
            return None if edition is None else edition.row(self.type)
        return self.editions.row(self.type)

    def seen_value(self) -> dict[str, Any]:
        """Return ``seen`` as it is signed."""
        return {party: mark.to_value() for party, mark in self.seen.items()}

    def fields(self) -> dict[str, Any]:
        """Return what approvals are for: all of the payload but them, the time and ``heard``."""
        return {
            "about": self.about,
            "body": dict(self.body),
            "conversation": self.conversation,
            "edition": self.edition,
            "from": self.author,
            "id": self.id,
            "instrument": self.instrument,
            "members": list(self.members),
            "previous": self.previous,
            "protocol": PROTOCOL,
            "seen": self.seen_value(),
            "sequence": self.sequence,
            "type": self.type,
        }

    def payload(self, approvals: Sequence[Any]) -> bytes:
        """Return the canonical bytes that the node signs."""
        sent_at = time_text(self.sent_at)
        heard = {party: one.to_value() for party, one in self.heard.items()}
        own = {"approvals": list(approvals), "heard": heard, "sent_at": sent_at}
        return encode({**self.fields(), **own})

    @classmethod
    def from_fields(
        cls, fields: Mapping[str, Any], *, sent_at: datetime, editions: Editions = KNOWN
    ) -> "Draft":
        """Return the draft of `fields`, checked as a message's payload is.

        Raises:
            PeerError: by its code, the first rule of section 6 that they break.
        """
        own = {"approvals": [], "heard": {}, "sent_at": time_text(sent_at)}
        return _draft({**fields, **own}, editions)


@dataclass(frozen=True)
class Message:
    """A message of well-formed content; its signature is checked by `accept`.

    Attributes:
        draft: what it says.
        approvals: as they stand, unverified.
        envelope: the JWS around it.
    """

    draft: Draft
    approvals: tuple[Any, ...]
    envelope: Jws

    @cached_property
    def content(self) -> str:
        """Return the content digest text (spec 4)."""
        return digest_text(digest("content", self.envelope.payload))

    @cached_property
    def record(self) -> str:
        """Return the record digest text (spec 4)."""
        return digest_text(digest("record", self.envelope.record))

    @property
    def conversation(self) -> str:
        """Return the conversation's identifier, also for the message that opens it."""
        return self.draft.conversation or self.content


def sign_message(draft: Draft, approvals: Sequence[Any], key: PrivateKey, *, mode: Mode) -> Message:
    """Return the signed message; done once, when it is queued."""
    payload = draft.payload(approvals)
    return Message(draft, tuple(approvals), jws.sign(payload, [key], thing="message", mode=mode))


def parse_message(envelope: Jws, editions: Editions = KNOWN) -> Message:
    """Return the message of a JWS, shape only.

    An opening may pin an edition that is not among those known: its type is not known then.

    Raises:
        PeerError: by its code, the first rule of section 6 that the payload breaks.
    """
    value = decode(envelope.payload, max_bytes=MAX_PAYLOAD_BYTES)
    if len(envelope.signatures) != 1:
        raise MessageMalformedError("a message has exactly one signature")
    return Message(_draft(value, editions), tuple(value["approvals"]), envelope)


def _draft(value: object, editions: Editions) -> Draft:
    """Return the draft in a payload, shape only."""
    if isinstance(value, dict) and value.get("protocol") != PROTOCOL:
        raise ProtocolUnknownError("another protocol than comity/1")
    fields = members(value, _PAYLOAD)
    edition = _digest_or_none(fields["edition"])
    _check_type(fields, editions)
    if fields["sequence"] > MAX_SEQUENCE:
        raise ConversationFullError(f"at most {MAX_SEQUENCE} messages of one author")
    if len(fields["approvals"]) > MAX_APPROVALS:
        raise MessageMalformedError(f"at most {MAX_APPROVALS} approvals")
    draft = Draft(
        id=parse_id(fields["id"]),
        conversation=_digest_or_none(fields["conversation"]),
        author=parse_party(fields["from"]),
        members=tuple(parse_party(item) for item in fields["members"][: MAX_MEMBERS + 1]),
        instrument=_digest_or_none(fields["instrument"]),
        sequence=fields["sequence"],
        previous=_digest_or_none(fields["previous"]),
        seen={parse_party(party): parse_seen(mark) for party, mark in fields["seen"].items()},
        sent_at=parse_time(fields["sent_at"]),
        type=fields["type"],
        about=_digest_or_none(fields["about"]),
        body=parse_body(fields["body"]),
        heard={parse_party(party): _heard(one) for party, one in fields["heard"].items()},
        edition=edition,
        editions=editions,
    )
    _check_shape(draft)
    return draft


def _check_type(fields: Mapping[str, Any], editions: Editions) -> None:
    """Raise unless a message of this type can be judged, or be refused by a receipt."""
    if len(fields["type"]) > MAX_TYPE or not _TYPE.fullmatch(fields["type"]):
        raise TypeUnknownError("no name of a type")
    if fields["conversation"] is not None:
        return
    if fields["edition"] is None:
        raise MessageMalformedError("an opening pins an edition of the registry")
    edition = editions.get(fields["edition"])
    if edition is not None and edition.row(fields["type"]) is None:
        raise TypeUnknownError("a type outside the edition opens no conversation")


def _check_shape(draft: Draft) -> None:
    move, parties = draft.move, draft.members
    opening = draft.conversation is None
    judged = opening and draft.known  # whoever goes on is judged in its past
    least, most = move.members if judged else UNKNOWN.members
    rules = (
        (list(parties) == sorted(set(parties)), "members are not sorted, or doubled"),
        (least <= len(parties) <= most, "the type does not go with so many members"),
        (draft.author in parties, "the author is no member"),
        (not draft.seen.keys() - set(parties), "seen names a stranger"),
        (draft.author not in draft.seen, "seen names its author"),
        (not draft.heard.keys() - set(parties), "heard names a stranger"),
        (draft.author not in draft.heard, "heard names its author"),
        (draft.sequence >= 1, "sequence begins at 1"),
        ((draft.sequence == 1) == (draft.previous is None), "previous does not fit sequence"),
        (not judged or NEW in move.main, "the type opens no conversation"),
        (
            opening or (draft.edition is not None) == (move.edition == RAISES),
            "an opening and a proposal name an edition, and nothing else does",
        ),
        (not opening or draft.sequence == 1, "an opening is its author's first message"),
        (not opening or not draft.seen, "an opening has seen nothing"),
        (opening or draft.sequence > 1 or bool(draft.seen), "an answer has seen the opening"),
    )
    for holds, rule in rules:
        if not holds:
            raise MessageMalformedError(rule)


def _digest_or_none(value: object) -> str | None:
    if value is None:
        return None
    parse_digest(value)
    return str(value)


def parse_seen(value: object) -> Seen:
    """Return a place in a member's chain.

    Raises:
        PeerError: it has another shape.
    """
    fields = members(value, {"content": str, "sequence": int})
    parse_digest(fields["content"])
    if fields["sequence"] < 1:
        raise MessageMalformedError("seen counts from 1")
    return Seen(fields["sequence"], fields["content"])


def _heard(value: object) -> Heard:
    fields = members(value, {"checkpoint": (dict, type(None)), "receipts": list})
    receipts = fields["receipts"]
    for record in receipts[: MAX_HEARD + 1]:
        parse_digest(record)
    if len(receipts) > MAX_HEARD or receipts != sorted(set(receipts)):
        raise MessageMalformedError("heard receipts are too many, not sorted, or doubled")
    if fields["checkpoint"] is None and not receipts:
        raise MessageMalformedError("heard names a member of whom nothing was heard")
    told = fields["checkpoint"]
    return Heard(None if told is None else _heard_tree(told), tuple(receipts))


def _heard_tree(value: object) -> HeardTree:
    fields = members(value, {"origin": str, "root": str, "size": int})
    if fields["size"] < 1:
        raise MessageMalformedError("nothing is heard of an empty tree")
    try:
        LogOrigin.parse(fields["origin"])
    except PeerError as fault:
        raise MessageMalformedError("heard names no log") from fault
    root = unb64(fields["root"], size_bytes=_ROOT_BYTES)
    return HeardTree(fields["origin"], fields["size"], root)
