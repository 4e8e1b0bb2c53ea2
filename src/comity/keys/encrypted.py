"""A private key in a file under a passphrase, as standard tools read it: PKCS #8, PBES2, PEM.

The browser writes and reads the same bytes (``officer_ca.js``); ``openssl pkcs8`` opens them.

Source: RFC 5958 section 3; RFC 8018 sections 6.2 and A.4; RFC 7468 section 11.
"""

import base64
import hashlib
import textwrap
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from comity.canonical import MisuseError
from comity.keys.suites import PrivateKey

ROUNDS: Final = 600_000
"""PBKDF2 with HMAC-SHA-256, as OWASP asks of passphrases in 2023."""
SALT_BYTES: Final = 16
IV_BYTES: Final = 16
BEGINNING: Final = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
_END: Final = b"-----END ENCRYPTED PRIVATE KEY-----"
_BLOCK_BYTES: Final = 16
_PBES2: Final = bytes.fromhex("06092a864886f70d01050d")
_PBKDF2: Final = bytes.fromhex("06092a864886f70d01050c")
_HMAC_SHA256: Final = bytes.fromhex("300c06082a864886f70d02090500")
_AES256_CBC: Final = bytes.fromhex("060960864801650304012a")


class PassphraseError(MisuseError, code="key-passphrase"):
    """A key file does not open with this passphrase, or is no key of a kind that signs here."""


def encrypt_key(key: PrivateKey, passphrase: str, *, salt: bytes, iv: bytes) -> bytes:
    """Return a private key as PEM text under a passphrase.

    Args:
        key: Ed25519 or P-256.
        passphrase: of any length; whoever asks for it says how long it must be.
        salt: `SALT_BYTES` fresh random bytes.
        iv: `IV_BYTES` fresh random bytes.
    """
    plain = key.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pad = _BLOCK_BYTES - len(plain) % _BLOCK_BYTES
    secret = hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, ROUNDS, dklen=32)
    sealer = Cipher(algorithms.AES256(secret), modes.CBC(iv)).encryptor()
    sealed = sealer.update(plain + bytes([pad]) * pad) + sealer.finalize()
    rounds = _tlv(0x02, ROUNDS.to_bytes(3, "big"))
    derived = _tlv(0x30, _PBKDF2, _tlv(0x30, _tlv(0x04, salt), rounds, _HMAC_SHA256))
    cipher = _tlv(0x30, _AES256_CBC, _tlv(0x04, iv))
    scheme = _tlv(0x30, _PBES2, _tlv(0x30, derived, cipher))
    body = base64.b64encode(_tlv(0x30, scheme, _tlv(0x04, sealed))).decode()
    return b"\n".join((BEGINNING, "\n".join(textwrap.wrap(body, 64)).encode(), _END, b""))


def decrypt_key(data: bytes, passphrase: str) -> PrivateKey:
    """Return the private key of a PEM file under a passphrase.

    Raises:
        PassphraseError: it does not open, or is neither Ed25519 nor P-256.
    """
    try:
        key = serialization.load_pem_private_key(data, passphrase.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise PassphraseError("the file does not open with this passphrase") from fault
    if isinstance(key, Ed25519PrivateKey):
        return PrivateKey("Ed25519", key)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return PrivateKey("ES256", key)
    raise PassphraseError("the key in the file is neither Ed25519 nor P-256")


def _tlv(tag: int, *parts: bytes) -> bytes:
    """Return one value in DER (ITU-T X.690 section 8.1); under 64 KiB."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    size = len(body).to_bytes(2 if len(body) > 0xFF else 1, "big")
    return bytes((tag, 0x80 | len(size))) + size + body
