"""Signed notes, checkpoints in them, and the cosignatures of witnesses (C2SP; spec 10)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from tests.stranger.values import RefusedError, demand, refuse

PLAIN, COSIGNED, COSIGNED_PQ = 0x01, 0x04, 0x06
KEY_BYTES = {PLAIN: 32, COSIGNED: 32, COSIGNED_PQ: 1312}
MAX_SIGNATURES = 100
MAX_NOTE_BYTES = 1 << 20


def padded64(text: str, code: str) -> bytes:
    """Return the bytes of padded base64 in its only canonical spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as fault:
        raise RefusedError(code) from fault
    demand(base64.b64encode(data).decode() == text, code)
    return data


@dataclass(frozen=True)
class NoteKey:
    """A name, and a key that signs notes under it.

    Attributes:
        name: the name.
        raw: the key's bytes.
        kind: type byte of c2sp.org/signed-note.
    """

    name: str
    raw: bytes
    kind: int = PLAIN

    @property
    def id(self) -> bytes:
        """Return the key id of c2sp.org/signed-note."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[
            :4
        ]

    def verifies(self, text: str, data: bytes) -> int | None:
        """Return the time that a signature states (0 where its kind states none), or None."""
        if self.kind == PLAIN:
            return 0 if _ed25519(self.raw, data, text.encode()) else None
        moment, signature = int.from_bytes(data[:8]), data[8:]
        if len(data) <= 8 or moment >= 1 << 63:
            return None
        if self.kind == COSIGNED:
            signed = f"cosignature/v1\ntime {moment}\n{text}".encode()
            return moment if _ed25519(self.raw, signature, signed) else None
        try:
            tree = read_checkpoint(text)
        except RefusedError:
            return None
        if text.count("\n") > 3:  # spec 11.3: an extension line would not be signed
            return None
        key = MLDSA44PublicKey.from_public_bytes(self.raw)
        try:
            key.verify(signature, cosigned_message(self.name, moment, tree))
        except (InvalidSignature, ValueError):
            return None
        return moment


def _ed25519(raw: bytes, signature: bytes, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def note_key(text: str) -> NoteKey:
    """Return the key of a verifier key text ``name+id+key``."""
    name, _, rest = text.partition("+")
    number, _, key = rest.partition("+")
    code = "note-key-malformed"
    demand(name and not any(c.isspace() for c in name), code, "the name")
    data = padded64(key, code)
    demand(data, code, "no key")
    kind, raw = data[0], data[1:]
    demand(len(raw) == KEY_BYTES.get(kind, len(raw)), code, "a key of another length")
    found = NoteKey(name, raw, kind)
    demand(found.id.hex() == number, code, "the id")
    return found


# ------------------------------------------------------------------ checkpoints


@dataclass(frozen=True)
class Checkpoint:
    """What a log said of itself."""

    origin: str
    size: int
    root: bytes


def cosigned_message(cosigner: str, moment: int, tree: Checkpoint) -> bytes:
    """Return what an ML-DSA-44 cosigner signs (C2SP tlog-cosignature)."""
    names = [part.encode() for part in (cosigner, tree.origin)]
    demand(all(len(name) < 256 for name in names), "note-signature-bad", "a name too long")
    return b"".join(
        (
            b"subtree/v1\n\0",
            bytes([len(names[0])]) + names[0],
            moment.to_bytes(8),
            bytes([len(names[1])]) + names[1],
            (0).to_bytes(8),
            tree.size.to_bytes(8),
            tree.root,
        )
    )


def read_checkpoint(text: str) -> Checkpoint:
    """Return what a note's text says, whoever signed it."""
    lines = text.split("\n")
    demand(len(lines) >= 4 and all(lines[:-1]), "checkpoint-malformed")
    origin, size = lines[0], lines[1]
    canonical = size.isascii() and size.isdigit() and str(int(size)) == size
    demand(canonical and int(size) < 1 << 63, "checkpoint-malformed")
    root = padded64(lines[2], "checkpoint-malformed")
    demand(len(root) == 32, "checkpoint-malformed")
    return Checkpoint(origin, int(size), root)


def open_checkpoint(note: str | bytes, keys: list[NoteKey]) -> Checkpoint:
    """Return the checkpoint of a note that the log itself signed."""
    opened = open_note(note.encode() if isinstance(note, str) else note, keys)
    tree = read_checkpoint(opened.text)
    own = {key.name for key, _ in opened.signed if key.kind == PLAIN}
    demand(tree.origin in own, "checkpoint-unsigned")
    return tree


# ------------------------------------------------------------------ notes


@dataclass(frozen=True)
class Note:
    """A note that a known key signed.

    Attributes:
        text: what is signed.
        signed: each known key that signed, with the time that its signature states, or 0.
        lines: how many signatures it has in all.
    """

    text: str
    signed: tuple[tuple[NoteKey, int], ...]
    lines: int


def split_note(data: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text of a note, and name, key id and signature of each line below it."""
    demand(len(data) <= MAX_NOTE_BYTES, "note-oversize")
    try:
        whole = data.decode("utf-8")
    except UnicodeError as fault:
        raise RefusedError("note-malformed") from fault
    demand(not any(ord(c) < 32 and c != "\n" for c in whole), "note-malformed")
    text, gap, tail = whole.rpartition("\n\n")
    demand(gap and tail.endswith("\n"), "note-malformed")
    lines = tail[:-1].split("\n")
    demand(len(lines) <= MAX_SIGNATURES, "note-oversize")
    return text + "\n", [_signature_line(line) for line in lines]


def open_note(data: bytes, keys: list[NoteKey]) -> Note:
    """Return a signed note and which of the given keys signed it."""
    text, lines = split_note(data)
    known = {(key.name, key.id): key for key in keys}
    signed = []
    for name, blob in lines:
        key = known.get((name, blob[:4]))
        if key is None:
            continue
        moment = key.verifies(text, blob[4:])
        if moment is None:
            refuse("note-signature-bad", name)
        signed.append((key, moment))
    demand(signed, "note-unsigned")
    return Note(text, tuple(signed), len(lines))


def _signature_line(line: str) -> tuple[str, bytes]:
    mark, _, rest = line.partition(" ")
    name, gap, text = rest.partition(" ")
    demand(mark == "\u2014" and gap and name, "note-malformed")
    demand("+" not in name and not any(c.isspace() for c in name), "note-malformed")
    data = padded64(text, "note-malformed")
    demand(len(data) > 4, "note-malformed")
    return name, data


def signature_line(name: str, id: bytes, signature: bytes) -> str:
    """Return the line that adds a signature to a note."""
    return f"\u2014 {name} {base64.b64encode(id + signature).decode()}\n"
