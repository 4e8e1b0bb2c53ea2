"""Receipts: a party's provable statement that it has durably recorded a message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.canonical import (
    PROTOCOL,
    Mode,
    b64,
    decode,
    encode,
    equal,
    members,
    parse_digest,
    parse_mode,
    parse_party,
    parse_time,
    time_text,
    unb64,
)
from comity.exchange.errors import ReceiptMismatchError, ReceiptUnprovedError
from comity.exchange.message import Message, Seen, parse_seen
from comity.exchange.types import Registry
from comity.keys import Jws, PrivateKey, jws
from comity.ledger import (
    Checkpoint,
    LeafOpening,
    LedgerError,
    SignedCheckpoint,
    entry,
    is_outcome,
    leaf_hash,
    open_checkpoint,
    peek_checkpoint,
    verify_consistency,
    verify_inclusion,
)

MAX_RECEIPT_BYTES = 32 * 1024
MAX_PATH = 64
_HASH = 32

_PAYLOAD: dict[str, type | tuple[type, ...]] = {
    "checkpoint": str,
    "consistency": (dict, type(None)),
    "content": str,
    "from": str,
    "head": (dict, type(None)),
    "inclusion": list,
    "leaf": dict,
    "mode": str,
    "outcome": str,
    "protocol": str,
    "received_at": str,
    "record": str,
    "to": str,
}


@dataclass(frozen=True)
class Consistency:
    """Proof that a log of an earlier size begins the log of the checkpoint."""

    tree_size: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a receipt says; `check_receipt` says whether it holds.

    Attributes:
        mode: live or exercise.
        record: record digest text of the message.
        content: its content digest text.
        author: the message's author (``from``).
        addressee: the receipt's author (``to``).
        received_at: the addressee's clock; the leaf's time.
        outcome: what became of the message at that moment; the leaf says the same.
        head: the addressee's own newest message in the conversation at that moment, or None.
        index: leaf's position in the addressee's log.
        salt: 32 bytes that open the leaf.
        checkpoint: signed note, as text.
        inclusion: path of the leaf in the checkpoint's tree.
        consistency: from the tree the author said it knew, or None if it knew none.

    Source: spec/11-receipts.md section 11.1.
    """

    mode: Mode
    record: str
    content: str
    author: str
    addressee: str
    received_at: datetime
    outcome: str
    head: Seen | None
    index: int
    salt: bytes
    checkpoint: str
    inclusion: Sequence[bytes]
    consistency: Consistency | None

    @property
    def opening(self) -> LeafOpening:
        """Return what explains the leaf."""
        return LeafOpening(
            salt=self.salt,
            kind="message.received",
            time=self.received_at,
            record=parse_digest(self.record),
            outcome=self.outcome,
        )

    def payload(self) -> bytes:
        """Return the canonical bytes the addressee signs."""
        known = self.consistency
        return encode(
            {
                "checkpoint": self.checkpoint,
                "consistency": known
                and {"from": known.tree_size, "path": [b64(h) for h in known.path]},
                "content": self.content,
                "from": self.author,
                "head": self.head and self.head.to_value(),
                "inclusion": [b64(h) for h in self.inclusion],
                "leaf": {"index": self.index, "salt": b64(self.salt)},
                "mode": self.mode,
                "outcome": self.outcome,
                "protocol": PROTOCOL,
                "received_at": time_text(self.received_at),
                "record": self.record,
                "to": self.addressee,
            }
        )


def sign_receipt(receipt: Receipt, key: PrivateKey) -> Jws:
    """Return the signed receipt; only after the commit it speaks of."""
    return jws.sign(receipt.payload(), [key], thing="receipt", mode=receipt.mode)


def parse_receipt(payload: bytes) -> Receipt:
    """Return the receipt of a payload, shape only."""
    fields = members(decode(payload, max_bytes=MAX_RECEIPT_BYTES), _PAYLOAD)
    leaf = members(fields["leaf"], {"index": int, "salt": str})
    for name in ("record", "content"):
        parse_digest(fields[name])
    if fields["protocol"] != PROTOCOL or leaf["index"] < 0:
        raise ReceiptMismatchError("another protocol, or an index out of range")
    if not is_outcome(fields["outcome"]):
        raise ReceiptMismatchError("not an outcome")
    return Receipt(
        mode=parse_mode(fields["mode"]),
        record=fields["record"],
        content=fields["content"],
        author=parse_party(fields["from"]),
        addressee=parse_party(fields["to"]),
        received_at=parse_time(fields["received_at"]),
        outcome=fields["outcome"],
        head=None if fields["head"] is None else parse_seen(fields["head"]),
        index=leaf["index"],
        salt=unb64(leaf["salt"], size_bytes=_HASH),
        checkpoint=fields["checkpoint"],
        inclusion=_path(fields["inclusion"]),
        consistency=_consistency(fields["consistency"]),
    )


