"""Signing in by the ministry's own provider."""

import dataclasses
import secrets
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from comity.canonical import ComityError
from comity.node.core.clock import now, real_now
from comity.node.log import audit
from comity.node.people.accounts import officer_of
from comity.node.people.signin import factors, failures
from comity.node.people.signin.config import office
from comity.node.people.signin.failures import SignInLockedError
from comity.node.people.signin.provider import Asked, Provider, fresh
from comity.node.people.signin.stages import STRONG
from comity.node.signin.let_in import let_in
from comity.node.signin.pages.views import entrance, locked
from comity.node.web.kept_forms import MAX_UNKNOWN_CHARS, hold, safe_target
from comity.node.web.permissions import public

ASKED: Final = "single-sign-on"
_WAITING_S: Final = 600
_MAX_CODE: Final = 4096


@public("POST")
def leave(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider."""
    config = office()
    if not config.oidc_issuer:
        raise Http404
    asked = fresh()
    try:
        failures.check_open(failures.attempt_of(request, None), at=real_now())
        place = Provider(config).address(asked, _back(request))
    except SignInLockedError as fault:
        return locked(request, fault)
    except ComityError as fault:
        return _refused(request, fault.code, status=502)
    target = safe_target(request, request.POST.get("next") or "/")
    request.session[ASKED] = {
        **dataclasses.asdict(asked),
        "next": hold(request, target, most_chars=MAX_UNKNOWN_CHARS),
        "at": real_now().timestamp(),
    }
    if not request.user.is_authenticated:
        request.session.set_expiry(_WAITING_S)
    return HttpResponseRedirect(place)


@public("GET", "HEAD")
def come_back(request: HttpRequest) -> HttpResponse:
    """Let in whom the provider names, if an administrator linked an account to that name."""
    config, at = office(), real_now()
    if not config.oidc_issuer:
        raise Http404
    kept = request.session.pop(ASKED, None)
    keys = failures.attempt_of(request, None)
    try:
        failures.check_open(keys, at=at)
        code = request.GET.get("code", "")
        if not _answers(request, kept, at=at.timestamp()) or not 1 <= len(code) <= _MAX_CODE:
            failures.failed(keys, at=at)
            return _refused(request, "sign-in-answer")
        asked = Asked(state=kept["state"], nonce=kept["nonce"], verifier=kept["verifier"])
        subject = Provider(config).subject(asked, code=code, back=_back(request))
        user = factors.linked(config.oidc_issuer, subject)
        if user is None or officer_of(user) is None:
            failures.failed(keys, at=at)
            return _refused(request, "sign-in-unlinked")
    except SignInLockedError as fault:
        return locked(request, fault)
    except ComityError as fault:
        return _refused(request, fault.code)
    strong = bool(config.oidc_acr or config.oidc_amr)
    step = {"method": "socialaccount", STRONG: strong}
    return let_in(request, user, target=kept["next"], **step)


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("single-back"))


def _answers(request: HttpRequest, kept: object, *, at: float) -> bool:
    """Tell whether an answer is one to what this very browser asked."""
    if not isinstance(kept, dict) or at - kept["at"] > _WAITING_S:
        return False
    ours = office().oidc_issuer
    issuer = request.GET.get("iss", ours)  # RFC 9207
    state = request.GET.get("state", "").encode("utf-8", "surrogatepass")
    return issuer == ours and secrets.compare_digest(state, str(kept["state"]).encode())


def _refused(request: HttpRequest, code: str, status: int = 403) -> HttpResponse:
    audit.note(at=now(), actor="visitor", action="sign-in.refused", subject="sign-in", detail=code)
    return entrance(request, {"refused": code}, status=status)
