"""What is locked after failures: a name, or an address, for a quarter of an hour.

A name is counted whether or not somebody has it, so a lock tells nobody which names exist. A
passkey has no secret that can be guessed, so signing in by passkey alone knows no lock by name:
who is locked out by a stranger's failures still comes in.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from comity.canonical import MisuseError
from comity.node import audit
from comity.node.models import Officer, SignInFailure
from comity.node.signin.proxies import network_of

LOCKED_FOR: Final = timedelta(minutes=15)
ALLOWED: Final = {"name": 5, "address": 30, "token": 30}
"""Failures in a quarter of an hour. An office behind one address has several people who mistype."""
_MAX_NAME: Final = 150


class SignInLockedError(MisuseError):
    """Too many failures; the fact ``until`` says when it opens again."""

    code = "sign-in-locked"

    def __init__(self, until: datetime) -> None:
        super().__init__("too many failures; try again later", until=until)
        self.until = until


def key_of(kind: str, value: str) -> str:
    """Return what is kept of a name or an address: a digest under the node's secret."""
    text = f"{kind}:{value[:_MAX_NAME]}".encode("utf-8", "surrogatepass")
    return salted_hmac("comity.signin.failures", text, algorithm="sha256").hexdigest()


def keys_of(request: HttpRequest, name: str | None) -> dict[str, str]:
    """Return what counts for a request: kind -> key."""
    keys = {"address": key_of("address", network_of(request))}
    return keys if name is None else keys | {"name": key_of("name", name)}


def check_open(keys: dict[str, str], *, at: datetime) -> None:
    """Refuse what is locked.

    Raises:
        SignInLockedError: one of the keys is; nothing that was sent was even looked at.
    """
    rows = SignInFailure.objects.filter(key__in=keys.values(), locked_until__gt=at)
    until = max((row.locked_until for row in rows if row.locked_until), default=None)
    if until is not None:
        raise SignInLockedError(until)


def failed(keys: dict[str, str], *, at: datetime) -> None:
    """Count a failure, and write it down without a name.

    Raises:
        SignInLockedError: it was one too many.
    """
    with transaction.atomic():
        SignInFailure.objects.filter(since__lt=at - LOCKED_FOR).exclude(
            locked_until__gt=at
        ).delete()
        locked = [until for kind, key in keys.items() if (until := _count(kind, key, at))]
        audit.note(at=at, actor="visitor", action="sign-in.failed", subject="sign-in")
        if locked:
            audit.note(at=at, actor="visitor", action="sign-in.locked", subject="sign-in")
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
    check_open({"token": key}, at=at)
    with transaction.atomic():
        SignInFailure.objects.filter(key=key, since__lt=at - LOCKED_FOR).delete()
        first = not SignInFailure.objects.filter(key=key).exists()
        until = _count("token", key, at)
        if first:
            audit.note(
                at=at, actor="visitor", action="token.refused", subject="token", detail=key[:8]
            )
        if until:
            audit.note(
                at=at, actor="visitor", action="token.locked", subject="token", detail=key[:8]
            )
    if until:
        raise SignInLockedError(until)


def _count(kind: str, key: str, at: datetime) -> datetime | None:
    """Count one failure; return until when the key is now locked, or None."""
    row, _ = SignInFailure.objects.select_for_update().get_or_create(
        key=key, defaults={"since": at}
    )
    row.failures += 1
    if row.failures >= ALLOWED[kind]:
        row.locked_until, row.failures = at + LOCKED_FOR, 0
    row.save()
    return row.locked_until if row.failures == 0 else None


def forget(name: str) -> None:
    """Begin to count anew for a name: its person came in."""
    SignInFailure.objects.filter(key=key_of("name", name)).delete()


@transaction.atomic
def unlock(officer: Officer, *, at: datetime, by: str) -> None:
    """Open the name of an officer before its time."""
    forget(officer.user.get_username())
    audit.note(at=at, actor=by, action="sign-in.unlocked", subject=officer.identifier)


def check_password(request: HttpRequest, name: str, password: str, *, at: datetime) -> Any:
    """Return the user of a name and password, or None.

    An unknown name costs the same work as a known one: Django hashes the password all the same.

    Raises:
        SignInLockedError: name or address are locked, or are from now on.
    """
    name = name[:_MAX_NAME]
    keys = keys_of(request, name)
    check_open(keys, at=at)
    user = authenticate(request, username=name, password=password)
    if user is None:
        failed(keys, at=at)
        return None
    return user
