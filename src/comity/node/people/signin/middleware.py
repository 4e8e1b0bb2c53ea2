"""Ending what has lasted too long, before a page is shown."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from comity.node.core.clock import real_now
from comity.node.people.signin import sessions


def session_limits(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """End a session that is too old or was not used for too long."""

    def middleware(request: HttpRequest) -> HttpResponse:
        sessions.limit(request, at=real_now())
        return get_response(request)

    return middleware
