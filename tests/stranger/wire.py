"""Requests signed by RFC 9421, with the digest of RFC 9530 (spec 13.2)."""

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tests.stranger.suites import Public, Signer
from tests.stranger.values import RefusedError, b64, demand, refuse

COVERED = '("@method" "@path" "@query" "content-digest" "comity-from" "comity-to")'
NAMES = {"Ed25519": "ed25519", "ES256": "ecdsa-p256-sha256"}
PARAMETER = re.compile(r';(created|nonce|keyid|alg|tag)=(?:"([!#-\[\]-~ ]*)"|(\d{1,15}))')


@dataclass(frozen=True)
class Request:
    """What is signed of a request; `query` has its question mark, or is empty."""

    method: str
    path: str
    query: str
    body: bytes
    sender: str
    addressee: str

    @property
    def content_digest(self) -> str:
        """Return the header of RFC 9530."""
        return f"sha-256=:{base64.b64encode(hashlib.sha256(self.body).digest()).decode()}:"

    def base(self, parameters: str) -> bytes:
        """Return the signature base of RFC 9421 section 2.5."""
        lines = (
            f'"@method": {self.method}',
            f'"@path": {self.path}',
            f'"@query": {self.query or "?"}',
            f'"content-digest": {self.content_digest}',
            f'"comity-from": {self.sender}',
            f'"comity-to": {self.addressee}',
            f'"@signature-params": {parameters}',
        )
        return "\n".join(lines).encode()


def sign_request(request: Request, key: Signer, *, mode: str, now: datetime) -> dict[str, str]:
    """Return the headers that sign a request."""
    public = key.public
    parameters = (
        f'{COVERED};created={int(now.timestamp())};keyid="{public.kid}";alg="{NAMES[public.alg]}"'
        f';nonce="{b64(os.urandom(12))}";tag="comity-1.{mode}"'
    )
    signature = base64.b64encode(key.sign(request.base(parameters))).decode()
    return {
        "comity-from": request.sender,
        "comity-to": request.addressee,
        "content-digest": request.content_digest,
        "signature-input": f"comity={parameters}",
        "signature": f"comity=:{signature}:",
    }


def verify_request(
    request: Request,
    headers: dict[str, str],
    *,
    mode: str,
    now: datetime,
    find: Callable[[str], Public | None],
) -> None:
    """Refuse a request whose signature is not the one its sender owes.

    Args:
        request: with sender and addressee as they must be.
        headers: names in lower case.
        mode: live or exercise.
        now: our clock.
        find: the sender's key of use ``transport`` for a kid.
    """
    code = "transport-signature"
    label, _, parameters = headers.get("signature-input", "").partition("=")
    demand(label == "comity" and parameters.startswith(COVERED), code, "other components")
    rest = parameters[len(COVERED) :]
    found = {name: text or number for name, text, number in PARAMETER.findall(rest)}
    demand(PARAMETER.sub("", rest) == "" and rest.count(";") == len(found) == 5, code, "parameters")
    stated = {"comity-from": request.sender, "comity-to": request.addressee}
    stated["content-digest"] = request.content_digest
    demand(all(headers.get(name) == value for name, value in stated.items()), code, "headers")
    demand(found["created"].isdigit(), code)
    demand(abs(int(now.timestamp()) - int(found["created"])) <= 300, code, "another moment")
    demand(found["tag"] == f"comity-1.{mode}", code, "another mode")
    key = find(found["keyid"])
    if key is None:
        refuse("key-unknown")
    demand(found["alg"] == NAMES[key.alg], code, "another algorithm")
    demand(key.verifies(_signature(headers), request.base(parameters)), code)


def _signature(headers: dict[str, str]) -> bytes:
    text = headers.get("signature", "")
    demand(text.startswith("comity=:") and text.endswith(":"), "transport-signature")
    try:
        data = base64.b64decode(text[8:-1], validate=True)
    except (ValueError, binascii.Error) as fault:
        raise RefusedError("transport-signature") from fault
    demand(base64.b64encode(data).decode() == text[8:-1], "transport-signature")
    return data
