"""Handing one notice to a gateway: a signed POST, no redirect, no answer kept."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any, Final

import httpx

from comity.canonical import OperationError
from comity.node.core.notice_channels import LEAST_KEY_BYTES, Hook, NoticeSecretError, read_secret

HEADER: Final = "Comity-Signature"
TIMEOUT_S: Final = httpx.Timeout(10.0, connect=5.0)


class HookRefusedError(OperationError):
    """A gateway answered a notice with something else than success; a redirect is not followed."""

    code = "notice-webhook-refused"


class HookSilentError(OperationError):
    """A gateway does not answer."""

    code = "notice-webhook-silent"


def signature(key: bytes, body: bytes, *, at: datetime) -> str:
    """Return the value of the header: HMAC-SHA256 over the time in seconds, a dot and the body."""
    stamp = int(at.timestamp())
    found = hmac.digest(key, f"{stamp}.".encode() + body, hashlib.sha256).hex()
    return f"t={stamp},v1={found}"


def send(hook: Hook, value: dict[str, Any], *, at: datetime) -> None:
    """Post a notice.

    Args:
        hook: where, and with which key.
        value: ``to`` (E.164 or empty), ``text``, ``number`` and ``id``.
        at: of the signature; the receiver refuses one that is old.

    Raises:
        NoticeSecretError: the key cannot be used.
        HookRefusedError, HookSilentError: it was not taken.
    """
    key = read_secret(hook.key_file)
    if len(key) < LEAST_KEY_BYTES:
        raise NoticeSecretError("the key of the webhook is shorter than 32 bytes")
    body = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    headers = {"Content-Type": "application/json", HEADER: signature(key, body, at=at)}
    try:
        with (
            httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", hook.url, content=body, headers=headers) as answer,
        ):
            status = answer.status_code
    except httpx.HTTPError as fault:
        raise HookSilentError("the gateway does not answer") from fault
    if not httpx.codes.is_success(status):
        raise HookRefusedError(f"the gateway answered {status}")
