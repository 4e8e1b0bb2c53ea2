"""From where a request comes, if a proxy stands in front: only a trusted one is believed."""

import ipaddress
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_TOLD: Final = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
)
_NETWORK_BITS: Final = 64  # what one customer has in IPv6: RFC 6177 section 2


def trusted_proxy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Put the client's address and scheme where Django looks for them; drop every other claim."""

    def middleware(request: HttpRequest) -> HttpResponse:
        told = {name: request.META.pop(name, "") for name in _TOLD}
        proxies = settings.CONFIG.proxies if settings.CONFIG else ()
        if request.META.get("REMOTE_ADDR") in proxies:
            request.META["REMOTE_ADDR"] = client_of(told["HTTP_X_FORWARDED_FOR"], proxies)
            if told["HTTP_X_FORWARDED_PROTO"] == "https":
                request.META["wsgi.url_scheme"] = "https"
        return get_response(request)

    return middleware


def client_of(forwarded: str, proxies: tuple[str, ...]) -> str:
    """Return the last address of ``X-Forwarded-For`` that is none of our proxies.

    What stands further left was said by somebody we do not trust. A header that does not parse
    gives the unspecified address: all such visitors share one limit.
    """
    for one in reversed([part.strip() for part in forwarded.split(",")][-16:]):
        try:
            address = str(ipaddress.ip_address(one))
        except ValueError:
            break
        if address not in proxies:
            return address
    return "0.0.0.0"  # noqa: S104 - nobody listens here; it means that nobody knows


def network_of(request: HttpRequest) -> str:
    """Return whom a limit by address counts: an IPv4 address, or an IPv6 network of 64 bits."""
    return _network(request.META.get("REMOTE_ADDR", ""))


def network_behind(peer: str, forwarded: str, proxies: tuple[str, ...]) -> str:
    """Return the same of a connection that Django has not seen yet.

    Args:
        peer: address of its other end.
        forwarded: ``X-Forwarded-For``, which counts if the peer is one of ours.
        proxies: our own.
    """
    return _network(client_of(forwarded, proxies) if peer in proxies else peer)


def _network(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _NETWORK_BITS), strict=False))
    return str(address)
