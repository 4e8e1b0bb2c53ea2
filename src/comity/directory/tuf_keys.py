"""The same keys as TUF writes them, so that one State key serves both.

Source: TUF specification 1.0.34 section 4.2; spec/12-directory.md section 12.4.
"""

from collections.abc import Iterable, Mapping

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from comity.directory.errors import TufMetadataError
from comity.directory.state_record import KeySet
from comity.directory.tuf_types import CryptoSigner, Key, SSlibKey
from comity.keys import PrivateKey, PublicKey


def tuf_key(key: PublicKey) -> SSlibKey:
    """Return the TUF form of a key; its keyid is TUF's own digest of it."""
    return SSlibKey.from_crypto(key.key)


def tuf_signer(key: PrivateKey) -> CryptoSigner:
    """Return the key as a signer of TUF metadata."""
    return CryptoSigner(key.key, tuf_key(key.public))


def from_tuf(key: Key) -> PublicKey:
    """Return the key of untrusted TUF metadata.

    Raises:
        TufMetadataError: neither Ed25519 nor ECDSA on P-256.
    """
    text = key.keyval.get("public")
    try:
        if key.keytype == "ed25519" and key.scheme == "ed25519" and isinstance(text, str):
            raw = bytes.fromhex(text)
            return PublicKey("Ed25519", Ed25519PublicKey.from_public_bytes(raw))
        if key.scheme == "ecdsa-sha2-nistp256" and isinstance(text, str):
            found = load_pem_public_key(text.encode("utf-8"))
            if isinstance(found, ec.EllipticCurvePublicKey) and found.curve.name == "secp256r1":
                return PublicKey("ES256", found)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise TufMetadataError("a TUF key is not a key") from fault
    raise TufMetadataError("a TUF key is neither Ed25519 nor P-256")


def key_set(keys: Mapping[str, Key], keyids: Iterable[str], threshold: int) -> KeySet:
    """Return the key set of a TUF delegation."""
    found = [keys[keyid] for keyid in keyids if keyid in keys]
    return KeySet(tuple(from_tuf(key) for key in found), threshold)
