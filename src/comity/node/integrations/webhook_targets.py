"""Where a webhook may go: hosts that the operator named, and no address inside unless allowed.

The name is looked up once, every address it has is judged, and the connection goes to one of those:
a name that answers otherwise a moment later reaches nothing else.
"""

import ipaddress
import socket
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from comity.canonical import MisuseError, OperationError
from comity.http import Client, NoAnswerError
from comity.node.core.config import NodeConfig

MAX_URL: Final = 500
CONNECT_S: Final = 5.0
TIMEOUT_S: Final = 10.0


class HookAddressError(MisuseError, code="hook-address"):
    """A webhook's address is no plain HTTPS address of a host that ``hook_hosts`` names."""


class HookInsideError(OperationError, code="hook-inside"):
    """A webhook's host lies inside: on this machine, in a private or in a special network."""


class HookRefusedError(OperationError, code="hook-refused"):
    """A webhook's receiver answered with something else than success; no redirect is followed."""


class HookGoneError(OperationError, code="hook-gone"):
    """A webhook's receiver says that it is gone for good (410); nothing more is sent to it."""


class HookSilentError(OperationError, code="hook-silent"):
    """A webhook's receiver does not answer, or its name or certificate is not good."""


@dataclass(frozen=True)
class Place:
    """A checked address: scheme, host, port, and path with query."""

    scheme: str
    host: str
    port: int
    path: str


def check(config: NodeConfig, url: str) -> Place:
    """Return the parts of an address, if a webhook may go there by its name.

    Raises:
        HookAddressError: it may not.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise HookAddressError("this is no address") from fault
    host = (parts.hostname or "").rstrip(".")
    plain = url.isascii() and url.isprintable() and "\\" not in url and " " not in url
    if len(url) > MAX_URL or not plain or parts.username or parts.password or parts.fragment:
        raise HookAddressError("an address is https://host/path, without a name or a fragment")
    if host not in config.hook_hosts:
        raise HookAddressError("the operator has not named this host in hook_hosts")
    if parts.scheme != "https" and not (parts.scheme == "http" and config.hook_private):
        raise HookAddressError("a webhook goes by HTTPS")
    if parts.scheme == "http" and not _is_loopback(host):
        raise HookAddressError("a webhook goes by HTTPS, except on this machine")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)


def post(config: NodeConfig, url: str, body: bytes, headers: dict[str, str]) -> None:
    """Hand a body to a receiver; nothing of its answer is kept but whether it took it.

    Raises:
        HookAddressError, HookInsideError: it may not go there.
        HookRefusedError, HookGoneError, HookSilentError: it was not taken.
    """
    place = check(config, url)
    address = _address(place, private=config.hook_private)
    shown = f"[{address}]" if ":" in address else address
    target = f"{place.scheme}://{shown}:{place.port}{place.path}"
    named = f"[{place.host}]" if ":" in place.host else place.host
    headers = {**headers, "Host": f"{named}:{place.port}", "Content-Type": "application/json"}
    client = Client(connect_s=CONNECT_S, step_s=TIMEOUT_S, server_name=place.host)
    try:
        with client.stream("POST", target, body=body, headers=headers) as answer:
            status, taken = answer.status, answer.ok
    except NoAnswerError as fault:
        raise HookSilentError("the receiver does not answer") from fault
    finally:
        client.close()
    if status == HTTPStatus.GONE:
        raise HookGoneError("the receiver is gone")
    if not taken:
        raise HookRefusedError(f"the receiver answered {status}")


def _address(place: Place, *, private: bool) -> str:
    """Return one address of a host, all of which may be reached.

    Raises:
        HookSilentError: the name has none.
        HookInsideError: one of them lies inside.
    """
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except OSError as fault:
        raise HookSilentError("the receiver's name has no address") from fault
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not addresses:
        raise HookSilentError("the receiver's name has no address")
    if not private and any(is_inside(one) for one in addresses):
        raise HookInsideError("the receiver lies inside: hook_private allows that")
    return addresses[0]


def is_inside(address: str) -> bool:
    """Tell whether an address is anything but one of the open Internet."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        within = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if within and is_inside(str(within)):
            return True
        if found in _NAT64 and is_inside(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF))):
            return True
    return not found.is_global or found.is_multicast


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
