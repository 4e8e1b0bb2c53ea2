"""The name of a key as two people read it to each other on the telephone."""

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from comity.canonical import PeerError, unb64

_GROUP = 4
_THUMBPRINT_BYTES = 32


def spoken_name(kid: str) -> str:
    """Return a key's name in groups of four, with no sign that sounds like another.

    A thumbprint is base64url: capitals, small letters, hyphens and underscores, which nobody hears
    apart. It is spoken as its 64 hexadecimal digits; nothing of it is left out. A recipient of age
    and a digest have small letters and digits only, and are spoken as they are.

    Args:
        kid: RFC 7638 thumbprint, recipient of age, or digest in hexadecimal digits.
    """
    try:
        text = unb64(kid, size_bytes=_THUMBPRINT_BYTES).hex()
    except PeerError:
        text = kid
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def certificate_name(certificate: x509.Certificate) -> str:
    """Return what two people compare of a TLS certificate: its SHA-256, 64 hexadecimal digits."""
    return certificate.fingerprint(SHA256()).hex()
