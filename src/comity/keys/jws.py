"""JSON Web Signatures in general JSON serialization, in exactly one spelling."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.canonical import MisuseError, Mode, PeerError, b64, decode, encode, members, unb64
from comity.keys.suites import ALGORITHMS, PrivateKey, PublicKey, SignatureInvalidError

MAX_SIGNATURES = 16
MAX_HEADER_BYTES = 512
MAX_JWS_BYTES = 2 * 1024 * 1024
THINGS = (
    "message",
    "receipt",
    "approval",
    "certificate",
    "entry",
    "state",
    "bundle",
    "successor",
    "review",
    "solution",
    "withdrawal",
)


class JwsError(PeerError, code="jws-malformed"):
    """Bytes are not a JWS of this protocol."""


class TypeMismatchError(PeerError, code="typ-mismatch"):
    """A JWS is of another thing, or of the other mode, than wanted here."""


class UnknownKeyError(PeerError, code="key-unknown"):
    """A signature names a key that may not sign this."""


def typ(thing: str, mode: Mode) -> str:
    """Return the ``typ`` of a thing in a mode, ``comity-1.message.live``."""
    if thing not in THINGS:
        raise MisuseError(f"no such thing: {thing}")
    return f"comity-1.{thing}.{mode}"


@dataclass(frozen=True)
class Signature:
    """One signature with what it is over.

    Attributes:
        kid: RFC 7638 thumbprint of the key it claims.
        alg: algorithm it claims; checked against the key, never trusted.
        signing_input: the bytes signed (RFC 7515 section 5.1 step 8).
        value: 64 bytes.
    """

    kid: str
    alg: str
    signing_input: bytes
    value: bytes


@dataclass(frozen=True)
class Jws:
    """A well-formed JWS. Nothing about it is verified yet.

    Attributes:
        record: the canonical bytes of the whole JWS.
        payload: the bytes signed for.
        typ: thing and mode, the same in every signature.
        signatures: at least one, in the order they stand.
    """

    record: bytes
    payload: bytes
    typ: str
    signatures: tuple[Signature, ...]

    @property
    def value(self) -> Any:
        """Return the JWS as a JSON value, for embedding in another one."""
        return decode(self.record, max_bytes=MAX_JWS_BYTES)


def sign(payload: bytes, signers: Iterable[PrivateKey], *, thing: str, mode: Mode) -> Jws:
    """Return a JWS over the payload by every signer.

    Source: RFC 7515 sections 5.1 and 7.2.1; spec/05-keys-and-signatures.md.
    """
    body = b64(payload)
    kind = typ(thing, mode)
    rows = []
    for signer in signers:
        header = b64(encode({"alg": signer.alg, "kid": signer.kid, "typ": kind}))
        value = signer.sign(f"{header}.{body}".encode("ascii"))
        rows.append({"protected": header, "signature": b64(value)})
    return parse_value({"payload": body, "signatures": rows})


def parse(data: bytes, *, max_bytes: int = MAX_JWS_BYTES) -> Jws:
    """Return the JWS of untrusted bytes, shape only."""
    return _parsed(decode(data, max_bytes=max_bytes), data)


def parse_value(value: object) -> Jws:
    """Return the JWS of an untrusted JSON value that stood inside another one, shape only."""
    return _parsed(value, None)


def _parsed(value: object, record: bytes | None) -> Jws:
    fields = members(value, {"payload": str, "signatures": list})
    rows = fields["signatures"]
    if not 1 <= len(rows) <= MAX_SIGNATURES:
        raise JwsError(f"one to {MAX_SIGNATURES} signatures are allowed")
    body = fields["payload"]
    payload = unb64(body)
    read = [_signature(row, body) for row in rows]
    kinds = {kind for kind, _ in read}
    if len(kinds) != 1:
        raise JwsError("the signatures are of different things")
    if len({s.kid for _, s in read}) != len(read):
        raise JwsError("one key signs twice")
    return Jws(record or encode(value), payload, kinds.pop(), tuple(s for _, s in read))


def _signature(row: object, body: str) -> tuple[str, Signature]:
    fields = members(row, {"protected": str, "signature": str})
    text = fields["protected"]
    header = members(
        decode(unb64(text), max_bytes=MAX_HEADER_BYTES), {"alg": str, "kid": str, "typ": str}
    )
    if header["alg"] not in ALGORITHMS:
        raise JwsError("unknown algorithm")
    value = unb64(fields["signature"], size_bytes=64)
    data = f"{text}.{body}".encode("ascii")
    return header["typ"], Signature(header["kid"], header["alg"], data, value)


def expect(jws: Jws, *, thing: str, mode: Mode) -> None:
    """Raise `TypeMismatchError` unless the JWS is of this thing in this mode."""
    if jws.typ != typ(thing, mode):
        raise TypeMismatchError(f"wanted {typ(thing, mode)}", wanted=typ(thing, mode))


def verify(jws: Jws, keys: Mapping[str, PublicKey], *, thing: str, mode: Mode) -> tuple[str, ...]:
    """Return the kids of the signatures, every one of which is good.

    Args:
        jws: what to check.
        keys: kid to key; only those that may sign such a thing.
        thing: what it must be.
        mode: live or exercise.

    Raises:
        TypeMismatchError: another thing or mode.
        UnknownKeyError: a signature by none of the keys, or with another algorithm than its key's.
        SignatureInvalidError: a signature that does not fit.

    Source: RFC 7515 section 5.2; spec/05-keys-and-signatures.md.
    """
    expect(jws, thing=thing, mode=mode)
    for signature in jws.signatures:
        key = keys.get(signature.kid)
        if key is None or key.alg != signature.alg:
            raise UnknownKeyError("no key that may sign this has that name")
        key.verify(signature.value, signature.signing_input)
    return tuple(s.kid for s in jws.signatures)


# Credentials as JSON Web Signatures in compact serialization, for readers outside the protocol.
#
# Source: RFC 7515 section 7.1; W3C "Securing Verifiable Credentials using JOSE and COSE" section
# 3.1; spec/05-keys-and-signatures.md.


MAX_COMPACT_BYTES: Final = 256 * 1024
_CONTENT: Final = "vc"
_TYPE: Final = "vc+jwt"
_PARTS: Final = 3


@dataclass(frozen=True)
class CompactJws:
    """A well-formed credential. Nothing about it is verified yet.

    Attributes:
        text: as it travels, ASCII.
        payload: the bytes signed for.
        kid: thumbprint of the key it claims.
        alg: algorithm it claims; checked against the key, never trusted.
        signing_input: the bytes signed.
        value: of the signature, 64 bytes.
    """

    text: str
    payload: bytes
    kid: str
    alg: str
    signing_input: bytes
    value: bytes

    def verify(self, key: PublicKey) -> None:
        """Raise unless the key made the signature.

        Raises:
            JwsError: another key or algorithm is claimed.
            SignatureInvalidError: the signature does not fit.
        """
        if (key.kid, key.alg) != (self.kid, self.alg):
            raise JwsError("it claims another key or algorithm than this key's")
        key.verify(self.value, self.signing_input)


def sign_compact(payload: bytes, key: PrivateKey) -> CompactJws:
    """Return a credential signed by a key of use ``credential``."""
    header = encode({"alg": key.alg, "cty": _CONTENT, "kid": key.kid, "typ": _TYPE})
    data = f"{b64(header)}.{b64(payload)}"
    return parse_compact(f"{data}.{b64(key.sign(data.encode('ascii')))}")


def parse_compact(text: str) -> CompactJws:
    """Return the credential of untrusted text, shape only.

    Raises:
        PeerError: too large, not three parts, or another header than exactly ours in its one
            spelling.
    """
    if len(text) > MAX_COMPACT_BYTES or not text.isascii():
        raise JwsError("a credential is ASCII and at most 256 KiB")
    parts = text.split(".")
    if len(parts) != _PARTS:
        raise JwsError("a credential has three parts between dots")
    head, body, value = parts
    header = members(
        decode(unb64(head), max_bytes=MAX_HEADER_BYTES),
        {"alg": str, "cty": str, "kid": str, "typ": str},
    )
    if header["alg"] not in ALGORITHMS or (header["cty"], header["typ"]) != (_CONTENT, _TYPE):
        raise JwsError("unknown algorithm, or no credential by its header")
    return CompactJws(
        text=text,
        payload=unb64(body),
        kid=header["kid"],
        alg=header["alg"],
        signing_input=f"{head}.{body}".encode("ascii"),
        value=unb64(value, size_bytes=64),
    )


__all__ = [
    "MAX_COMPACT_BYTES",
    "MAX_HEADER_BYTES",
    "MAX_JWS_BYTES",
    "MAX_SIGNATURES",
    "THINGS",
    "CompactJws",
    "Jws",
    "JwsError",
    "Signature",
    "SignatureInvalidError",
    "TypeMismatchError",
    "UnknownKeyError",
    "expect",
    "parse",
    "parse_compact",
    "parse_value",
    "sign",
    "sign_compact",
    "typ",
    "verify",
]
