"""Sessions: short, and bound to the person's password, role and standing.

A session ends twelve hours after signing in, after `idle_minutes` without use, and at once when
the password or the role changes or the account is closed. What a page asks by itself is no use,
except the list of the watch: it must not go dark at night (ADR 0070).
"""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

from comity.node.models import DeskSession, Officer
from comity.node.models.people import SIGNED
from comity.node.people.accounts import officer_of
from comity.node.people.signin.config import office

SHIFT: Final = timedelta(hours=12)
GRAIN: Final = timedelta(minutes=1)
"""How exactly use is written down: a write a minute, not one a page."""
PASSKEY, PASSWORD, CODE, KEY, RECOVERY, SINGLE, TEAM = (
    "passkey", "password", "password-code", "password-passkey", "recovery-code", "single-sign-on",
    "code",
)  # fmt: skip


def begin(request: HttpRequest, officer: Officer, *, way: str, at: datetime) -> None:
    """Write into a session, whose key is new, who came in, how and as what."""
    stamp = at.timestamp()
    request.session[SIGNED] = {
        "at": stamp,
        "seen": stamp,
        "role": officer.role,
        "way": way,
        "client": "".join(
            one for one in request.headers.get("User-Agent", "") if one.isprintable()
        )[:200],
    }
    request.session.set_expiry(None)
    DeskSession.objects.filter(expire_date__lt=at).delete()


def limit(request: HttpRequest, *, at: datetime) -> None:
    """End the session of this request if it is too old or was not used for too long."""
    if SESSION_KEY not in request.session:
        return
    signed = request.session.get(SIGNED)
    if not isinstance(signed, dict) or _over(signed, at):
        request.session.flush()
        request.user = AnonymousUser()
    elif at.timestamp() - signed["seen"] >= GRAIN.total_seconds() and _used(request):
        request.session[SIGNED] = signed | {"seen": at.timestamp()}


def _used(request: HttpRequest) -> bool:
    """Tell whether a person asked, or the watch, and not an unattended page by itself."""
    by_itself = request.method == "GET" and request.headers.get("HX-Request") == "true"
    return not by_itself or request.path == reverse("watch-list")


def _over(signed: dict[str, float], at: datetime) -> bool:
    idle = timedelta(minutes=office().idle_minutes)
    stamp = at.timestamp()
    return (
        stamp - signed["at"] >= SHIFT.total_seconds()
        or stamp - signed["seen"] >= idle.total_seconds()
    )


def officer_in(request: HttpRequest) -> Officer | None:
    """Return the officer whose session this is; one begun under another role is ended."""
    officer = officer_of(request.user)
    if officer is None:
        return None
    signed = request.session.get(SIGNED)
    if not isinstance(signed, dict) or signed.get("role") != officer.role:
        logout(request)
        return None
    return officer


def way_of(request: HttpRequest) -> str:
    """Return by which means the person of this request came in."""
    return str(request.session.get(SIGNED, {}).get("way", ""))


def sessions_of(user: AbstractBaseUser, *, at: datetime) -> list[DeskSession]:
    """Return a person's sessions that have not ended, the newest first."""
    idle = timedelta(minutes=office().idle_minutes)
    rows = DeskSession.objects.filter(
        user=user.pk, started_at__gt=at - SHIFT, seen_at__gt=at - idle - GRAIN
    )
    return list(rows.order_by("-started_at")[:50])


def end_all(user_id: int, *, but: str | None = None) -> int:
    """End a person's sessions, one perhaps not; return how many were ended."""
    rows = DeskSession.objects.filter(user=user_id)
    if but:
        rows = rows.exclude(session_key=but)
    return rows.delete()[0]
