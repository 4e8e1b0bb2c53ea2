"""An officer's passkey and the certificate that lets it sign."""

from datetime import datetime
from typing import Any

from django.db import transaction

from comity.canonical import ComityError, PeerError, decode
from comity.exchange.certificates import Certificate, parse_certificate, read_certificate
from comity.keys import Jws, jws
from comity.node.core.node import Node
from comity.node.log import audit
from comity.node.messages import draft_changes
from comity.node.messages.officer_signing import SOON
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


def readable_certificate(officer: Officer) -> Certificate | None:
    """Return the same for a page that shows more: None also where it cannot be read."""
    try:
        return certificate_of(officer)
    except ComityError:
        return None


def counting_certificate(node: Node, officer: Officer, *, at: datetime) -> Certificate | None:
    """Return the officer's certificate if it lets the officer sign at a moment, for whatever key.

    A passkey's and one of a key on the command line count alike.
    """
    envelope = envelope_of(officer)
    if envelope is None:
        return None
    try:
        found = read_certificate(envelope, node.directory, party=node.party, proved_at=at)
    except PeerError:
        return None  # of an officer CA that does not count any more
    return found if found.valid(at=at) else None


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


def is_ending(certificate: Certificate, *, at: datetime) -> bool:
    """Tell whether a certificate has ended, or ends so soon that it is to be renewed."""
    return certificate.not_after - at < SOON


def ending_certificates(*, at: datetime) -> list[tuple[Officer, Certificate]]:
    """Return the certificates of officers in office that ended or end soon, the first first."""
    rows = Officer.objects.filter(user__is_active=True, certificate__isnull=False)
    found = [(row, readable_certificate(row)) for row in rows.select_related("user")]
    ending = [(row, one) for row, one in found if one is not None and is_ending(one, at=at)]
    return sorted(ending, key=lambda one: one[1].not_after)


def certified_passkey(officer: Officer) -> dict[str, Any] | None:
    """Return the passkey that is kept if the certificate in use is for it, and for no other key."""
    certificate = certificate_of(officer)
    if certificate is None or certificate.webauthn is None or not officer.passkey:
        return None
    kept: dict[str, Any] = officer.passkey
    return kept if dict(certificate.key.jwk) == kept["jwk"] else None
