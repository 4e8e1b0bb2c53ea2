"""Credentials as JSON Web Signatures in compact serialization, for readers outside the protocol.

Source: RFC 7515 section 7.1; W3C "Securing Verifiable Credentials using JOSE and COSE" section 3.1;
spec/05-keys-and-signatures.md.
"""

from dataclasses import dataclass
from typing import Final

from comity.canonical import b64, decode, encode, members, unb64
from comity.keys.jws import MAX_HEADER_BYTES, JwsError
from comity.keys.suites import ALGORITHMS, PrivateKey, PublicKey

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


__all__ = ["MAX_COMPACT_BYTES", "CompactJws", "parse_compact", "sign_compact"]
