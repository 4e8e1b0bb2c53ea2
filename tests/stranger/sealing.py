"""Sealing: age v1 with X25519 or hybrid recipients (spec 13.1 and 15.2; C2SP age)."""

import base64
import hmac
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from tests.stranger.hybrid import CURVE, LATTICE_KEY, HybridIdentity, wrap
from tests.stranger.values import RefusedError, demand

type Identity = X25519PrivateKey | HybridIdentity

CHUNK = 64 * 1024
VERSION = b"age-encryption.org/v1\n"
INFO = b"age-encryption.org/v1/X25519"
HEADER = re.compile(
    rb"(age-encryption\.org/v1\n"
    rb"(?:-> [!-~]+(?: [!-~]+)*\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n)+"
    rb"---) ([A-Za-z0-9+/]{43})\n"
)
HYBRID = re.compile(rb"-> mlkem768x25519 ([A-Za-z0-9+/]+)\n([A-Za-z0-9+/]{43})\n")
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
    """Return an age file to the raw public keys given, which are all of one kind."""
    demand(len({len(recipient) for recipient in recipients}) == 1, "key-malformed", "two kinds")
    file_key, nonce = os.urandom(16), os.urandom(16)
    head = VERSION
    for recipient in recipients:
        if len(recipient) != 32:
            share, body = wrap(recipient, file_key)
            head += b"-> mlkem768x25519 " + _plain64(share) + b"\n" + _plain64(body) + b"\n"
            continue
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


def unseal(data: bytes, identity: Identity) -> bytes:
    """Return what was sealed to an identity."""
    try:
        return open_age(data, identity)
    except RefusedError as fault:
        raise RefusedError("seal-broken", fault.code) from fault


def open_age(data: bytes, identity: Identity) -> bytes:
    """Return what an age file holds, or refuse it by the codes for packages."""
    head, mac, payload = _split(data)
    file_key = _file_key(head, identity)
    tag = hmac.digest(_derive(file_key, b"", b"header"), head, "sha256")
    demand(hmac.compare_digest(tag, mac), "age-hmac", "the header's HMAC")
    stream = ChaCha20Poly1305(_derive(file_key, payload[:16], b"payload"))
    body, size = payload[16:], CHUNK + 16
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    demand(pieces, "age-payload", "no final chunk")
    demand(len(pieces) == 1 or len(pieces[-1]) > 16, "age-payload", "an empty final chunk")
    try:
        return b"".join(
            stream.decrypt(_counter(n, last=n == len(pieces) - 1), piece, None)
            for n, piece in enumerate(pieces)
        )
    except (InvalidTag, ValueError) as fault:
        raise RefusedError("age-payload") from fault


def _split(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the header up to its mark, the HMAC in it, and nonce and payload."""
    found = HEADER.match(data)
    demand(found, "age-header")
    assert found is not None
    payload = data[found.end() :]
    demand(len(payload) >= 16, "age-header", "the nonce")
    try:
        mac = _from64(found[2])
    except ValueError as fault:
        raise RefusedError("age-header", "the HMAC") from fault
    demand(_plain64(mac) == found[2], "age-header", "the HMAC")
    return found[1], mac, payload


def _file_key(head: bytes, identity: Identity) -> bytes:
    if isinstance(identity, HybridIdentity):
        for share, body in HYBRID.findall(head):
            found = identity.unwrap(_from64(share), _from64(body))
            if found is not None:
                return found
        raise RefusedError("age-no-match", "sealed to somebody else")
    own = identity.public_key().public_bytes_raw()
    for share, body in STANZA.findall(head):
        raw, wrapped = _from64(share), _from64(body)
        canonical = _plain64(raw) == share and _plain64(wrapped) == body
        demand(canonical, "age-header", "a stanza")
        try:
            shared = identity.exchange(X25519PublicKey.from_public_bytes(raw))
            return _wrapping(shared, raw, own).decrypt(bytes(12), wrapped, None)
        except (InvalidTag, ValueError):
            continue
    raise RefusedError("age-no-match", "sealed to somebody else")


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


def _bech32(prefix: str, data: bytes) -> str:
    words = _regroup(list(data), 8, 5)
    check = _polymod([*_expand(prefix), *words, *[0] * 6]) ^ 1
    words += [check >> 5 * (5 - n) & 31 for n in range(6)]
    return prefix + "1" + "".join(ALPHABET[w] for w in words)


def _unbech32(prefix: str, text: str) -> bytes:
    words = [ALPHABET.find(c) for c in text.removeprefix(prefix + "1")]
    good = text.startswith(prefix + "1") and -1 not in words and len(words) > 6
    demand(good and _polymod([*_expand(prefix), *words]) == 1, "key-malformed", "no such key")
    size = (len(words) - 6) * 5 // 8
    return bytes(_regroup(words[:-6], 5, 8))[:size]


def recipient_text(public: bytes) -> str:
    """Return ``age1...`` or ``age1pq1...`` of a raw public key."""
    return _bech32("age" if len(public) == 32 else "age1pq", public)


def recipient_bytes(text: str) -> bytes:
    """Return the raw public key of ``age1...`` or ``age1pq1...``."""
    return _unbech32("age1pq" if text.startswith("age1pq1") else "age", text)


def is_recipient(text: str, sizes: tuple[int, ...] = (32, LATTICE_KEY + CURVE)) -> bool:
    """Tell whether a text is a recipient of a kind whose keys have such a size."""
    try:
        return len(recipient_bytes(text)) in sizes
    except RefusedError:
        return False


def identity_of(text: str) -> Identity:
    """Return the identity of ``AGE-SECRET-KEY-1...`` or ``AGE-SECRET-KEY-PQ-1...``."""
    demand(text.isupper(), "key-malformed", "no identity")
    if text.startswith("AGE-SECRET-KEY-PQ-1"):
        return HybridIdentity(_unbech32("age-secret-key-pq-", text.lower()))
    return X25519PrivateKey.from_private_bytes(_unbech32("age-secret-key-", text.lower()))


def identity_text(identity: Identity) -> str:
    """Return how an identity is written."""
    if isinstance(identity, HybridIdentity):
        return _bech32("age-secret-key-pq-", identity.seed).upper()
    return _bech32("age-secret-key-", identity.private_bytes_raw()).upper()


def public_key(identity: Identity) -> bytes:
    """Return the raw public key to seal to."""
    if isinstance(identity, HybridIdentity):
        return identity.recipient
    return identity.public_key().public_bytes_raw()
