"""What a browser posts of a signature, as an approval."""

from typing import Any

from django.http import HttpRequest

from comity.canonical import unb64
from comity.exchange import approve_by_passkey
from comity.exchange.certificates import Assertion
from comity.exchange.errors import CertificateError
from comity.node.messages.officer_certificates import envelope_of
from comity.node.models import Officer


def approval_of(request: HttpRequest, officer: Officer) -> dict[str, Any]:
    """Return the approval that a passkey's answer amounts to, unchecked.

    Raises:
        PeerError: a field is not base64url, or the officer has no certificate.
    """
    envelope = envelope_of(officer)
    if envelope is None:
        raise CertificateError("no certificate")
    parts = ("authenticator_data", "client_data", "signature")
    assertion = Assertion(*(unb64(request.POST.get(name)) for name in parts))
    return approve_by_passkey(unb64(request.POST.get("statement")), assertion, envelope)
