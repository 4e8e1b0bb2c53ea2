"""Who changes how to sign in shows again who they are, by the strongest means they have."""

import functools
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import (
    get_authentication_records,
    record_authentication,
)
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from comity.node.models import Officer
from comity.node.people.signin import factors
from comity.node.web.permissions import caller

type View = Callable[..., HttpResponse]


def is_fresh(request: HttpRequest, officer: Officer) -> bool:
    """Tell whether the person was asked within the last five minutes.

    A password alone is not enough of somebody who has a second factor.
    """
    with_second = factors.has_second(officer.user)
    newest = max(
        (
            float(record["at"])
            for record in get_authentication_records(request, officer.user)
            if record.get("reauthenticated")
            and not (with_second and record["method"] == "password")
        ),
        default=0.0,
    )
    return time.time() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def shown(request: HttpRequest, officer: Officer) -> None:
    """Remember that the person has just made a factor, and so has it in hand."""
    record_authentication(request, officer.user, "mfa", reauthenticated=True)


def freshly(view: View) -> View:
    """Ask again before a page that changes how to sign in; what was typed is not kept."""

    @functools.wraps(view)
    def answer(request: HttpRequest, **place: Any) -> HttpResponse:
        if is_fresh(request, caller(request)):
            return view(request, **place)
        there = request.path if request.method in {"GET", "HEAD"} else reverse("ways")
        return redirect(f"{reverse('again')}?{urlencode({'next': there})}")

    return answer
