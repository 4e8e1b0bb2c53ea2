"""Requests that belong to no session: a partner signs each of its own, a watchdog needs no name."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from comity.node.web.problems import is_exchange

_HEALTH: Final = "/up"
"""It is answered alike to everyone who may ask, in no language, as what nodes call is."""


def without_session(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer such requests without what pages need: session, language, form tokens, messages.

    It is middleware, since what it saves is what the middleware behind it does: a tenth of what a
    message of a partner costs. An address below these that is none takes the usual way.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not is_exchange(path) and path != _HEALTH:
            return get_response(request)
        try:
            found = resolve(path)
        except Resolver404:
            return get_response(request)
        request.get_host()  # raises for a name that is not ours (DisallowedHost)
        request.resolver_match = found
        try:
            answer: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
        except Http404:  # the page that says so is of a session
            answer = HttpResponse(status=HTTPStatus.NOT_FOUND)
        if isinstance(answer, HttpResponse):
            answer.headers.setdefault("Content-Length", str(len(answer.content)))
        return answer

    return middleware
