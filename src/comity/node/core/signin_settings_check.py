"""Settings of signing in, refused where they would silently mean something else."""

import ipaddress
from typing import Any, Final
from urllib.parse import urlsplit

SECOND_FACTOR: Final = ("offered", "required")
IDLE_MINUTES: Final = (5, 720)
MAX_PROXIES: Final = 8
MAX_WORDS: Final = 10
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LISTS: Final = ("proxies", "oidc_acr", "oidc_amr")
_TEXTS: Final = (
    "oidc_issuer", "oidc_client", "oidc_secret", "oidc_name", "oidc_claim", "oidc_ca",
)  # fmt: skip


def is_protected(address: str) -> bool:
    """Tell whether an address is HTTPS, or this very machine (ADR 0014)."""
    parts = urlsplit(address)
    if not parts.hostname or parts.username or parts.password or len(address) > 400:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def check_signin(values: dict[str, Any]) -> None:
    """Check the members of ``node.toml`` about signing in; lists become tuples.

    Raises:
        ValueError: names the first member that is wrong.
    """
    for name in _LISTS:
        found = values.get(name, [])
        if not isinstance(found, list) or len(found) > MAX_WORDS:
            raise ValueError(name)
        if not all(type(one) is str and one for one in found):
            raise ValueError(name)
        values[name] = tuple(found)
    for name in _TEXTS:
        if type(values.get(name, "")) is not str:
            raise ValueError(name)
    if values.get("second_factor", "offered") not in SECOND_FACTOR:
        raise ValueError("second_factor")
    idle = values.get("idle_minutes", IDLE_MINUTES[0])
    if type(idle) is not int or not IDLE_MINUTES[0] <= idle <= IDLE_MINUTES[1]:
        raise ValueError("idle_minutes")
    for address in values["proxies"][:MAX_PROXIES]:
        ipaddress.ip_address(address)
    _check_provider(values)


def _check_provider(values: dict[str, Any]) -> None:
    issuer = values.get("oidc_issuer", "")
    if not issuer:
        return
    if not is_protected(issuer) or len(issuer) > 200:
        raise ValueError("oidc_issuer")
    if not values.get("oidc_client"):
        raise ValueError("oidc_client")
    if not values.get("oidc_claim", "sub"):
        raise ValueError("oidc_claim")
