"""Tokens with which an ordinary client of tlog-tiles reads this node's logs for a party.

Such a client sends a bearer token at most; it cannot sign its requests as partners do. A party gets
one by a signed request, and it opens nothing but the logs.

Source: spec/13-transport.md section 13.2.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from comity.canonical import PeerError
from comity.node.core.node import Node
from comity.node.federation.receive_message import OverQuotaError
from comity.node.log import audit
from comity.node.models import LogToken

PREFIX: Final = "comity_log_"
"""By which scanners find a token that leaked."""
LIFE: Final = timedelta(hours=24)
MOST: Final = 20
_LONGEST_WAIT_S: Final = 3600


class LogTokenError(PeerError, code="log-token"):
    """A token does not open this node's logs: it is unknown or over, or its key is."""


@dataclass(frozen=True)
class Given:
    """A token that was just given.

    Attributes:
        token: is nowhere else.
        expires_at: when it ends.
    """

    token: str
    expires_at: datetime


@transaction.atomic
def give(party: str, kid: str, *, at: datetime, real: datetime) -> Given:
    """Give a party a token for `LIFE`.

    Args:
        party: a member, who signed its request.
        kid: by this transport key.
        at: this node's clock, for the audit.
        real: the real time, which the token's life is counted in.

    Raises:
        OverQuotaError: the party has `MOST` tokens already.
    """
    held = LogToken.objects.filter(party=party)
    held.filter(expires_at__lte=real).delete()
    if held.count() >= MOST:
        first = held.order_by("expires_at")[0].expires_at
        wait_s = min(int((first - real).total_seconds()) + 1, _LONGEST_WAIT_S)
        raise OverQuotaError(f"a party has at most {MOST} tokens", retry_after_s=wait_s)
    made = Given(PREFIX + secrets.token_urlsafe(32), (real + LIFE).replace(microsecond=0))
    LogToken.objects.create(
        digest=_digest(made.token), party=party, kid=kid, expires_at=made.expires_at
    )
    audit.note(at=at, actor=party, action="log.token", subject=kid)
    return made


def holder_of(node: Node, token: str, *, at: datetime, real: datetime) -> str:
    """Return the party that a token was given to.

    Args:
        node: this node.
        token: as the request brings it, untrusted.
        at: this node's clock, for the key's term.
        real: the real time.

    Raises:
        LogTokenError: nobody holds such a token, or its time or its key's is over.
    """
    row = LogToken.objects.filter(digest=_digest(token), expires_at__gt=real).first()
    if row is None:
        raise LogTokenError("the token is unknown, or its time is over: ask for another one")
    try:
        node.directory.signing_key(row.party, row.kid, use="transport", proved_at=at)
    except PeerError as fault:
        raise LogTokenError("the key that asked for the token is no longer in force") from fault
    return row.party


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
