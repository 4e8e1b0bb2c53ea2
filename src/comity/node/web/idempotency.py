"""``Idempotency-Key``: a call that is sent twice is done once, and answered twice.

A key is claimed in a transaction of its own before the call is done. So whatever happens between
claim and answer, a crash included, the same key does nothing again: at worst the answer is lost,
and the caller is told to look. The first answer is kept for a day, sealed under a key made from
the node's secret and the caller's own key, of which the node keeps a digest only.

Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

import hashlib
import hmac
import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from comity.canonical import MisuseError
from comity.node.core.http_errors import Conflict, Malformed
from comity.node.models import Officer, RepeatedCall

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
KEPT_FOR: Final = timedelta(hours=24)
UNDER_WAY: Final = timedelta(minutes=10)
"""After which a call that has no answer is believed to have fallen with the node."""
MAX_ANSWER_BYTES: Final = 256 * 1024
METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
STREAMED: Final = "application/offset+octet-stream"
_KEY: Final = re.compile(r'"([\x21\x23-\x5b\x5d-\x7e]{16,128})"|([A-Za-z0-9._~:-]{16,128})')
_COUNTING: Final = ("Content-Type", "Upload-Length", "Upload-Metadata")
_TOLD: Final = ("Content-Type", "Location", "Upload-Expires", "Tus-Resumable", "Cache-Control")
_USE: Final = b"comity.node.web.idempotency"
_NONCE_BYTES: Final = 12
_MAX_BODY_BYTES: Final = 32 * 1024 * 1024 + 1
_UNDONE: Final = (503, 507)
"""The world refused before anything was recorded: the same key may try again."""


class RepeatKeyError(Malformed, MisuseError, code="idempotency-key"):
    """``Idempotency-Key`` is no string of 16 to 128 characters, or the call takes none."""


class RepeatOtherError(MisuseError, code="idempotency-other"):
    """The same ``Idempotency-Key`` was used for another call or another body."""


class RepeatBusyError(Conflict, MisuseError, code="idempotency-busy"):
    """The first call with this ``Idempotency-Key`` is under way; ask again later."""


class RepeatUnknownError(Conflict, MisuseError, code="idempotency-unknown"):
    """The node fell during the first call with this key: look whether it was done."""


class RepeatAnswerError(Conflict, MisuseError, code="idempotency-answer"):
    """The call succeeded. Its answer is not stored: secret, too long, or from before an erasure."""


class Replayed(Exception):  # noqa: N818 - an answer, no fault
    """A call was done before; this is what it answered then."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__("done before")
        self.answer = answer


@dataclass(frozen=True)
class Claim:
    """What one request holds: its row, and the key that seals its answer."""

    row: int
    seal: bytes


def claim(request: HttpRequest, officer: Officer, *, at: datetime) -> None:
    """Claim the key that a request names, if it names one; afterwards it may be done.

    Args:
        request: let in already. Its body is read.
        officer: who calls.
        at: this moment.

    Raises:
        Replayed: it was done before; the first answer.
        RepeatKeyError, RepeatOtherError, RepeatBusyError, RepeatUnknownError, RepeatAnswerError:
            as they say; nothing is done.
    """
    text = request.headers.get(HEADER)
    if text is None or request.method not in METHODS:
        return
    key = _parse(request, text)
    holder = f"token:{officer.token.pk}" if officer.token else f"officer:{officer.identifier}"
    seal = _sealing(holder, key)
    digest, asked = hashlib.sha256(key.encode()).hexdigest(), _asked(request, seal)
    forget(at=at)
    try:
        with transaction.atomic():
            row = RepeatedCall.objects.create(holder=holder, key=digest, asked=asked, claimed_at=at)
    except IntegrityError:
        row = RepeatedCall.objects.get(holder=holder, key=digest)
        _again(row, asked, seal, at=at)
    request.claimed = Claim(row.pk, seal)  # type: ignore[attr-defined]


