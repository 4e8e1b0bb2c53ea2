"""Tokens: a program acts for one person, with some of that person's rights, until a day.

A token names the rights it has (its scopes), and has none that its person has not now: whoever
loses a right loses it in every token at the same moment. `permissions.may` asks both.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from comity.canonical import MisuseError
from comity.node.log import audit
from comity.node.models import ApiToken, Officer
from comity.node.people.permissions import Right, rights_of

PREFIX: Final = "comity_"
"""By which scanners find a token that leaked."""
MOST_DAYS: Final = 365
DEFAULT_DAYS: Final = 90
MOST_TOKENS: Final = 50
MAX_LABEL: Final = 60
_USED_GRAIN: Final = timedelta(minutes=5)


class TokenNameError(MisuseError, code="token-name"):
    """A token has no name, or one that is too long or holds what is not printed."""


class TokenScopeError(MisuseError, code="token-rights"):
    """A token is to have no right at all, or one that its maker has not."""


class TokenTermError(MisuseError, code="token-term"):
    """A token is to work for no time, for longer than a year, or longer than its maker's token."""


class TokenManyError(MisuseError, code="token-many"):
    """The user has reached the limit of tokens. Revoke unused tokens."""


class TokenUnknownError(MisuseError, code="token-unknown"):
    """The caller has no such token."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A token that was just made.

    Attributes:
        row: what is kept of it.
        secret: the token itself, which is nowhere else.
    """

    row: ApiToken
    secret: str


@transaction.atomic
def make(
    officer: Officer, *, label: str, scopes: Iterable[str], days: int, at: datetime, by: str
) -> Made:
    """Make a token for a person.

    Args:
        officer: for whom it acts. One who came in by a token makes none that can do more.
        label: what its person calls it, to know it again.
        scopes: names of rights, each one that the officer has now.
        days: for which it works, 1 to `MOST_DAYS`.
        at: this moment.
        by: who makes it, for the audit.

    Raises:
        TokenNameError, TokenScopeError, TokenTermError, TokenManyError: as they say.
    """
    label = label.strip()
    if not label or len(label) > MAX_LABEL or not label.isprintable():
        raise TokenNameError("a token needs a name of 1 to 60 printable characters")
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= rights_of(officer):
        raise TokenScopeError("name at least one right, and only rights that you have")
    if not 1 <= days <= MOST_DAYS:
        raise TokenTermError(f"a token works for 1 to {MOST_DAYS} days")
    ends, parent = at + timedelta(days=days), officer.token
    if parent is not None and parent.expires_at is not None and ends > parent.expires_at:
        raise TokenTermError("a token makes none that works longer than itself")
    _forget_ended(officer, at)
    if ApiToken.objects.filter(user=officer.user_id).count() >= MOST_TOKENS:
        raise TokenManyError(f"a person has at most {MOST_TOKENS} tokens")
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        user_id=officer.user_id,
        digest=_digest(secret),
        label=label,
        scopes=wanted,
        made_at=at,
        expires_at=ends,
    )
    audit.note(at=at, actor=by, action="token.made", subject=officer.identifier, detail=_told(row))
    return Made(row=row, secret=secret)


def tokens_of(officer: Officer) -> list[ApiToken]:
    """Return a person's tokens, the newest first, those that have ended among them."""
    return list(ApiToken.objects.filter(user=officer.user_id).order_by("-made_at", "-pk"))


def own(officer: Officer, number: int) -> ApiToken:
    """Return one of a person's tokens.

    Raises:
        TokenUnknownError: the person has no such token.
    """
    found = ApiToken.objects.filter(user=officer.user_id, pk=number).first()
    if found is None:
        raise TokenUnknownError("you have no such token")
    return found


@transaction.atomic
def revoke(officer: Officer, number: int, *, at: datetime, by: str) -> None:
    """End a token of a person now.

    Raises:
        TokenUnknownError: the person has no such token.
    """
    row = own(officer, number)
    told, subject = _told(row), officer.identifier
    audit.note(at=at, actor=by, action="token.revoked", subject=subject, detail=told)
    row.delete()


def officer_by_token(token: str, *, at: datetime) -> Officer | None:
    """Return the officer for whom a token acts, held to its rights; None if it lets nobody in."""
    rows = ApiToken.objects.filter(digest=_digest(token), user__is_active=True)
    found = rows.first()
    if found is None or is_over(found, at=at):
        return None
    if found.used_at is None or at - found.used_at > _USED_GRAIN:
        rows.update(used_at=at)
    officer = Officer.objects.select_related("user").filter(user=found.user_id).first()
    if officer is not None:
        officer.token = found
    return officer


def is_over(row: ApiToken, *, at: datetime) -> bool:
    """Tell whether a token's time is over."""
    return row.expires_at is not None and row.expires_at <= at


def rights_now(officer: Officer, row: ApiToken) -> list[Right]:
    """Return what a token of an officer can do now."""
    return sorted(right for right in rights_of(officer) if right in row.scopes)


def _forget_ended(officer: Officer, at: datetime) -> None:
    ApiToken.objects.filter(user=officer.user_id, expires_at__lt=at - timedelta(days=30)).delete()


def _told(row: ApiToken) -> str:
    return f"{row.pk} {' '.join(row.scopes)}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
