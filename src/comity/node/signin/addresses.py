"""To which address passkeys are bound: one that was made under another name opens nothing here.

A browser gives a passkey to the host name it was made for and to no other, so a node that moves to
another name leaves them behind.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError

from comity.node.models import Officer

_OF_THE_MACHINE: Final = "localhost"
"""Made on the node's own machine, whatever the node is called."""


@dataclass(frozen=True)
class LeftBehind:
    """Whose passkeys do not work at an address.

    Attributes:
        signing_in: accounts whose passkeys to sign in are all bound to other names.
        signing: officers whose passkey for signing messages is bound to another address.
    """

    signing_in: int
    signing: int


def left_behind(url: str) -> LeftBehind:
    """Return how many accounts in use have passkeys that do not work at an address.

    Args:
        url: at which people reach the node.
    """
    parts = urlsplit(url)
    here = _digest(parts.hostname or "")
    bound: dict[int, set[bytes]] = {}
    for user, name in _bound():
        bound.setdefault(user, set()).add(name)
    kept = Officer.objects.filter(user__is_active=True, passkey__isnull=False)
    origins = [(one or {}).get("origin") for one in kept.values_list("passkey", flat=True)]
    return LeftBehind(
        signing_in=sum(here not in names for names in bound.values()),
        signing=sum(origin != f"{parts.scheme}://{parts.netloc}" for origin in origins),
    )


def some_left_behind(host: str) -> bool:
    """Tell whether somebody has a passkey of another name, that of the machine itself aside.

    Args:
        host: the name under which a page is read, without port.
    """
    known = {_digest(host), _digest(_OF_THE_MACHINE)}
    return any(name not in known for _, name in _bound())


def _bound() -> Iterator[tuple[int, bytes]]:
    """Yield account and digest of the name of each passkey to sign in with."""
    rows = Authenticator.objects.filter(
        type=Authenticator.Type.WEBAUTHN.value, user__is_active=True
    )
    for row in rows:
        try:
            name = bytes(row.wrap().authenticator_data.rp_id_hash)
        except (KeyError, TypeError, ValueError, ValidationError):
            continue  # unreadable: it opens nothing anywhere
        yield row.user_id, name


def _digest(host: str) -> bytes:
    return hashlib.sha256(host.encode()).digest()
