"""Settings of signing in, refused where they would silently mean something else."""

import ipaddress
from typing import Any, Final
from urllib.parse import urlsplit

REQUIRED: Final = "required"
SECOND_FACTOR: Final = ("offered", REQUIRED)
IDLE_MINUTES: Final = (5, 720)
MAX_PROXIES: Final = 8
MAX_WORDS: Final = 10
MAX_REASON_CHARS: Final = 300
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LISTS: Final = ("proxies", "oidc_acr", "oidc_amr")


def is_protected(address: str) -> bool:
    """Tell whether an address is HTTPS, or this very machine (ADR 0014)."""
    parts = urlsplit(address)
    if not parts.hostname or parts.username or parts.password or len(address) > 400:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def check_signin(values: dict[str, Any]) -> None:
    """Check the members of ``node.toml`` about signing in, whose types are right.

    Raises:
        ValueError: names the first member that is wrong.
    """
    for name in _LISTS:
        found = values.get(name, ())
        if len(found) > MAX_WORDS or not all(found):
            raise ValueError(name)
    if values.get("second_factor", "offered") not in SECOND_FACTOR:
        raise ValueError("second_factor")
    reason = values.get("second_factor_reason", "")
    if type(reason) is not str or len(reason) > MAX_REASON_CHARS or "\n" in reason:
        raise ValueError("second_factor_reason")
    idle = values.get("idle_minutes", IDLE_MINUTES[0])
    if type(idle) is not int or not IDLE_MINUTES[0] <= idle <= IDLE_MINUTES[1]:
        raise ValueError("idle_minutes")
    proxies = values.get("proxies", ())
    if len(proxies) > MAX_PROXIES:
        raise ValueError("proxies")
    for address in proxies:
        try:
            ipaddress.ip_address(address)
        except ValueError as fault:
            raise ValueError("proxies") from fault
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
