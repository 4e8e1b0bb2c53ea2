"""One's own page: role, certificate, and a passkey to sign with."""

import hashlib
import os
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import (
    ComityError,
    PeerError,
    b64,
    decode_foreign,
    decode_loose,
    encode,
    unb64,
)
from comity.exchange.certificates import MAX_CLIENT_DATA_BYTES
from comity.exchange.errors import CertificateError, WebAuthnError
from comity.keys import PublicKey
from comity.node.accounts.actions import STORE_CERTIFICATE
from comity.node.accounts.schemas import CertificateIn
from comity.node.actions.action_form import done_by_page
from comity.node.core.clock import now
from comity.node.messages import draft_changes, officer_certificates
from comity.node.messages.officer_certificates import certificate_of
from comity.node.models import ApiToken
from comity.node.people.permissions import Right
from comity.node.people.signin.relying_party import relying_party
from comity.node.service.handle import this_service
from comity.node.web import labels
from comity.node.web.permissions import caller, only
from comity.node.web.render import page

CHALLENGE: Final = "passkey-challenge"
_PRESENT_VERIFIED_ATTESTED: Final = 0x01 | 0x04 | 0x40  # UP, UV, AT: WebAuthn L2 section 6.1


@only(Right.SELF)
def me(request: HttpRequest) -> HttpResponse:
    """Show one's own account."""
    return page(request, "accounts/me.html", _context(request))


def _context(request: HttpRequest, wrong: str = "") -> dict[str, Any]:
    officer = caller(request)
    challenge = b64(os.urandom(32))
    request.session[CHALLENGE] = challenge
    place, held, at = relying_party(request), certificate_of(officer), now()
    return {
        "challenge": challenge,
        "place": place,
        "here_name": f"http://localhost:{request.get_port()}",
        "handle": b64(officer.identifier.encode()),
        "certificate": held,
        "certificate_ended": held is not None and held.not_after < at,
        "certificate_ending": held is not None and officer_certificates.is_ending(held, at=at),
        "certified": officer_certificates.certified_passkey(officer) is not None,
        "tokens": ApiToken.objects.filter(user=officer.user_id).count(),
        "wrong": wrong,
    }


@only(Right.APPROVE, "POST")
def register(request: HttpRequest) -> HttpResponse:
    """Keep a new passkey; it signs nothing before the officer-ca has certified it."""
    officer = caller(request)
    place, expected = relying_party(request), request.session.pop(CHALLENGE, "")
    try:
        if place is None or not expected:
            raise WebAuthnError("no passkey can live at this address")
        passkey = read_passkey(request.POST, place=place, challenge=expected)
    except ComityError as fault:
        context = _context(request, labels.fault(fault.code))
        return page(request, "accounts/me.html", context, status=422)
    officer_certificates.keep_passkey(officer, passkey, at=now())
    messages.success(request, _("Passkey saved. Next, request certification."))
    return redirect("me")


def read_passkey(posted: Any, *, place: tuple[str, str], challenge: str) -> dict[str, Any]:
    """Return what is kept of a new passkey.

    Args:
        posted: fields ``client_data``, ``authenticator_data``, ``public_key``, ``credential``.
        place: origin and RP ID it must be made for.
        challenge: base64url, as given to the browser.

    Raises:
        PeerError: the first rule that fails.

    Source: WebAuthn Level 2 section 7.1, without attestation: the officer-ca vouches instead.
    """
    origin, rp_id = place
    try:
        client = decode_foreign(unb64(posted.get("client_data")), max_bytes=MAX_CLIENT_DATA_BYTES)
    except PeerError as fault:
        raise WebAuthnError("client data is not JSON") from fault
    data, credential = unb64(posted.get("authenticator_data")), unb64(posted.get("credential"))
    if (
        not isinstance(client, dict)
        or not 37 <= len(data) <= 4096
        or not 1 <= len(credential) <= 1023
    ):
        raise WebAuthnError("not an answer of an authenticator")
    checks = (
        (client.get("type") == "webauthn.create", "no registration"),
        (client.get("challenge") == challenge, "another challenge"),
        (client.get("origin") == origin, "another origin"),
        (data[:32] == hashlib.sha256(rp_id.encode()).digest(), "another RP ID"),
        (data[32] & _PRESENT_VERIFIED_ATTESTED == _PRESENT_VERIFIED_ATTESTED, "nobody verified"),
        (credential in data, "another credential"),
    )
    for holds, what in checks:
        if not holds:
            raise WebAuthnError(what)
    jwk = _jwk(unb64(posted.get("public_key")))
    return {"id": b64(credential), "jwk": jwk, "origin": origin, "rp_id": rp_id}


def _jwk(spki: bytes) -> dict[str, str]:
    """Return the public key of SubjectPublicKeyInfo as JWK; Ed25519 and P-256 only."""
    try:
        key = load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise WebAuthnError("not a public key") from fault
    if isinstance(key, Ed25519PublicKey):
        return {"crv": "Ed25519", "kty": "OKP", "x": b64(key.public_bytes_raw())}
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        point = key.public_numbers()
        x, y = (b64(number.to_bytes(32, "big")) for number in (point.x, point.y))
        jwk = {"crv": "P-256", "kty": "EC", "x": x, "y": y}
        return dict(PublicKey.from_jwk(jwk).jwk)
    raise WebAuthnError("a passkey must be Ed25519 or P-256")


@only(Right.APPROVE)
def to_certify(request: HttpRequest) -> HttpResponse:
    """Give the file that the officer-ca, kept off the server, makes a certificate from."""
    officer = caller(request)
    wanted = officer_certificates.to_certify(this_service().node, officer)
    if wanted is None:
        raise Http404
    answer = HttpResponse(encode(wanted), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{officer.identifier}.request.json"'
    return answer


@only(Right.CERTIFICATES, "POST")
def certificate(request: HttpRequest) -> HttpResponse:
    """Take in one's own certificate, as the officer-ca issued it."""
    officer = caller(request)
    text = request.POST.get("certificate", "").strip().encode()
    try:
        value = decode_loose(text, max_bytes=draft_changes.MAX_CERTIFICATE_BYTES)
        if not isinstance(value, dict):
            raise CertificateError("a certificate is an object")
        told = CertificateIn.model_validate(value)
        done_by_page(request, STORE_CERTIFICATE, told, identifier=officer.identifier)
    except ComityError as fault:
        context = {**_context(request, labels.fault(fault.code)), "typed": text.decode()}
        return page(request, "accounts/me.html", context, status=422)
    messages.success(request, _("Your certificate is in force and recorded in the log."))
    return redirect("me")
