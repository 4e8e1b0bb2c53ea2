"""What is locked after failures, for a quarter of an hour: a name at one address, or an address.

Whoever fails under a name locks that name for their own address: nobody locks a colleague out from
elsewhere. Only codes (a second factor, a number of an exercise) are counted by name alone, as they
are short and asked for after something else was right. A name is counted whether or not somebody
has it, so a lock tells nobody which names exist. A passkey has no secret that can be guessed, so it
knows no lock at all (ADR 0077).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from comity.canonical import MisuseError
from comity.node.core.clock import real_now
from comity.node.core.http_errors import TooMany
from comity.node.log import audit
from comity.node.models import Officer, SignInFailure
from comity.node.people.signin.trusted_proxies import network_of

LOCKED_FOR: Final = timedelta(minutes=15)
ALLOWED: Final = {"pair": 5, "code": 5, "address": 30, "token": 30}
"""Failures in a quarter of an hour. An office behind one address has several people who mistype."""
_MAX_NAME: Final = 150
_MARK_CHARS: Final = 8
"""Of the digest of an address, in the audit."""


class SignInLockedError(TooMany, MisuseError, code="sign-in-locked"):
    """Too many failures; the fact ``until`` says when it opens again."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many failures; try again later", until=until)
        self.until = until

    def retry_after_s(self) -> int:
        """Return how many seconds the name or address stays locked, at least 1."""
        left: timedelta = self.until - real_now()
        return max(1, round(left.total_seconds()))


@dataclass(frozen=True)
class Attempt:
    """What counts for an attempt to come in.

    Attributes:
        keys: kind -> key, a digest under the node's secret.
        account: digest of the name, or empty; by it an administrator opens a name again.
    """

    keys: Mapping[str, str]
    account: str = ""


def key_of(kind: str, value: str) -> str:
    """Return what is kept of a name or an address: a digest under the node's secret."""
    text = f"{kind}:{value[:_MAX_NAME]}".encode("utf-8", "surrogatepass")
    return salted_hmac("comity.signin.failures", text, algorithm="sha256").hexdigest()


def attempt_of(request: HttpRequest, name: str | None, *, code: bool = False) -> Attempt:
    """Return what counts for a request.

    Args:
        request: from whose address it comes.
        name: under which somebody comes in, or None where none was given.
        code: whether a short code is asked for, which is counted by name from everywhere.
    """
    return attempt_at(network_of(request), name, code=code)


def attempt_at(network: str, name: str | None, *, code: bool = False) -> Attempt:
    """Return what counts for a try from an address; see `attempt_of`."""
    keys = {"address": key_of("address", network)}
    if name is None:
        return Attempt(keys)
    account = key_of("name", name)
    kind, value = ("code", account) if code else ("pair", f"{network} {account}")
    return Attempt({**keys, kind: key_of(kind, value)}, account)


def check_open(attempt: Attempt, *, at: datetime) -> None:
    """Refuse what is locked.

    Raises:
        SignInLockedError: one of the keys is; nothing that was sent was even looked at.
    """
    rows = SignInFailure.objects.filter(key__in=attempt.keys.values(), locked_until__gt=at)
    until = max((row.locked_until for row in rows if row.locked_until), default=None)
    if until is not None:
        raise SignInLockedError(until)


def failed(attempt: Attempt, *, at: datetime) -> None:
    """Count a failure, and write it down without a name, and of the address a mark only.

    The mark is the beginning of a digest under the node's secret, as of a refused token: rows of
    one address have the same, and nobody reads the address from it.

    Raises:
        SignInLockedError: it was one too many.
    """
    with transaction.atomic():
        SignInFailure.objects.filter(since__lt=at - LOCKED_FOR).exclude(
            locked_until__gt=at
        ).delete()
        locked = [
            until
            for kind, key in attempt.keys.items()
            if (until := _count(kind, key, at, account=attempt.account))
        ]
        mark = attempt.keys.get("address", "")[:_MARK_CHARS]
        audit.note(at=at, actor="visitor", action="sign-in.failed", subject="sign-in", detail=mark)
        if locked:
            audit.note(
                at=at, actor="visitor", action="sign-in.locked", subject="sign-in", detail=mark
            )
    if locked:
        raise SignInLockedError(max(locked))


