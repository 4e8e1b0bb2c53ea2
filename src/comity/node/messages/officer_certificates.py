"""An officer's passkey and the certificate that lets it sign."""

from datetime import datetime
from typing import Any

from django.db import transaction

from comity.canonical import decode
from comity.exchange.certificates import Certificate, parse_certificate
from comity.keys import Jws, jws
from comity.node.core.node import Node
from comity.node.log import audit
from comity.node.messages import draft_changes
from comity.node.models import Officer


@transaction.atomic
def keep_passkey(officer: Officer, passkey: dict[str, Any], *, at: datetime) -> None:
    """Keep an officer's new passkey; it signs nothing before the officer-ca has certified it."""
    Officer.objects.filter(pk=officer.pk).update(passkey=passkey)
    who = officer.user.get_username()
    audit.note(at=at, actor=who, action="passkey.registered", subject=officer.identifier)


def envelope_of(officer: Officer) -> Jws | None:
    """Return the officer's certificate as issued, or None."""
    if officer.certificate is None:
        return None
    data = bytes(officer.certificate)
    return jws.parse_value(decode(data, max_bytes=draft_changes.MAX_CERTIFICATE_BYTES))


def certificate_of(officer: Officer) -> Certificate | None:
    """Return what the officer's certificate says, or None where there is none."""
    envelope = envelope_of(officer)
    return parse_certificate(envelope.payload) if envelope else None


def to_certify(node: Node, officer: Officer) -> dict[str, Any] | None:
    """Return what the officer-ca makes a certificate from, or None where no passkey is kept."""
    if not officer.passkey:
        return None
    role = "approver" if officer.role == Officer.Role.APPROVER else "author"
    return {
        "key": officer.passkey["jwk"],
        "mode": node.config.mode,
        "officer": officer.identifier,
        "party": node.party,
        "roles": [role],
        "webauthn": {"origin": officer.passkey["origin"], "rp_id": officer.passkey["rp_id"]},
    }


def certified_passkey(officer: Officer) -> dict[str, Any] | None:
    """Return the passkey that is kept if the certificate in use is for it, and for no other key."""
    certificate = certificate_of(officer)
    if certificate is None or certificate.webauthn is None or not officer.passkey:
        return None
    kept: dict[str, Any] = officer.passkey
    return kept if dict(certificate.key.jwk) == kept["jwk"] else None
