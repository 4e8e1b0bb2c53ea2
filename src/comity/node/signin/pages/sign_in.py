"""Coming in by passkey, and giving the second factor."""

from typing import Any, Final

from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStageController
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from comity.node.core.clock import real_now
from comity.node.people.accounts import officer_of
from comity.node.people.signin import failures
from comity.node.people.signin.failures import SignInLockedError
from comity.node.people.signin.forms import CodeForm, PasskeyForm
from comity.node.people.signin.relying_party import relying_party
from comity.node.people.signin.stages import SecondFactor
from comity.node.signin.let_in import let_in
from comity.node.signin.pages.views import entrance, locked
from comity.node.web.permissions import public
from comity.node.web.render import page

_WAITING_S: Final = 600
"""How long a browser that is not signed in keeps its challenge."""


@public("GET", "HEAD", "POST")
def by_passkey(request: HttpRequest) -> HttpResponse:
    """Give a challenge for any passkey of this node, and let in whose passkey answers it."""
    if request.method != "POST":
        return _challenge(request)
    form = PasskeyForm(request.POST, user=None)
    try:  # a passkey that is right is let in whatever is locked: it cannot be guessed
        if not form.is_valid() or officer_of(form.cleaned_data["credential"].user) is None:
            failures.failed(failures.attempt_of(request, None), at=real_now())
            return entrance(request, {"wrong_passkey": True}, status=403)
    except SignInLockedError as fault:
        return locked(request, fault)
    form.save()
    return let_in(request, form.cleaned_data["credential"].user)


def _challenge(request: HttpRequest) -> HttpResponse:
    if relying_party(request) is None:
        return JsonResponse({"code": "passkey-place"}, status=409)
    answer = JsonResponse(auth.begin_authentication(None)["publicKey"])
    if not request.user.is_authenticated:
        request.session.set_expiry(_WAITING_S)
    return answer


@public("GET", "HEAD", "POST")
def second(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of somebody whose password was right."""
    stage = LoginStageController.enter(request, SecondFactor.key)
    user = stage.login.user if stage is not None else None
    if stage is None or user is None or officer_of(user) is None:
        return redirect("sign-in")
    if request.method != "POST":
        return _ask(request, user)
    attempt, at = failures.attempt_of(request, user.get_username(), code=True), real_now()
    form = _posted(request, user)
    try:
        if isinstance(form, CodeForm):
            failures.check_open(attempt, at=at)
        if form.is_valid():
            form.save()
            answer: HttpResponse = stage.exit()
            return answer
        failures.failed(attempt, at=at)
    except SignInLockedError as fault:
        clear_login(request)
        return locked(request, fault)
    return _ask(request, user, form, status=403)


def _posted(request: HttpRequest, user: AbstractBaseUser) -> CodeForm | PasskeyForm:
    if "code" in request.POST:
        return CodeForm(request.POST, user=user)
    return PasskeyForm(request.POST, user=user)


def _ask(
    request: HttpRequest,
    user: AbstractBaseUser,
    form: CodeForm | PasskeyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    return page(request, "signin/second.html", asked_of(request, user, form), status=status)


def asked_of(
    request: HttpRequest, user: AbstractBaseUser, form: CodeForm | PasskeyForm | None = None
) -> dict[str, Any]:
    """Return what a page needs that asks a known person for a second factor."""
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    options = None
    if Authenticator.Type.WEBAUTHN in kinds and relying_party(request) is not None:
        options = auth.begin_authentication(user)["publicKey"]
    code = form if isinstance(form, CodeForm) else CodeForm(user=user)
    return {
        "options": options,
        "code": code,
        "wrong": form is not None and not isinstance(form, CodeForm),
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
    }
