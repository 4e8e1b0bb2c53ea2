"""Who may call an operation: a token or a signed-in session, and the right the operation names."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from comity.node.clock import now
from comity.node.models import Officer
from comity.node.people import officer_by_token
from comity.node.roles import Right, may
from comity.node.signin.sessions import officer_in
from comity.node.signin.standing import lacks_factor


class NotAllowed(Exception):  # noqa: N818 - a refusal by role, turned into 403; no fault of anybody
    """The caller is known and may not do this."""


class Token(HttpBearer):
    """``Authorization: Bearer TOKEN``."""

    def __init__(self, right: Right) -> None:
        super().__init__()
        self.right = right

    def authenticate(self, request: HttpRequest, token: str) -> Officer | None:
        """Return the officer whose token it is, if the role has the right."""
        return _allowed(officer_by_token(token, at=now()), self.right)


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
        if officer is not None and lacks_factor(request, officer):
            raise NotAllowed
        return _allowed(officer, self.right)


def _allowed(officer: Officer | None, right: Right) -> Officer | None:
    if officer is not None and not may(officer, right):
        raise NotAllowed
    return officer


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