def _consistency(value: Any) -> Consistency | None:
    if value is None:
        return None
    fields = members(value, {"from": int, "path": list})
    if fields["from"] < 1:
        raise ReceiptMismatchError("no proof begins at an empty tree")
    return Consistency(fields["from"], _path(fields["path"]))


def _path(value: list[object]) -> tuple[bytes, ...]:
    if len(value) > MAX_PATH:
        raise ReceiptMismatchError("a path longer than any tree is high")
    return tuple(unb64(item, size_bytes=_HASH) for item in value)


@dataclass(frozen=True)
class CheckedReceipt:
    """A receipt that holds.

    Attributes:
        receipt: what it says.
        checkpoint: the addressee's log at that moment, with cosignatures found good.
        linked: whether consistency with the checkpoint we knew was shown.
    """

    receipt: Receipt
    checkpoint: SignedCheckpoint
    linked: bool


def check_receipt(
    envelope: Jws,
    message: Message,
    registry: Registry,
    *,
    known: Checkpoint | None,
    proved_at: datetime | None = None,
) -> CheckedReceipt:
    """Return the receipt if it proves what it says about our message.

    Args:
        envelope: untrusted JWS.
        message: the one it must be about.
        registry: keys of the parties.
        known: the newest checkpoint of the addressee's log that we hold, or None.
        proved_at: when the receipt reached us, by our clock. Without it the key is judged at
            ``received_at``, a claim of whoever holds the key: enough only where the proved time
            is judged apart (a court bundle, step 8).

    Raises:
        ReceiptMismatchError: about something else, or by somebody who was no addressee.
        ReceiptUnprovedError: leaf, checkpoint or consistency does not hold.
        PeerError: the signature or its key does not count.

    Source: spec/11-receipts.md section 11.2; numbers below as there.
    """
    receipt = parse_receipt(envelope.payload)
    draft = message.draft
    # 1: signature and use
    jws.expect(envelope, thing="receipt", mode=registry.mode)
    moment = receipt.received_at if proved_at is None else proved_at
    keys = {
        s.kid: registry.signing_key(receipt.addressee, s.kid, use="receipt", proved_at=moment)
        for s in envelope.signatures
    }
    jws.verify(envelope, keys, thing="receipt", mode=registry.mode)
    # 2: record, content, parties
    if not equal(receipt.record.encode(), message.record.encode()):
        raise ReceiptMismatchError("a receipt for another message")
    parties = receipt.author == draft.author and receipt.addressee in draft.members
    if receipt.content != message.content or not parties or receipt.addressee == draft.author:
        raise ReceiptMismatchError("the receipt's members contradict the message")
    if receipt.mode != registry.mode:
        raise ReceiptMismatchError("a receipt of the other mode")
    # 3 to 5: leaf, checkpoint, consistency
    return _check_log(receipt, registry, known)


def _check_log(receipt: Receipt, registry: Registry, known: Checkpoint | None) -> CheckedReceipt:
    note = receipt.checkpoint.encode()
    try:
        origin = peek_checkpoint(note).origin
        verifiers = registry.log_verifiers(receipt.addressee, origin)
        signed = open_checkpoint(note, verifiers)
        tree = signed.checkpoint
        verify_inclusion(
            leaf=leaf_hash(entry(receipt.opening)),
            index=receipt.index,
            tree_size=tree.tree_size,
            path=receipt.inclusion,
            expected_root=tree.root,
        )
        linked = _linked(receipt, tree, known)
    except LedgerError as fault:
        raise ReceiptUnprovedError(f"the log's proof does not hold ({fault.code})") from fault
    return CheckedReceipt(receipt, signed, linked)


def _linked(receipt: Receipt, tree: Checkpoint, known: Checkpoint | None) -> bool:
    """Tell whether the checkpoint is shown to continue the one we knew."""
    proof = receipt.consistency
    if known is None or known.origin != tree.origin:
        return False
    if tree.tree_size == known.tree_size:
        if tree.root != known.root:
            raise ReceiptUnprovedError("two roots for one size of one log")
        return True
    if proof is None or proof.tree_size != known.tree_size or tree.tree_size < known.tree_size:
        return False
    verify_consistency(
        old_size=known.tree_size,
        new_size=tree.tree_size,
        proof=proof.path,
        old_root=known.root,
        new_root=tree.root,
    )
    return True
