"""Setting up second factors, and taking them away."""

import time
from typing import Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import clear_totp_secret, get_totp_secret
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from comity.node.core.clock import now
from comity.node.people.permissions import Right
from comity.node.people.signin import codes, factors
from comity.node.people.signin.forms import MAX_PASSKEYS, NewCodeApp, NewPasskey, PasskeyName
from comity.node.people.signin.relying_party import relying_party
from comity.node.signin.reauthenticate import freshly, shown
from comity.node.web.permissions import caller, only
from comity.node.web.render import page

_GROUP: Final = 4


@only(Right.SELF, "GET", "HEAD", "POST", set_up=True)
@freshly
def passkey(request: HttpRequest) -> HttpResponse:
    """Make a passkey to sign in with."""
    officer = caller(request)
    held = [one for one in factors.factors_of(officer.user) if one.kind == "passkey"]
    if relying_party(request) is None or len(held) >= MAX_PASSKEYS:
        return redirect("ways")
    form = NewPasskey(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = form.cleaned_data
        factors.add_passkey(officer, made["name"], made["credential"], at=now())
        shown(request, officer)
        messages.success(request, _("Passkey saved. You can sign in with it."))
        return redirect("recovery-codes")
    options = auth.begin_registration(officer.user, passwordless=True)["publicKey"]
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "options": options}
    return page(request, "signin/passkey.html", context, status=status)


@only(Right.SELF, "GET", "HEAD", "POST", set_up=True)
@freshly
def passkey_name(request: HttpRequest, factor: int) -> HttpResponse:
    """Call a passkey something else."""
    officer = caller(request)
    row = factors.own(officer, factor, "passkey")
    if row is None:
        raise Http404
    form = PasskeyName(request.POST or None, initial={"name": row.data.get("name", "")})
    if request.method == "POST" and form.is_valid():
        factors.rename(officer, row, form.cleaned_data["name"], at=now())
        return redirect("ways")
    status = 422 if request.method == "POST" else 200
    return page(request, "signin/passkey_name.html", {"form": form}, status=status)


@only(Right.SELF, "GET", "HEAD", "POST", set_up=True)
@freshly
def remove(request: HttpRequest, kind: str, factor: int) -> HttpResponse:
    """Take a passkey or the app away, after saying what that means."""
    officer = caller(request)
    row = factors.own(officer, factor, kind)
    if row is None or kind not in {"passkey", "code-app"}:
        raise Http404
    if request.method == "POST":
        factors.remove(officer, row, at=now())
        messages.success(request, _("Sign-in method removed."))
        return redirect("ways")
    others = [one for one in factors.factors_of(officer.user) if one.kind != "recovery-codes"]
    context = {"kind": kind, "name": row.data.get("name", ""), "last": len(others) == 1}
    return page(request, "signin/remove.html", context)


@only(Right.SELF, "GET", "HEAD", "POST", set_up=True)
@freshly
def code_app(request: HttpRequest) -> HttpResponse:
    """Set up an app that shows codes."""
    officer = caller(request)
    form = NewCodeApp(request.POST or None)
    secret = get_totp_secret(regenerate=request.method != "POST")
    if request.method == "POST" and form.is_valid():
        step = codes.step_of(secret, form.cleaned_data["code"], at_s=time.time())
        if step is not None:
            factors.add_code_app(officer, secret, step, at=now())
            clear_totp_secret(request)
            shown(request, officer)
            messages.success(request, _("App set up. Sign-in now asks for a code."))
            return redirect("recovery-codes")
        form.add_error("code", _("Incorrect code. Check that the clock on your device is correct."))
    parts = [secret[i : i + _GROUP] for i in range(0, len(secret), _GROUP)]
    context = {"form": form, "secret": " ".join(parts), "picture": _picture(officer.user, secret)}
    status = 422 if request.method == "POST" else 200
    return page(request, "signin/code_app.html", context, status=status)


def _picture(user: object, secret: str) -> SafeString:
    """Return the QR code as SVG; it is drawn here from characters of ours, nothing is quoted."""
    adapter = get_adapter()
    drawn: str = adapter.build_totp_svg(adapter.build_totp_url(user, secret))
    return mark_safe(drawn[drawn.index("<svg") :])  # noqa: S308 - a path made of numbers


@only(Right.SELF, "GET", "HEAD", "POST", set_up=True)
@freshly
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show recovery codes once, and make new ones."""
    officer = caller(request)
    if not factors.has_second(officer.user):
        return redirect("ways")
    made = request.method == "POST"
    told = factors.new_codes(officer, at=now()) if made else factors.first_codes(officer)
    found = factors.factors_of(officer.user)
    held = next((one for one in found if one.kind == "recovery-codes"), None)
    context = {"codes": told, "left": held.left if held else 0, "made": made}
    return page(request, "signin/recovery_codes.html", context)
