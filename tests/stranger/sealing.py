"""Sealing: age v1 with X25519 recipients (spec 13.1; age-encryption.org/v1)."""

import base64
import hmac
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from tests.stranger.values import RefusedError, demand

CHUNK = 64 * 1024
VERSION = b"age-encryption.org/v1\n"
INFO = b"age-encryption.org/v1/X25519"
STANZA = re.compile(rb"-> X25519 ([A-Za-z0-9+/]{43})\n([A-Za-z0-9+/]{43})\n")
ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def _derive(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(secret)


def _plain64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _from64(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4))


def _wrapping(shared: bytes, share: bytes, recipient: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(_derive(shared, share + recipient, INFO))


def seal(data: bytes, recipients: list[bytes]) -> bytes:
    """Return an age file to the raw X25519 public keys given."""
    file_key, nonce = os.urandom(16), os.urandom(16)
    head = VERSION
    for recipient in recipients:
        own = X25519PrivateKey.generate()
        share = own.public_key().public_bytes_raw()
        shared = own.exchange(X25519PublicKey.from_public_bytes(recipient))
        body = _wrapping(shared, share, recipient).encrypt(bytes(12), file_key, None)
        head += b"-> X25519 " + _plain64(share) + b"\n" + _plain64(body) + b"\n"
    head += b"---"
    tag = hmac.digest(_derive(file_key, b"", b"header"), head, "sha256")
    stream = ChaCha20Poly1305(_derive(file_key, nonce, b"payload"))
    pieces = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)] or [b""]
    sealed = [
        stream.encrypt(_counter(n, last=n == len(pieces) - 1), piece, None)
        for n, piece in enumerate(pieces)
    ]
    return head + b" " + _plain64(tag) + b"\n" + nonce + b"".join(sealed)


def _counter(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def unseal(data: bytes, identity: X25519PrivateKey) -> bytes:
    """Return what was sealed to an identity."""
    try:
        return _unseal(data, identity)
    except (InvalidTag, ValueError) as fault:
        raise RefusedError("seal-broken") from fault


def _unseal(data: bytes, identity: X25519PrivateKey) -> bytes:
    end = data.index(b"\n---") + 4
    head, rest = data[:end], data[end:]
    demand(head.startswith(VERSION), "seal-broken")
    line, _, payload = rest.partition(b"\n")
    file_key = _file_key(head, identity)
    tag = hmac.digest(_derive(file_key, b"", b"header"), head, "sha256")
    demand(hmac.compare_digest(b" " + _plain64(tag), line), "seal-broken", "the header's HMAC")
    stream = ChaCha20Poly1305(_derive(file_key, payload[:16], b"payload"))
    body, size = payload[16:], CHUNK + 16
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    demand(pieces, "seal-broken", "no final chunk")
    return b"".join(
        stream.decrypt(_counter(n, last=n == len(pieces) - 1), piece, None)
        for n, piece in enumerate(pieces)
    )


def _file_key(head: bytes, identity: X25519PrivateKey) -> bytes:
    own = identity.public_key().public_bytes_raw()
    for share, body in STANZA.findall(head):
        raw = _from64(share)
        shared = identity.exchange(X25519PublicKey.from_public_bytes(raw))
        try:
            return _wrapping(shared, raw, own).decrypt(bytes(12), _from64(body), None)
        except InvalidTag:
            continue
    raise RefusedError("seal-broken", "sealed to somebody else")


# ------------------------------------------------------------------ recipients (BIP 173)


def _polymod(values: list[int]) -> int:
    state = 1
    for value in values:
        top, state = state >> 25, (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(
            (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
        ):
            state ^= generator if top >> bit & 1 else 0
    return state


def _expand(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _regroup(data: list[int], before: int, after: int) -> list[int]:
    number = held = 0
    found = []
    for value in data:
        number, held = number << before | value, held + before
        while held >= after:
            held -= after
            found.append(number >> held & (1 << after) - 1)
    if before > after and held:
        found.append(number << after - held & (1 << after) - 1)
    return found


def recipient_text(public: bytes) -> str:
    """Return ``age1...`` of a raw public key."""
    words = _regroup(list(public), 8, 5)
    check = _polymod([*_expand("age"), *words, *[0] * 6]) ^ 1
    return "age1" + "".join(
        ALPHABET[w] for w in [*words, *(check >> 5 * (5 - n) & 31 for n in range(6))]
    )


def recipient_bytes(text: str) -> bytes:
    """Return the raw public key of ``age1...``."""
    words = [ALPHABET.find(c) for c in text.removeprefix("age1")]
    good = text.startswith("age1") and -1 not in words and _polymod([*_expand("age"), *words]) == 1
    demand(good, "key-malformed", "no recipient")
    return bytes(_regroup(words[:-6], 5, 8))[:32]
