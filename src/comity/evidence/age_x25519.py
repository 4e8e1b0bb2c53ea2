"""The X25519 stanza of age: a fresh share for every file and recipient.

Source: C2SP age v1, "The X25519 recipient type".
"""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from comity.evidence.age_stanza import (
    Random,
    Stanza,
    check_shape,
    from_base64,
    hkdf,
    open_file_key,
    seal_file_key,
    to_base64,
)
from comity.keys.bech32 import AgeHeaderError

STANZA_TYPE = b"X25519"
KEY_BYTES = 32
_INFO = b"age-encryption.org/v1/X25519"
_PROBE = X25519PrivateKey.from_private_bytes(bytes(32))  # clamped, so any point of low order shows


def is_low_order(key: X25519PublicKey) -> bool:
    """Tell whether every exchange with ``key`` gives zero, so that anybody knows the result."""
    try:
        _PROBE.exchange(key)
    except ValueError:
        return True
    return False


def check(stanza: Stanza) -> None:
    """Raise `AgeHeaderError` unless the stanza has the one shape of its type."""
    check_shape(stanza, args=2, share_bytes=KEY_BYTES)


def wrap(file_key: bytes, recipient: X25519PublicKey, random: Random) -> Stanza:
    """Return the stanza for a recipient that is not of low order."""
    ephemeral = X25519PrivateKey.from_private_bytes(random(32))
    share = ephemeral.public_key().public_bytes_raw()
    key = _wrap_key(ephemeral.exchange(recipient), share, recipient)
    return Stanza((STANZA_TYPE, to_base64(share)), seal_file_key(key, file_key))


def unwrap(stanza: Stanza, identity: X25519PrivateKey, recipient: X25519PublicKey) -> bytes | None:
    """Return the file key of a checked stanza, or None if it is for somebody else.

    Args:
        stanza: of this type, its shape checked.
        identity: the private key.
        recipient: its public key.

    Raises:
        AgeHeaderError: the share is of low order.
    """
    share = from_base64(stanza.args[1])
    try:
        secret = identity.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError as error:  # the all-zero result of a low-order point
        raise AgeHeaderError("an X25519 stanza holds a low-order share") from error
    return open_file_key(_wrap_key(secret, share, recipient), stanza.body)


def _wrap_key(secret: bytes, share: bytes, recipient: X25519PublicKey) -> bytes:
    return hkdf(secret, salt=share + recipient.public_bytes_raw(), info=_INFO)
