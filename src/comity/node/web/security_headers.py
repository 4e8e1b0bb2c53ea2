"""What every answer tells a browser beside Django's own fields (middleware)."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

FIXED: Final = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(),"
    " payment=(), serial=(), usb=()",
}
KEPT: Final = ("/static/", "/directory/", "/exchange/")
"""Below these nothing is a person's: files of the program, and what partners and witnesses read.

What is read below `/log/` says itself how long it may be kept; its errors may not be.
"""


def fixed(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let no other site use an answer, and no store on the way keep it unless it is nobody's."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        for name, value in FIXED.items():
            answer.headers.setdefault(name, value)
        if not request.path.startswith(KEPT):
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    return middleware
