"""The address for which a passkey is made (WebAuthn Level 2, section 5.1.2)."""

import ipaddress

from django.http import HttpRequest


def relying_party(request: HttpRequest) -> tuple[str, str] | None:
    """Return (origin, RP ID) of the address in use, or None where a passkey cannot live there."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    if not request.is_secure() and host != "localhost":
        return None
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return f"{request.scheme}://{request.get_host()}", host
    return None
