"""What an officer's node asks the officer-ca to certify: a passkey, and whose it is."""

from datetime import datetime
from typing import Final

from comity.canonical import members, parse_mode, parse_party
from comity.exchange.certificates import Certificate, RelyingParty
from comity.keys import PublicKey

_MEMBERS: Final = {
    "key": dict,
    "mode": str,
    "officer": str,
    "party": str,
    "roles": list,
    "webauthn": dict,
}


def enrolled(
    asked: object, *, certificate_id: str, not_before: datetime, not_after: datetime
) -> Certificate:
    """Return the certificate that a request asks for, not signed yet.

    Args:
        asked: the request as decoded, untrusted.
        certificate_id: UUIDv7 of the certificate.
        not_before: first moment it holds.
        not_after: last moment it holds.

    Raises:
        PeerError: it is no such request.
    """
    found = members(asked, _MEMBERS)
    place = members(found["webauthn"], {"origin": str, "rp_id": str})
    return Certificate(
        id=certificate_id,
        party=parse_party(found["party"]),
        mode=parse_mode(found["mode"]),
        officer=found["officer"],
        roles=tuple(found["roles"]),
        key=PublicKey.from_jwk(found["key"]),
        not_before=not_before,
        not_after=not_after,
        webauthn=RelyingParty(place["origin"], place["rp_id"]),
    )