def refused_token(request: HttpRequest, *, at: datetime) -> None:
    """Count a token that lets nobody in, and write the first of a quarter hour and address down.

    It is counted apart from people's failures: a program with an old token locks no officer out.
    A good token is never locked, as it cannot be guessed.

    Raises:
        SignInLockedError: too many came from this address.
    """
    key = key_of("token", network_of(request))
    check_open(Attempt({"token": key}), at=at)
    with transaction.atomic():
        SignInFailure.objects.filter(key=key, since__lt=at - LOCKED_FOR).delete()
        first = not SignInFailure.objects.filter(key=key).exists()
        until = _count("token", key, at)
        if first:
            audit.note(
                at=at,
                actor="visitor",
                action="token.refused",
                subject="token",
                detail=key[:_MARK_CHARS],
            )
        if until:
            audit.note(
                at=at,
                actor="visitor",
                action="token.locked",
                subject="token",
                detail=key[:_MARK_CHARS],
            )
    if until:
        raise SignInLockedError(until)


def _count(kind: str, key: str, at: datetime, *, account: str = "") -> datetime | None:
    """Count one failure; return until when the key is now locked, or None."""
    of_name = account if kind in ("pair", "code") else ""
    row, _ = SignInFailure.objects.select_for_update().get_or_create(
        key=key, defaults={"since": at, "account": of_name}
    )
    row.failures += 1
    if row.failures >= ALLOWED[kind]:
        row.locked_until, row.failures = at + LOCKED_FOR, 0
    row.save()
    return row.locked_until if row.failures == 0 else None


def forget(request: HttpRequest, name: str) -> None:
    """Begin to count anew for a name at this address, and for its codes: its person came in."""
    own = attempt_of(request, name).keys["pair"], attempt_of(request, name, code=True).keys["code"]
    SignInFailure.objects.filter(key__in=own).delete()


def locked_until(officer: Officer, *, at: datetime) -> datetime | None:
    """Return until when the name of an officer is locked at some address, or None."""
    account = key_of("name", officer.user.get_username())
    rows = SignInFailure.objects.filter(account=account, locked_until__gt=at)
    return rows.order_by("-locked_until").values_list("locked_until", flat=True).first()


@transaction.atomic
def unlock(officer: Officer, *, at: datetime, by: str) -> None:
    """Open the name of an officer before its time, at every address."""
    account = key_of("name", officer.user.get_username())
    SignInFailure.objects.filter(account=account).delete()
    audit.note(at=at, actor=by, action="sign-in.unlocked", subject=officer.identifier)


def check_password(request: HttpRequest, name: str, password: str, *, at: datetime) -> Any:
    """Return the user of a name and password, or None.

    An unknown name costs the same work as a known one: Django hashes the password all the same.

    Raises:
        SignInLockedError: the name at this address, or the address, is locked, or is from now on.
    """
    return password_at(network_of(request), name, password, at=at, request=request)


def password_at(
    network: str, name: str, password: str, *, at: datetime, request: HttpRequest | None = None
) -> Any:
    """Return the user of a name and password, or None; see `check_password`.

    Args:
        network: from which the try comes, as `trusted_proxies.network_of` says it.
        name: of the account.
        password: that was typed.
        at: this moment.
        request: if there is one.

    Raises:
        SignInLockedError: the name at this address, or the address, is locked, or is from now on.
    """
    name = name[:_MAX_NAME]
    attempt = attempt_at(network, name)
    check_open(attempt, at=at)
    user = authenticate(request, username=name, password=password)
    if user is None:
        failed(attempt, at=at)
        return None
    return user
