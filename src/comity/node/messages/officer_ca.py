"""The officer CA of this office, whose private key never comes here: what it is asked to certify.

What it certifies is made here and signed elsewhere: in a browser that reads the key's file
(``officer_ca.js``), or by ``comity user certify`` on another machine.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from comity.canonical import MisuseError, b64, decode_loose, new_id
from comity.exchange.certificates import Certificate, enrolled, parse_certificate
from comity.exchange.errors import CertificateError
from comity.keys import PublicKey, jws
from comity.node.core.config import NodeConfig
from comity.node.core.node import Node
from comity.node.core.randomness import random_bytes
from comity.node.log import audit, key_rotation
from comity.node.messages import draft_changes, officer_certificates
from comity.node.models import Officer
from comity.node.people.permissions import Right, roles_with
from comity.node.service.handle import Service

CERTIFICATE_LIFE: Final = timedelta(days=365)
MAX_PUBLIC_BYTES: Final = 4096


def on_the_list(config: NodeConfig) -> tuple[str, ...]:
    """Return the names of the officer CAs on the list of keys that the State is given.

    A node that was not made by `comity init` or the set-up has no list.
    """
    if not (config.folder / key_rotation.PUBLIC).is_file():
        return ()
    return tuple(
        r.kid for r in key_rotation.listed(config).keys if r.use == key_rotation.OFFICER_CA
    )


def file_stem(config: NodeConfig) -> str:
    """Return how the names of files of the officer CA begin; the browser adds when it was made."""
    return f"{config.party.replace('/', '-')}-officer-ca"


def is_replaceable() -> bool:
    """Tell whether no officer holds a certificate, so that an officer CA can still be replaced."""
    return not Officer.objects.filter(certificate__isnull=False).exists()


def list_public(config: NodeConfig, text: bytes, *, by: str, at: datetime) -> str:
    """Put an officer CA's public half on the list of keys that the State is given.

    Args:
        config: of this node.
        text: JWK, untrusted.
        by: user name, for the audit.
        at: this node's clock.

    Returns:
        the key's name.

    Raises:
        PeerError: it is no public key.
        MisuseError: it is a key of the node.
    """
    public = PublicKey.from_jwk(decode_loose(text, max_bytes=MAX_PUBLIC_BYTES))
    kid = key_rotation.list_officer_ca(config, public, now=at).kid
    audit.note(at=at, actor=by, action="officer-ca.listed", subject=kid)
    return kid


@transaction.atomic
def replace_public(config: NodeConfig, text: bytes, *, by: str, at: datetime) -> str:
    """Put an officer CA's public half on the list in place of every other one; return its name.

    For a file or a passphrase that is lost before it was used. The old one stays listed until the
    new one is there. What the State lists already it retires with its next entry.

    Raises:
        PeerError: it is no public key.
        MisuseError: it is a key of the node, or an officer is certified.
    """
    if not is_replaceable():
        raise MisuseError("an officer is certified: the officer CA stays on the list")
    kid = list_public(config, text, by=by, at=at)
    for gone in key_rotation.withdraw_officer_cas(config, but=kid):
        audit.note(at=at, actor=by, action="officer-ca.withdrawn", subject=gone)
    return kid


def signers() -> list[Officer]:
    """Return the officers in office whose role signs, by name."""
    rows = Officer.objects.select_related("user").filter(user__is_active=True)
    return list(rows.filter(role__in=roles_with(Right.APPROVE)).order_by("user__username"))


def to_sign(node: Node, officer: Officer, *, at: datetime) -> Certificate | None:
    """Return the certificate that an officer CA is asked to sign, for a year from now.

    None where no passkey is kept, or the one that is kept is certified and not to be renewed yet.
    """
    wanted, held = officer_certificates.to_certify(node, officer), _for_passkey(officer)
    if wanted is None or (held and not officer_certificates.is_ending(held, at=at)):
        return None
    return enrolled(
        wanted,
        certificate_id=new_id(at, random_bytes(10)),
        not_before=at,
        not_after=at + CERTIFICATE_LIFE,
    )


def _for_passkey(officer: Officer) -> Certificate | None:
    """Return the officer's certificate if it is for the passkey that is kept; it may have ended."""
    if officer_certificates.certified_passkey(officer) is None:
        return None
    return officer_certificates.certificate_of(officer)


def rows_to_certify(node: Node, *, at: datetime) -> list[dict[str, Any]]:
    """Return a row for each officer who signs: what is to be certified, or that it is."""
    rows = []
    for officer in signers():
        made, held = to_sign(node, officer, at=at), _for_passkey(officer)
        rows.append(
            {
                "officer": officer,
                "made": made,
                "payload": b64(made.payload()) if made else "",
                "passkey": officer.passkey,
                "certificate": officer_certificates.counting_certificate(node, officer, at=at),
                "certified": held is not None and held.valid(at=at),
                "until": held.not_after if held and made else None,
            }
        )
    return rows


def take_certificates(service: Service, texts: Sequence[str], *, by: str) -> list[str]:
    """Keep certificates that the page's script signed; return the officers' identifiers.

    Raises:
        PeerError: one was not signed by an officer CA of ours, or is not for a kept passkey.
    """
    done = []
    for text in texts:
        value = decode_loose(text.encode(), max_bytes=draft_changes.MAX_CERTIFICATE_BYTES)
        asked = parse_certificate(jws.parse_value(value).payload)
        officer = next((one for one in signers() if one.identifier == asked.officer), None)
        if officer is None or not officer.passkey or officer.passkey["jwk"] != asked.key.jwk:
            raise CertificateError("no officer here keeps that passkey")
        draft_changes.store_certificate(service, asked.officer, value, by=by)
        done.append(asked.officer)
    return done


def stored_certificates() -> list[bytes]:
    """Return the certificates of the officers in office."""
    rows = Officer.objects.filter(user__is_active=True, certificate__isnull=False)
    return [bytes(one.certificate) for one in rows if one.certificate is not None]
