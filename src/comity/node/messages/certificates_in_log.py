"""Certificates of officers that stand in this node's log: only those sign here (spec 9)."""

from collections.abc import Mapping
from typing import Any, Final

from comity.exchange.certificates import certificate_record
from comity.exchange.errors import CertificateError
from comity.keys import jws
from comity.node.models import AuditRow

CERTIFIED: Final = "officer.certified"
"""Kind of the log entry, and of the audit row of the same transaction."""


def check_certified(approval: Mapping[str, Any]) -> None:
    """Check that the certificate of an approval stands in the log: its first use comes after.

    Args:
        approval: untrusted; what else is wrong with it is said where it is read.

    Raises:
        CertificateError: it does not.
        PeerError: the certificate is no JWS.
    """
    if "certificate" not in approval:
        return
    record = certificate_record(jws.parse_value(approval["certificate"]))
    if not AuditRow.objects.filter(action=CERTIFIED, subject=record).exists():
        raise CertificateError(
            "the certificate is not in this node's log yet: enter it at this node, then sign again"
        )