def _again(row: RepeatedCall, asked: str, seal: bytes, *, at: datetime) -> None:
    """Say what became of the first call.

    Raises:
        Replayed, RepeatOtherError, RepeatBusyError, RepeatUnknownError, RepeatAnswerError:
            always one of them.
    """
    if row.asked != asked:
        raise RepeatOtherError("this key came with another call: a new call needs a new key")
    if row.status is None:
        if at - row.claimed_at < UNDER_WAY:
            raise RepeatBusyError("the first call with this key is under way")
        raise RepeatUnknownError("the node fell during this call: look whether it was done")
    if row.answer is None:
        raise RepeatAnswerError("it was done; what it answered is not kept")
    raise Replayed(_opened(row, seal))


def shown_once(request: HttpRequest) -> None:
    """Keep the answer to this request nowhere: it holds a secret that is shown once."""
    request.shown_once = True  # type: ignore[attr-defined]


def body_of(request: HttpRequest, most_bytes: int) -> bytes:
    """Return the bytes of a body that is no JSON, at most so many, read before or now."""
    taken: bytes | None = getattr(request, "taken", None)
    return request.read(most_bytes) if taken is None else taken[:most_bytes]


def answered(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Keep the answer of a call that claimed a key (middleware)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        held: Claim | None = getattr(request, "claimed", None)
        if held is not None:
            _keep(held, answer, secret=getattr(request, "shown_once", False))
        return answer

    return middleware


def forget(*, at: datetime) -> int:
    """Forget calls of more than a day ago, with their answers; return how many."""
    old = RepeatedCall.objects.filter(claimed_at__lte=at - KEPT_FOR)
    return old.delete()[0] if old.exists() else 0


def forget_answers() -> None:
    """Keep no answer any more, in the caller's transaction; no call is done twice because of that.

    An answer may repeat what is erased now, and is sealed: nobody can look which one does.
    """
    RepeatedCall.objects.exclude(answer=None).update(answer=None)


def _keep(held: Claim, answer: HttpResponseBase, *, secret: bool) -> None:
    rows = RepeatedCall.objects.filter(pk=held.row, status=None)
    if answer.status_code in _UNDONE:
        rows.delete()
    elif answer.status_code < 500:
        whole = isinstance(answer, HttpResponse) and len(answer.content) <= MAX_ANSWER_BYTES
        sealed = _sealed(answer, held.seal) if whole and not secret else None
        rows.update(status=answer.status_code, answer=sealed)


def _parse(request: HttpRequest, text: str) -> str:
    found = _KEY.fullmatch(text)
    if found is None:
        raise RepeatKeyError('send "KEY" of 16 to 128 characters, a new one for each new call')
    if request.headers.get("Content-Type") == STREAMED:
        raise RepeatKeyError("an upload goes on by Upload-Offset, not by a key")
    return found[1] or found[2]


def _asked(request: HttpRequest, seal: bytes) -> str:
    """Return a keyed digest of what is asked: a body may hold a password, to be tried offline."""
    if (request.content_type or "") in {"", "application/json"}:
        body = request.body
    else:
        body = request.read(_MAX_BODY_BYTES)
        request.taken = body  # type: ignore[attr-defined]
    parts = [request.method or "", request.get_full_path()]
    parts += [request.headers.get(name, "") for name in _COUNTING]
    parts.append(hashlib.sha256(body).hexdigest())
    data = json.dumps(parts).encode("utf-8", "surrogatepass")
    return hmac.digest(seal, data, "sha256").hex()


def _sealing(holder: str, key: str) -> bytes:
    secret = settings.SECRET_KEY.encode() + b"\0" + holder.encode() + b"\0" + key.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_USE).derive(secret)


def _sealed(answer: HttpResponseBase, seal: bytes) -> bytes:
    body = answer.content if isinstance(answer, HttpResponse) else b""
    told = {name: answer[name] for name in _TOLD if name in answer}
    value = json.dumps({"fields": told, "body": b64encode(body).decode()}).encode()
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + ChaCha20Poly1305(seal).encrypt(nonce, value, _USE)


def _opened(row: RepeatedCall, seal: bytes) -> HttpResponse:
    data = bytes(row.answer or b"")
    try:
        plain = ChaCha20Poly1305(seal).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _USE)
    except InvalidTag as fault:  # the node's secret was replaced since
        raise RepeatAnswerError("it was done; what it answered cannot be opened") from fault
    value = json.loads(plain)
    answer = HttpResponse(b64decode(value["body"]), status=row.status)
    for name, told in value["fields"].items():
        answer[name] = told
    answer[REPLAYED] = "true"
    return answer
