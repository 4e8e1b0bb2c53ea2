"""What a request shows about the connection for partners: at which address it came, from where.

It is what the request itself shows, and no more: nothing is fetched.
"""

import ipaddress
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

type Place = Literal["this-machine", "private", "outside", "unknown"]
_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Reached:
    """How a request came in.

    Attributes:
        address: at which it came.
        listed: at which the directory says that partners reach the node; empty for none.
        place: where the visitor is.
        visitor: the visitor's address, empty where nobody knows it.
    """

    address: str
    listed: str
    place: Place
    visitor: str

    @property
    def is_listed(self) -> bool:
        """Tell whether it was opened at the address that partners use."""
        return bool(self.listed) and _parts(self.address) == _parts(self.listed)

    @property
    def proved(self) -> bool:
        """Tell whether partners' address was reached from beyond the office's own networks."""
        return self.is_over_tls and self.place == "outside"

    @property
    def is_from_elsewhere(self) -> bool:
        """Tell whether another machine reached partners' address; its network may be private."""
        return self.is_over_tls and self.place in {"outside", "private"}

    @property
    def is_over_tls(self) -> bool:
        """Tell whether it came at the address that partners use, over TLS."""
        return self.is_listed and urlsplit(self.address).scheme == "https"


def _parts(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def how_reached(address: str, visitor: str, listed: str) -> Reached:
    """Return what a request shows.

    Args:
        address: scheme, host and port of the request, as the browser wrote them.
        visitor: whose request it is, as the trusted proxy or the socket says.
        listed: of the own entry; empty for none.
    """
    try:
        found = ipaddress.ip_address(visitor)
    except ValueError:
        return Reached(address, listed, "unknown", "")
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_unspecified:  # of a proxy that does not say who asks
        return Reached(address, listed, "unknown", "")
    place: Place = "outside" if found.is_global else "private"
    return Reached(address, listed, "this-machine" if found.is_loopback else place, str(found))
