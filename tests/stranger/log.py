"""A log: RFC 9162 tree, openings of leaves, and one log of our own (spec 10)."""

import base64
import hashlib
import re
from typing import Any

from tests.stranger.notes import NoteKey, signature_line
from tests.stranger.suites import Signer
from tests.stranger.values import (
    DIGEST,
    RefusedError,
    b64,
    demand,
    digest,
    encode,
    members,
    refuse,
    time_of,
    unb64,
)

KINDS = {
    "audit.anchored",
    "directory.snapshot",
    "domestic.note",
    "epoch.opened",
    "evidence.destroyed",
    "evidence.opened",
    "evidence.sealed",
    "evidence.served",
    "message.received",
    "message.sent",
    "officer.certified",
    "receipt.received",
}


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\0" + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _half(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def root_of(leaves: list[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = _half(len(leaves))
    return _node(root_of(leaves[:k]), root_of(leaves[k:]))


def inclusion_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """Return PATH(index, leaves) of RFC 9162 section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = _half(len(leaves))
    if index < k:
        return [*inclusion_path(index, leaves[:k]), root_of(leaves[k:])]
    return [*inclusion_path(index - k, leaves[k:]), root_of(leaves[:k])]


def consistency_path(size: int, leaves: list[bytes]) -> list[bytes]:
    """Return PROOF(size, leaves) of RFC 9162 section 2.1.4.1."""

    def sub(m: int, part: list[bytes], *, whole: bool) -> list[bytes]:
        if m == len(part):
            return [] if whole else [root_of(part)]
        k = _half(len(part))
        if m <= k:
            return [*sub(m, part[:k], whole=whole), root_of(part[k:])]
        return [*sub(m - k, part[k:], whole=False), root_of(part[:k])]

    return sub(size, leaves, whole=True)


def check_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> None:
    """Verify by RFC 9162 section 2.1.3.2."""
    demand(0 <= index < size < 1 << 63, "proof-range")
    fn, sn, found = index, size - 1, leaf
    for step in path:
        demand(sn, "proof-mismatch", "too long")
        if fn & 1 or fn == sn:
            found = _node(step, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = _node(found, step)
        fn, sn = fn >> 1, sn >> 1
    demand(sn == 0 and found == root, "proof-mismatch")


def check_consistency(
    old_size: int, new_size: int, path: list[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Verify by RFC 9162 section 2.1.4.2; nothing is proved from an empty tree."""
    demand(0 < old_size <= new_size, "proof-range")
    if old_size == new_size:
        demand(not path and old_root == new_root, "proof-mismatch")
        return
    steps = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    demand(steps, "proof-mismatch")
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = steps[0]
    for step in steps[1:]:
        demand(sn, "proof-mismatch")
        if fn & 1 or fn == sn:
            first, second = _node(step, first), _node(step, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = _node(second, step)
        fn, sn = fn >> 1, sn >> 1
    demand(sn == 0 and first == old_root and second == new_root, "proof-mismatch")


# ------------------------------------------------------------------ leaves, and our own log


OUTCOME = re.compile(r"applied|overtaken|held(:double-speak)?|refused:[a-z0-9]+(-[a-z0-9]+)*")


def is_outcome(text: Any) -> bool:
    """Tell whether a value says what became of a message."""
    return isinstance(text, str) and len(text) <= 80 and bool(OUTCOME.fullmatch(text))


def leaf_entry(opening: Any) -> bytes:
    """Return the 33 bytes that an opening explains."""
    received = isinstance(opening, dict) and opening.get("kind") == "message.received"
    names = "kind outcome record salt time" if received else "kind record salt time"
    members(opening, names, "leaf-malformed")
    demand(not received or is_outcome(opening["outcome"]), "leaf-malformed")
    try:
        salt = unb64(opening["salt"])
        time_of(opening["time"])
    except RefusedError as fault:
        raise RefusedError("leaf-malformed") from fault
    good = opening["kind"] in KINDS and len(salt) == 32
    demand(good and DIGEST.fullmatch(str(opening["record"])), "leaf-malformed")
    rest = {name: opening[name] for name in names.split() if name != "salt"}
    return b"\1" + digest("leaf", salt + encode(rest))


class OwnLog:
    """This party's log, in memory."""

    def __init__(self, origin: str, key: Signer) -> None:
        self.origin, self.key = origin, key
        self.leaves: list[bytes] = []
        self.openings: list[dict[str, str]] = []

    def append(self, opening: dict[str, str]) -> int:
        """Append a leaf; return its index."""
        self.leaves.append(leaf_hash(leaf_entry(opening)))
        self.openings.append(opening)
        return len(self.leaves) - 1

    def checkpoint(self) -> str:
        """Return the signed note of the tree as it is."""
        demand(self.leaves, "proof-range", "nothing is said of an empty tree")
        root = base64.b64encode(root_of(self.leaves)).decode()
        text = f"{self.origin}\n{len(self.leaves)}\n{root}\n"
        own = NoteKey(self.origin, unb64(self.key.public.jwk["x"]))
        return text + "\n" + signature_line(self.origin, own.id, self.key.sign(text.encode()))

    def inclusion(self, index: int) -> list[str]:
        """Return the path of a leaf in the tree as it is."""
        return [b64(step) for step in inclusion_path(index, self.leaves)]

    def consistency(self, start: int, end: int | None = None) -> list[str]:
        """Return the path from one size of this log to another, else to the newest."""
        tree = self.leaves[:end]
        if not 0 < start <= len(tree):
            refuse("proof-range")
        return [b64(step) for step in consistency_path(start, tree)]
