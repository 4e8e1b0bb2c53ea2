"""Who counts as the second officer of a destruction: another person, certified before the order.

A second account is no second person. Whoever confirms holds a certificate of this authority's
officer-ca that is in the log since before the order, and neither the account nor the certificate
nor the way in that the account has now was made by whoever ordered.

Source: ADR 0078.
"""

from datetime import datetime
from typing import Final

from comity.canonical import MisuseError, PeerError
from comity.exchange import read_certificate
from comity.exchange.certificates import certificate_record
from comity.node.core.http_errors import Forbidden
from comity.node.core.node import Node
from comity.node.messages.certificates_in_log import CERTIFIED
from comity.node.messages.officer_certificates import envelope_of
from comity.node.models import AuditRow, Officer

MADE: Final = "account.added"
WAYS_IN: Final = (
    MADE,
    "account.enabled",
    "account.password-set",
    "password.changed",
    "factor.reset",
)
"""Words of the audit by which somebody gets a way into an account; its own person changes it."""


class SecondOfficerError(Forbidden, MisuseError, code="second-officer"):
    """The person who confirms a destruction may be the same one; ``reason`` says why.

    ``certificate``: holds none that is valid. ``later``: it was certified after the order.
    ``made``: whoever ordered made the account, the certificate or the password.
    """

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message, reason=reason)


def check_second_officer(
    node: Node, *, first: str, second: str, ordered_at: datetime, at: datetime
) -> None:
    """Raise unless an officer may confirm what another one ordered; inside a transaction.

    Args:
        node: this node.
        first: identifier of the officer who ordered.
        second: identifier of the officer who confirms.
        ordered_at: when it was ordered, by this node's clock.
        at: this node's clock.

    Raises:
        SecondOfficerError: why not.
    """
    people = {
        one.identifier: one
        for one in Officer.objects.filter(identifier__in=(first, second)).select_related("user")
    }
    confirming, ordering = people.get(second), people.get(first)
    if confirming is None or first == second:
        raise SecondOfficerError("a second officer confirms it", reason="certificate")
    try:
        envelope = envelope_of(confirming)
        if envelope is None:
            raise SecondOfficerError("the officer has no certificate", reason="certificate")
        certificate = read_certificate(envelope, node.directory, party=node.party, proved_at=at)
    except PeerError as fault:
        raise SecondOfficerError("the certificate does not hold", reason="certificate") from fault
    if certificate.officer != second or not certificate.valid(at=at):
        raise SecondOfficerError("the certificate does not hold", reason="certificate")
    certified = AuditRow.objects.filter(action=CERTIFIED, subject=certificate_record(envelope))
    if not (certificate.valid(at=ordered_at) and certified.filter(at__lte=ordered_at).exists()):
        raise SecondOfficerError("certified after the destruction was ordered", reason="later")
    name = ordering.user.get_username() if ordering else ""
    made = AuditRow.objects.filter(action=MADE, subject=second)
    if (certified | made).filter(actor=name).exists() or _way_in_by(second) == name:
        raise SecondOfficerError("who ordered it made the second account", reason="made")


def _way_in_by(officer: str) -> str:
    """Return who gave an officer the way in that the account has now; empty if nobody knows."""
    rows = AuditRow.objects.filter(action__in=WAYS_IN, subject=officer).order_by("-pk")
    return rows.values_list("actor", flat=True).first() or ""
