"""Tells a script that uploads a form where the page goes on, without going there (middleware).

A browser's script cannot see a redirect: it would fetch the next page, and the confirmation that
the person is to read with it.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

ASKED: Final = "Upload-Page"
NEXT: Final = "Upload-Next"


def told(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer an upload by script with the next address instead of a redirect."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        if ASKED not in request.headers or not isinstance(answer, HttpResponseRedirect):
            return answer
        found = HttpResponse(status=204, headers={NEXT: answer.url})
        found.cookies = answer.cookies
        return found

    return middleware
