"""Pages of exercises stand only where exercises are held: a live node says so, and no more."""

import functools
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from comity.node.exercise import mode
from comity.node.web.permissions import View
from comity.node.web.render import page


def here(view: View) -> View:
    """Answer on a live node, before anything is asked or read, that no exercise is held there."""

    @never_cache
    @functools.wraps(view)
    def answer(request: HttpRequest, **place: Any) -> HttpResponseBase:
        if not mode.held_here():
            return page(request, "exercise/live.html", status=HTTPStatus.NOT_FOUND)
        return view(request, **place)

    return answer
