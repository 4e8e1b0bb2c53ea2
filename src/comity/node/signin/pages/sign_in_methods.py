"""One's own ways to sign in, and one's sessions."""

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.node.core.clock import now, real_now
from comity.node.log import audit
from comity.node.models import Officer
from comity.node.people.permissions import Right
from comity.node.people.signin import factors, failures, passwords, sessions
from comity.node.people.signin.assurance import keeps_first_password, lacks_factor
from comity.node.people.signin.config import office
from comity.node.people.signin.failures import SignInLockedError
from comity.node.people.signin.forms import CodeForm, NewPassword, PasskeyForm, Password
from comity.node.people.signin.relying_party import relying_party
from comity.node.signin.let_in import first_page
from comity.node.signin.pages.sign_in import asked_of
from comity.node.signin.pages.views import locked
from comity.node.signin.reauthenticate import freshly, is_fresh
from comity.node.web.kept_forms import safe_target
from comity.node.web.permissions import caller, only
from comity.node.web.render import page


@only(Right.SELF, set_up=True)
def ways(request: HttpRequest) -> HttpResponse:
    """Show how one signs in, and where one is signed in."""
    officer, at = caller(request), real_now()
    found = factors.factors_of(officer.user)
    context = {
        "passkeys": [one for one in found if one.kind == "passkey"],
        "app": next((one for one in found if one.kind == "code-app"), None),
        "codes": next((one for one in found if one.kind == "recovery-codes"), None),
        "place": relying_party(request),
        "here_name": f"http://localhost:{request.get_port()}",
        "sessions": sessions.sessions_of(officer.user, at=at),
        "this_session": request.session.session_key,
        "must": lacks_factor(request, officer),
        "link": factors.link_of(officer.user),
        "provider": office().oidc_name or office().oidc_issuer,
    }
    return page(request, "signin/ways.html", context)


@only(Right.SELF, "POST", set_up=True)
def end_others(request: HttpRequest) -> HttpResponse:
    """End all one's sessions but this one."""
    officer = caller(request)
    count = sessions.end_all(officer.user_id, but=request.session.session_key)
    name = officer.user.get_username()
    audit.note(at=now(), actor=name, action="session.ended", subject=officer.identifier)
    told = ngettext("%(count)s session was ended.", "%(count)s sessions were ended.", count)
    messages.success(request, told % {"count": count})
    return redirect("ways")


@only(Right.SELF, "GET", "HEAD", "POST", set_up=True, first_password=True)
def again(request: HttpRequest) -> HttpResponse:
    """Ask once more who is there, before something is changed."""
    officer = caller(request)
    target = safe_target(request, request.POST.get("next") or request.GET.get("next") or "/me")
    name, at = officer.user.get_username(), real_now()
    form: Password | CodeForm | PasskeyForm | None = None
    try:
        if request.method == "POST":
            form = _posted(request, officer)
            attempt = failures.attempt_of(request, name, code=not isinstance(form, Password))
            if not isinstance(form, PasskeyForm):
                failures.check_open(attempt, at=at)
            if form.is_valid() and _shown(request, officer, form):
                return redirect(target)
            failures.failed(attempt, at=at)
    except SignInLockedError as fault:
        return locked(request, fault)
    if request.method != "POST" and is_fresh(request, officer):
        return redirect(target)
    second = form if isinstance(form, CodeForm | PasskeyForm) else None
    context = {
        **asked_of(request, officer.user, second),
        "next": target,
        "with_second": factors.has_second(officer.user),
        "password": form if isinstance(form, Password) else Password(),
    }
    return page(request, "signin/again.html", context, status=403 if form else 200)


def _posted(request: HttpRequest, officer: Officer) -> Password | CodeForm | PasskeyForm:
    if not factors.has_second(officer.user):
        return Password(request.POST)
    if "code" in request.POST:
        return CodeForm(request.POST, user=officer.user)
    return PasskeyForm(request.POST, user=officer.user)


def _shown(request: HttpRequest, officer: Officer, form: Password | CodeForm | PasskeyForm) -> bool:
    """Write down who was shown to be there; tell whether it was."""
    if not isinstance(form, Password):
        form.save()
        return True
    return own_password(request, officer.user, form)


def own_password(request: HttpRequest, user: AbstractBaseUser, form: Password) -> bool:
    """Tell whether a password is the person's, and remember that it was shown."""
    if not user.check_password(form.cleaned_data["password"]):
        form.add_error("password", _("Incorrect password."))
        return False
    reauthenticate_by_password(request)
    return True


@only(Right.SELF, "GET", "HEAD", "POST", set_up=True, first_password=True)
@freshly
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; other sessions end."""
    officer = caller(request)
    first = keeps_first_password(request, officer)
    form = NewPassword(request.POST or None, user=officer.user)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        context = {"form": form, "first": first}
        return page(request, "signin/password.html", context, status=status)
    passwords.change(
        officer,
        form.cleaned_data["new"],
        at=now(),
        by=officer.user.get_username(),
        but=request.session.session_key,
    )
    update_session_auth_hash(request, officer.user)
    messages.success(request, _("Password changed. Your other sessions have ended."))
    return redirect(first_page(officer, "/") if first else "ways")
