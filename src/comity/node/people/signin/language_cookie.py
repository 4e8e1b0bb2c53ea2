"""The cookie by which a browser asks for a language."""

from django.conf import settings
from django.http import HttpResponse


def in_language(answer: HttpResponse, code: str) -> HttpResponse:
    """Return an answer after which the browser asks for a language; none if the code is empty."""
    if code:
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 86_400,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return answer
