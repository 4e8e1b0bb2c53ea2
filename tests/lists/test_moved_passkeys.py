"""Passkeys stay bound to the host name they were made for: who is concerned by a move is told."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData
from tests.docket.conftest import DeskOffice

from comity.canonical import b64
from comity.cli.node.keys import _passkeys
from comity.node.models import Officer
from comity.node.signin.addresses import LeftBehind, left_behind, some_left_behind

pytestmark = pytest.mark.django_db
OLD, NEW = "node.example", "new.example"
FLAGS = AuthenticatorData.FLAG(0x45)
TOLD = "A passkey created at another address of this node does not work here."


def credential(host: str) -> dict[str, Any]:
    """Return what a browser gives of a new passkey for a host."""
    pair = ec.generate_private_key(ec.SECP256R1())
    public = ES256.from_cryptography_key(pair.public_key())  # type: ignore[no-untyped-call]
    key = AttestedCredentialData.create(bytes(16), b"a passkey", public)
    data = AuthenticatorData.create(hashlib.sha256(host.encode()).digest(), FLAGS, 0, key)
    client = {"type": "webauthn.create", "challenge": "AA", "origin": f"https://{host}"}
    made = {
        "clientDataJSON": b64(json.dumps(client).encode()),
        "attestationObject": b64(AttestationObject.create("none", data, {})),
    }
    name = b64(b"a passkey")
    return {"id": name, "rawId": name, "type": "public-key", "response": made}


def test_who_has_passkeys_of_another_name_is_counted(office: DeskOffice) -> None:
    case, approver, translator = (
        office.people[role] for role in ("case", "approver", "translator")
    )
    WebAuthn.add(case.user, "old", credential(OLD))
    WebAuthn.add(approver.user, "old", credential(OLD))
    WebAuthn.add(approver.user, "new", credential(NEW))
    WebAuthn.add(translator.user, "unreadable", {})
    case.passkey = {"origin": f"https://{OLD}", "rp_id": OLD}
    case.save()
    assert left_behind(f"https://{NEW}") == LeftBehind(signing_in=1, signing=1)
    assert left_behind(f"https://{OLD}") == LeftBehind(signing_in=0, signing=0)
    assert left_behind(f"https://{OLD}:8700") == LeftBehind(signing_in=0, signing=1)
    assert some_left_behind(NEW)


def test_the_command_says_how_many_and_what_they_do() -> None:
    told = " ".join(_passkeys({"passkeys_sign_in": 2, "passkeys_signing": 1}))
    assert "2 accounts that sign in with one, 1 officer who" in told
    assert "comity user reset-factors DIR NAME" in told
    assert _passkeys({"passkeys_sign_in": 0, "passkeys_signing": 0}) == []


def test_the_page_to_sign_in_says_so_where_somebody_is_concerned(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    del desk
    visitor = Client(headers={"host": "localhost"})
    WebAuthn.add(office.people["case"].user, "here", credential("localhost"))
    assert TOLD not in visitor.get("/sign-in").text
    WebAuthn.add(office.people["case"].user, "old", credential(OLD))
    assert TOLD in visitor.get("/sign-in").text
