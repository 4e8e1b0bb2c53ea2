"""Receipts: what one is, and what the sender of a message checks (spec 11)."""

from dataclasses import dataclass
from typing import Any

from tests.stranger.directory import Directory
from tests.stranger.log import (
    check_consistency,
    check_inclusion,
    leaf_entry,
    leaf_hash,
)
from tests.stranger.message import Message
from tests.stranger.notes import Checkpoint, open_checkpoint
from tests.stranger.suites import parse_jws, verify_jws
from tests.stranger.tables import fits, schema
from tests.stranger.values import RefusedError, decode, demand, members, time_of, unb64

MEMBERS = (
    "checkpoint consistency content from head inclusion leaf mode outcome protocol received_at "
    "record to"
)


@dataclass(frozen=True)
class Receipt:
    """A good receipt.

    Attributes:
        value: its payload.
        checkpoint: the newest of that log, to be held from now on.
        linked: whether it shows that the log continues the checkpoint held before.
    """

    value: dict[str, Any]
    checkpoint: Checkpoint
    linked: bool


def check_receipt(
    value: Any, message: Message, directory: Directory, *, known: Checkpoint | None
) -> Receipt:
    """Check a receipt about a message of ours.

    Args:
        value: untrusted JWS.
        message: what was sent.
        directory: of our mode.
        known: the newest checkpoint held of that log, or None.
    """
    envelope = parse_jws(value)
    said = members(decode(envelope.payload), MEMBERS)
    rule = schema("receipt")
    demand(fits(said, rule, rule), "receipt-mismatch")
    received = time_of(said["received_at"])
    find = directory.signer(said["to"], use="receipt", at=received)
    verify_jws(envelope, thing="receipt", mode=directory.mode, find=find)
    same = (
        said["record"] == message.envelope.record,
        said["content"] == message.envelope.content,
        said["from"] == message.author,
        said["to"] in message.value["members"] and said["to"] != message.author,
        said["mode"] == directory.mode,
    )
    demand(all(same), "receipt-mismatch")
    try:
        tree = _proved(said, directory)
        linked = _linked(said, tree, known)
    except RefusedError as fault:
        raise RefusedError("receipt-unproved", fault.code) from fault
    return Receipt(said, tree, linked)


def _proved(said: dict[str, Any], directory: Directory) -> Checkpoint:
    origin = said["checkpoint"].partition("\n")[0]
    demand(directory.origins.get(origin) == said["to"], "checkpoint-unsigned", "no log of theirs")
    tree = open_checkpoint(said["checkpoint"], directory.log_keys(origin))
    opening = {
        "kind": "message.received",
        "outcome": said["outcome"],
        "record": said["record"],
        "salt": said["leaf"]["salt"],
        "time": said["received_at"],
    }
    path = [unb64(step) for step in said["inclusion"]]
    check_inclusion(
        leaf_hash(leaf_entry(opening)), said["leaf"]["index"], tree.size, path, tree.root
    )
    return tree


def _linked(said: dict[str, Any], tree: Checkpoint, known: Checkpoint | None) -> bool:
    proof = said["consistency"]
    if known is None or known.origin != tree.origin:
        return False
    if known.size == tree.size:
        demand(known.root == tree.root, "proof-mismatch", "two roots of one size")
        return True
    if proof is None or proof["from"] != known.size or known.size > tree.size:
        return False
    path = [unb64(step) for step in proof["path"]]
    check_consistency(known.size, tree.size, path, known.root, tree.root)
    return True
