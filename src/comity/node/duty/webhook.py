"""Handing one notice to a gateway: a signed POST, no redirect, no answer kept."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any, Final

from comity.canonical import OperationError
from comity.http import Client, NoAnswerError
from comity.node.core.notice_channels import LEAST_KEY_BYTES, Hook, NoticeSecretError, read_secret

HEADER: Final = "Comity-Signature"
CONNECT_S: Final = 5.0
TIMEOUT_S: Final = 10.0


class HookRefusedError(OperationError, code="notice-webhook-refused"):
    """A gateway answered a notice with something else than success; a redirect is not followed."""


class HookSilentError(OperationError, code="notice-webhook-silent"):
    """A gateway does not answer."""


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
    client = Client(connect_s=CONNECT_S, step_s=TIMEOUT_S)
    try:
        with client.stream("POST", hook.url, body=body, headers=headers) as answer:
            status, taken = answer.status, answer.ok
    except NoAnswerError as fault:
        raise HookSilentError("the gateway does not answer") from fault
    finally:
        client.close()
    if not taken:
        raise HookRefusedError(f"the gateway answered {status}")
