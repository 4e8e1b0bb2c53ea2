"""Certificates of officers that stand in this node's log: only those sign here (spec 9)."""

from collections.abc import Mapping
from typing import Any, Final

from comity.exchange.certificates import certificate_record, parse_certificate
from comity.exchange.errors import CertificateError
from comity.keys import jws
from comity.node.models import AuditRow
from comity.node.people import departures

CERTIFIED: Final = "officer.certified"
"""Kind of the log entry, and of the audit row of the same transaction."""


def check_certified(approval: Mapping[str, Any]) -> None:
    """Check that the certificate of an approval is in the log and its officer still signs here.

    It is in the log before its first use. Inside the transaction that keeps the approval.

    Args:
        approval: untrusted; what else is wrong with it is said where it is read.

    Raises:
        CertificateError: it is not in the log.
        SignerLeftError, CertificateRemovedError: its officer has left this office.
        PeerError: the certificate is no JWS.
    """
    if "certificate" not in approval:
        return
    envelope = jws.parse_value(approval["certificate"])
    record = certificate_record(envelope)
    if not AuditRow.objects.filter(action=CERTIFIED, subject=record).exists():
        raise CertificateError(
            "the certificate is not in this node's log yet: enter it at this node, then sign again"
        )
    departures.check_signer(parse_certificate(envelope.payload))
