"""The fingerprint of a key: what two people read to each other on the telephone."""

import hashlib
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

GROUPS: Final = 12
DIGITS: Final = 5
_BYTES: Final = 5
"""Of the digest, for a group: 40 bits, of which five decimal digits are taken."""
_DOMAIN: Final = b"comity-1 fingerprint\0"


def fingerprint(name: str) -> str:
    """Return a key's fingerprint: sixty decimal digits, in groups of five.

    A thumbprint is base64url: capitals, small letters, hyphens and underscores, which nobody hears
    apart. Digits are the same in every language. Sixty of them hold 199 bits of a SHA-512 digest,
    so a second key with the same ones cannot be made.

    Args:
        name: of a key, as the program writes it: RFC 7638 thumbprint, recipient of age, or SHA-256
            of a certificate in hexadecimal digits.
    """
    digest = hashlib.sha512(_DOMAIN + name.encode()).digest()
    parts = (digest[at : at + _BYTES] for at in range(0, GROUPS * _BYTES, _BYTES))
    return " ".join(f"{int.from_bytes(part) % 10**DIGITS:0{DIGITS}}" for part in parts)


def certificate_name(certificate: x509.Certificate) -> str:
    """Return the name of a TLS certificate: its SHA-256, 64 hexadecimal digits."""
    return certificate.fingerprint(SHA256()).hex()
