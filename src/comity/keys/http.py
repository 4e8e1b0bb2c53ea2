"""HTTP message signatures (RFC 9421) over exactly the components this protocol demands."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from comity.canonical import MisuseError, Mode, PeerError
from comity.keys.suites import PrivateKey, PublicKey

COMPONENTS: Final = (
    "@method",
    "@path",
    "@query",
    "content-digest",
    "comity-from",
    "comity-to",
)
WINDOW: Final = timedelta(seconds=300)
NONCE_BYTES: Final = 16
_LABEL = "comity"
_LIST = "(" + " ".join(f'"{name}"' for name in COMPONENTS) + ")"
_ALGORITHMS = {"Ed25519": "ed25519", "ES256": "ecdsa-p256-sha256"}  # RFC 9421 section 6.2.2
_INPUT = re.compile(
    re.escape(f"{_LABEL}={_LIST}")
    + r';created=(\d{1,12});keyid="([A-Za-z0-9_-]{43})";alg="([a-z0-9-]{1,32})"'
    r';nonce="([A-Za-z0-9_-]{16,64})";tag="([a-z0-9.-]{1,40})"',
    re.ASCII,
)
_VALUE = re.compile(re.escape(_LABEL) + r"=:([A-Za-z0-9+/]{86}==):")


class TransportSignatureError(PeerError, code="transport-signature"):
    """A request does not carry the signature its sender's transport key owes it."""


@dataclass(frozen=True)
class HttpRequest:
    """The parts of a request that the signature covers.

    Attributes:
        method: in capitals.
        path: absolute path as sent.
        query: with its question mark; ``?`` alone where there is none (RFC 9421 section 2.2.7).
        body: whole body.
        sender: party in ``Comity-From``.
        recipient: party in ``Comity-To``.
    """

    method: str
    path: str
    query: str
    body: bytes
    sender: str
    recipient: str


def content_digest(body: bytes) -> str:
    """Return the RFC 9530 field value with sha-256."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def _base(request: HttpRequest, parameters: str) -> bytes:
    values = (
        request.method,
        request.path,
        request.query,
        content_digest(request.body),
        request.sender,
        request.recipient,
    )
    if not all(map(str.isprintable, values)):
        raise MisuseError("a line break inside a component")
    lines = [f'"{name}": {value}' for name, value in zip(COMPONENTS, values, strict=True)]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode("ascii")


def sign_request(
    request: HttpRequest, key: PrivateKey, *, mode: Mode, now: datetime, nonce: str
) -> dict[str, str]:
    """Return the header fields that a signed request carries.

    Args:
        request: what is sent.
        key: of use ``transport``.
        mode: live or exercise; stands in the tag.
        now: the sender's clock.
        nonce: at least 16 random characters of base64url.

    Source: RFC 9421 section 3.1; spec/13-transport.md section 13.2.
    """
    parameters = (
        f'{_LIST};created={int(now.timestamp())};keyid="{key.kid}";alg="{_ALGORITHMS[key.alg]}"'
        f';nonce="{nonce}";tag="comity-1.{mode}"'
    )
    header = f"{_LABEL}={parameters}"
    if not _INPUT.fullmatch(header) or not request.path.isascii() or not request.query.isascii():
        raise MisuseError("a nonce, path or query that cannot stand in a signature")
    value = base64.b64encode(key.sign(_base(request, parameters))).decode()
    return {
        "Comity-From": request.sender,
        "Comity-To": request.recipient,
        "Content-Digest": content_digest(request.body),
        "Signature": f"{_LABEL}=:{value}:",
        "Signature-Input": header,
    }


def verify_request(
    request: HttpRequest,
    headers: Mapping[str, str],
    find_key: Callable[[str], PublicKey],
    *,
    mode: Mode,
    now: datetime,
) -> str:
    """Return the kid of the transport key that signed a request.

    Args:
        request: as received; ``sender`` and ``recipient`` from its own header fields. The caller
            must compare ``recipient`` with its own name: this function does not know it.
        headers: field values by lower-case name.
        find_key: kid to key of use ``transport`` of the sender; raises PeerError for a stranger.
        mode: ours.
        now: our clock.

    Raises:
        TransportSignatureError: missing, stale, of other components, or not fitting.

    Source: RFC 9421 section 3.2; spec/13-transport.md section 13.2.
    """
    found = _INPUT.fullmatch(headers.get("signature-input", ""))
    value = _VALUE.fullmatch(headers.get("signature", ""))
    if found is None or value is None:
        raise TransportSignatureError("no signature over the demanded components")
    created, kid, algorithm, _nonce, tag = found.groups()
    if tag != f"comity-1.{mode}":
        raise TransportSignatureError("a request of the other mode")
    if abs(now.timestamp() - int(created)) > WINDOW.total_seconds():
        raise TransportSignatureError("made more than five minutes from now")
    if headers.get("content-digest") != content_digest(request.body):
        raise TransportSignatureError("the body is not the one that was signed")
    key = find_key(kid)
    if _ALGORITHMS[key.alg] != algorithm:
        raise TransportSignatureError("another algorithm than the key's")
    try:
        base = _base(request, headers["signature-input"].removeprefix(f"{_LABEL}="))
    except (UnicodeEncodeError, MisuseError) as fault:
        raise TransportSignatureError("a part that cannot stand in a signature") from fault
    signature = base64.b64decode(value.group(1))
    if base64.b64encode(signature).decode() != value.group(1):
        raise TransportSignatureError("stray bits after the signature's last byte")
    try:
        key.verify(signature, base)
    except PeerError as fault:
        raise TransportSignatureError("the signature does not fit") from fault
    return kid
