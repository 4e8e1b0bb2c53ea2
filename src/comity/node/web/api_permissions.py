"""Who may call an operation: a token or a signed-in session, and the right the operation names."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from comity.node.core.clock import now, real_now
from comity.node.models import Officer
from comity.node.people.access import object_permissions
from comity.node.people.access.visible_cases import Circle, circle_of
from comity.node.people.access_tokens import officer_by_token
from comity.node.people.permissions import PRESETS, Right, may, preset
from comity.node.people.signin import failures
from comity.node.people.signin.assurance import keeps_first_password, lacks_factor
from comity.node.people.signin.sessions import officer_in
from comity.node.web import idempotency


class NotAllowed(Exception):  # noqa: N818 - a refusal by role, turned into 403; no fault of anybody
    """The caller is known and may not do this."""


class TokenNotAllowed(Exception):  # noqa: N818 - as `NotAllowed`
    """The caller's role has the right, and the token that the program sends does not name it."""


class Token(HttpBearer):
    """``Authorization: Bearer TOKEN``."""

    def __init__(self, right: Right) -> None:
        super().__init__()
        self.right = right

    def authenticate(self, request: HttpRequest, token: str) -> Officer | None:
        """Return the officer whose token it is, if role and token both have the right.

        Raises:
            SignInLockedError: too many tokens that let nobody in came from this address.
        """
        at = real_now()
        officer = officer_by_token(token, at=at)
        if officer is None:
            failures.refused_token(request, at=at)
        return _allowed(request, officer, self.right)


class Session(APIKeyCookie):
    """A browser that is signed in; what changes something carries the CSRF token too."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, right: Right) -> None:
        super().__init__(csrf=True)
        self.right = right

    def __call__(self, request: HttpRequest) -> Any:
        """Answer 401, not 403, to whoever brings no session at all."""
        if not request.user.is_authenticated:
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Officer | None:
        """Return the officer who is signed in, if the role has the right."""
        officer = officer_in(request)
        if officer is not None and (
            keeps_first_password(request, officer) or lacks_factor(request, officer)
        ):
            raise NotAllowed
        return _allowed(request, officer, self.right)


def _allowed(request: HttpRequest, officer: Officer | None, right: Right) -> Officer | None:
    """Return the officer, if the role has the right and all that the address names is in reach.

    A call that names an ``Idempotency-Key`` is claimed here, before anything is done.
    """
    if officer is None:
        return None
    if not may(officer, right):
        scope = officer.token is not None and right in PRESETS[preset()].get(officer.role, ())
        detail = "token" if scope else "role"
        object_permissions.note_refused(officer, subject=right, detail=detail, at=now())
        raise TokenNotAllowed if scope else NotAllowed
    found = request.resolver_match
    place = found.kwargs if found else {}
    object_permissions.check(officer, right, place=place, at=now())
    idempotency.claim(request, officer, at=real_now())
    return officer


def seen(request: HttpRequest) -> Circle:
    """Return what the caller may see: whatever an operation names is fetched from it."""
    return circle_of(caller(request), at=now())


def only(right: Right) -> list[Any]:
    """Return the ways in for one right; every operation names exactly one."""
    return [Token(right), Session(right)]


def token_only(right: Right) -> list[Any]:
    """Return the way in for what no browser may have: a token, and never a session."""
    return [Token(right)]


def caller(request: HttpRequest) -> Officer:
    """Return the officer the guard let in."""
    officer: Officer = request.auth  # type: ignore[attr-defined]
    return officer


NOBODY: Final = [Token(Right.SELF), Session(Right.SELF)]
"""Of the API as a whole: an operation that forgets its right is at least closed to visitors."""
