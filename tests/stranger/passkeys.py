"""Approvals by a passkey: a WebAuthn assertion, checked as spec 9 says and no further."""

import hashlib
import json
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from tests.stranger.suites import Public
from tests.stranger.values import MAX_DEPTH, b64, demand, depth_of, digest, refuse, unb64

MAX_CLIENT_BYTES = 4096
PRESENT, VERIFIED = 0x01, 0x04
CODE = "webauthn-invalid"


def check_assertion(item: dict[str, Any], key: Public, relying: dict[str, str]) -> None:
    """Check that a passkey's assertion is over the statement of an approval.

    Args:
        item: the approval; its members are those of kind ``webauthn``.
        key: the certified key.
        relying: member ``webauthn`` of the certificate.
    """
    told, raw = unb64(item["client_data"]), unb64(item["authenticator_data"])
    client = read_client_data(told)
    challenge = b64(digest("approval", unb64(item["statement"])))
    demand(client.get("type") == "webauthn.get", CODE, "another ceremony")
    demand(client.get("challenge") == challenge, CODE, "another challenge")
    demand(client.get("origin") == relying["origin"], CODE, "another origin")
    demand(client.get("crossOrigin", False) is False, CODE, "inside another page")
    demand(len(raw) >= 37, CODE, "authenticator data too short")
    demand(raw[:32] == hashlib.sha256(relying["rp_id"].encode()).digest(), CODE, "rpIdHash")
    demand(raw[32] & PRESENT and raw[32] & VERIFIED, CODE, "nobody was present and verified")
    signed = raw + hashlib.sha256(told).digest()
    demand(_verifies(key, unb64(item["signature"]), signed), CODE, "signature")


def _verifies(key: Public, signature: bytes, data: bytes) -> bool:
    if key.alg == "Ed25519":
        return key.verifies(signature, data)
    point = b"\4" + unb64(key.jwk["x"]) + unb64(key.jwk["y"])
    try:
        curve = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        curve.verify(signature, data, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def read_client_data(data: bytes) -> dict[str, Any]:
    """Return client data, which a browser wrote: JSON, but not in canonical form."""
    demand(len(data) <= MAX_CLIENT_BYTES, CODE, "client data too long")
    demand(depth_of(data) <= MAX_DEPTH, CODE, "client data nested too deep")
    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # no half of a surrogate pair
    except ValueError:
        refuse(CODE, "client data is no JSON")
    demand(isinstance(value, dict), CODE, "client data is no object")
    found: dict[str, Any] = value
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    demand(len(found) == len(pairs), CODE, "a member twice")
    return found


def _constant(text: str) -> NoReturn:
    refuse(CODE, f"{text} is no JSON")
