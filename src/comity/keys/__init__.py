"""Keys and what is signed with them; one ``use`` per key.

Reading order: `suites` (Ed25519, ES256), `jws` (RFC 7515), `jws` (credentials), `http` (RFC
9421); `bech32` (the text of age keys); `spoken` (a key's fingerprint on the telephone).
"""

from comity.keys import jws
from comity.keys.jws import Jws
from comity.keys.suites import (
    ALGORITHMS,
    KeyFormatError,
    PrivateKey,
    PublicKey,
    SignatureInvalidError,
)

__all__ = [
    "ALGORITHMS",
    "Jws",
    "KeyFormatError",
    "PrivateKey",
    "PublicKey",
    "SignatureInvalidError",
    "jws",
]
