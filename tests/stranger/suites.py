"""Keys and JWS: one key, one use; general JSON serialization (spec 5)."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from tests.stranger.values import b64, decode, demand, digest_text, encode, members, refuse, unb64

MAX_JWS_BYTES = 1024 * 1024
MAX_HEADER_BYTES = 512
THINGS = {"message", "receipt", "approval", "certificate", "entry", "state", "bundle", "successor"}


@dataclass(frozen=True)
class Public:
    """A verifying key, as a JWK says it."""

    jwk: dict[str, str]

    @property
    def kid(self) -> str:
        """Return the RFC 7638 thumbprint."""
        return b64(hashlib.sha256(encode(self.jwk)).digest())

    @property
    def alg(self) -> str:
        """Return the algorithm that this key decides."""
        return "Ed25519" if self.jwk["kty"] == "OKP" else "ES256"

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Tell whether a signature of 64 bytes fits."""
        if len(signature) != 64:
            return False
        x = unb64(self.jwk["x"])
        try:
            if self.alg == "Ed25519":
                ed25519.Ed25519PublicKey.from_public_bytes(x).verify(signature, data)
                return True
            numbers = ec.EllipticCurvePublicNumbers(
                int.from_bytes(x), int.from_bytes(unb64(self.jwk["y"])), ec.SECP256R1()
            )
            r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
            numbers.public_key().verify(encode_dss_signature(r, s), data, ec.ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            return False
        return True


def public_of(jwk: Any) -> Public:
    """Return the public key of a JWK, whether its private half is there or not."""
    names = ("crv", "kty", "x") if jwk.get("kty") == "OKP" else ("crv", "kty", "x", "y")
    demand(all(isinstance(jwk.get(name), str) for name in names), "key-malformed")
    curves = {"OKP": "Ed25519", "EC": "P-256"}
    demand(curves.get(jwk["kty"]) == jwk["crv"], "key-malformed")
    return Public({name: jwk[name] for name in names})


@dataclass(frozen=True)
class Signer:
    """A signing key of either suite."""

    public: Public
    secret: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey

    def sign(self, data: bytes) -> bytes:
        """Return 64 bytes."""
        if isinstance(self.secret, ed25519.Ed25519PrivateKey):
            return self.secret.sign(data)
        r, s = decode_dss_signature(self.secret.sign(data, ec.ECDSA(SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)


def new_signer(alg: str = "Ed25519") -> Signer:
    """Make a key."""
    if alg == "Ed25519":
        own = ed25519.Ed25519PrivateKey.from_private_bytes(os.urandom(32))
        raw = own.public_key().public_bytes_raw()
        return Signer(Public({"crv": "Ed25519", "kty": "OKP", "x": b64(raw)}), own)
    curve = ec.generate_private_key(ec.SECP256R1())
    point = curve.public_key().public_numbers()
    place = {"x": b64(point.x.to_bytes(32)), "y": b64(point.y.to_bytes(32))}
    return Signer(Public({"crv": "P-256", "kty": "EC", **place}), curve)


# ------------------------------------------------------------------ JWS


@dataclass(frozen=True)
class Envelope:
    """A JWS whose shape was checked; nothing is verified yet.

    Attributes:
        value: the JSON value.
        payload: the signed bytes.
        headers: kid, alg and typ of each signature.
    """

    value: dict[str, Any]
    payload: bytes
    headers: tuple[dict[str, str], ...]

    @property
    def raw(self) -> bytes:
        """Return the canonical bytes of the whole."""
        return encode(self.value)

    @property
    def record(self) -> str:
        """Return the record digest."""
        return digest_text("record", self.raw)

    @property
    def content(self) -> str:
        """Return the content digest."""
        return digest_text("content", self.payload)


def parse_jws(value: Any) -> Envelope:
    """Check the shape of a JWS that came as a JSON value."""
    members(value, "payload signatures")
    payload = unb64(value["payload"])
    rows = value["signatures"]
    demand(isinstance(rows, list), "member-malformed")
    demand(1 <= len(rows) <= 16, "jws-malformed", "one to sixteen signatures")
    headers = []
    for row in rows:
        members(row, "protected signature")
        header = decode(unb64(row["protected"]), most=MAX_HEADER_BYTES)
        members(header, "alg kid typ")
        demand(header["alg"] in {"Ed25519", "ES256"}, "jws-malformed", "an unknown algorithm")
        demand(len(unb64(row["signature"])) == 64, "base64-malformed", "not 64 bytes")
        headers.append(header)
    demand(len({h["kid"] for h in headers}) == len(headers), "jws-malformed", "a kid twice")
    demand(len({h["typ"] for h in headers}) == 1, "jws-malformed", "different things")
    return Envelope(value, payload, tuple(headers))


def verify_jws(
    envelope: Envelope, *, thing: str, mode: str, find: Callable[[str], Public | None]
) -> None:
    """Verify every signature by the key that its kid names."""
    demand(thing in THINGS, "typ-mismatch")
    for header, row in zip(envelope.headers, envelope.value["signatures"], strict=True):
        demand(header["typ"] == f"comity-1.{thing}.{mode}", "typ-mismatch", header["typ"])
        key = find(header["kid"])
        if key is None or key.alg != header["alg"]:
            refuse("key-unknown")
        signed = f"{row['protected']}.{envelope.value['payload']}".encode()
        demand(key.verifies(unb64(row["signature"]), signed), "signature-invalid")


def sign_jws(payload: bytes, *, thing: str, mode: str, keys: list[Signer]) -> Envelope:
    """Sign canonical bytes."""
    body, rows = b64(payload), []
    for key in keys:
        typ = f"comity-1.{thing}.{mode}"
        header = b64(encode({"alg": key.public.alg, "kid": key.public.kid, "typ": typ}))
        rows.append({"protected": header, "signature": b64(key.sign(f"{header}.{body}".encode()))})
    return parse_jws({"payload": body, "signatures": rows})
