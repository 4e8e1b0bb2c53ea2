"""Secrets of second factors, sealed under the node's secret before the database has them."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_USE: Final = b"comity.node.people.signin.secrets"
_NONCE_BYTES: Final = 12


def seal(text: str) -> str:
    """Return a secret as it may lie in the database or in a dump of it."""
    nonce = os.urandom(_NONCE_BYTES)
    return urlsafe_b64encode(nonce + _cipher().encrypt(nonce, text.encode(), _USE)).decode()


def unseal(text: str) -> str:
    """Return a secret; an empty one, which no code fits, if the node's secret was replaced."""
    try:
        data = urlsafe_b64decode(text)
        return _cipher().decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _USE).decode()
    except (ValueError, InvalidTag):
        return ""


def _cipher() -> ChaCha20Poly1305:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_USE)
    return ChaCha20Poly1305(derived.derive(settings.SECRET_KEY.encode()))
