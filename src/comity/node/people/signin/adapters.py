"""What django-allauth asks of this node: nobody signs up, nothing is mailed, all is audited."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from comity.node.core.clock import now, real_now
from comity.node.log import audit
from comity.node.people.accounts import officer_of
from comity.node.people.signin import failures, secrets, sessions
from comity.node.people.signin.config import office
from comity.node.people.signin.language_cookie import in_language
from comity.node.people.signin.stages import way_in
from comity.node.people.signin.trusted_proxies import network_of


def is_own(request: HttpRequest, target: str) -> bool:
    """Tell whether an address is one of this node's pages: a path, and nothing invisible in it."""
    path = target.startswith("/") and not target.startswith(("//", "/\\"))
    return (
        path
        and target.isprintable()
        and url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    )


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts: made by `comity user add`, and no other way."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Let nobody make an account."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the pages have their own words."""

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: an account needs no address."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return whom a limit by address counts."""
        return network_of(request)

    def is_safe_url(self, url: str) -> bool:
        """Lead to this node's pages only."""
        return is_own(context.request, url)

    def get_login_stages(self) -> list[str]:
        """Ask for a second factor, and nothing else."""
        return ["comity.node.people.signin.stages.SecondFactor"]

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Answer as to a wrong password."""
        return redirect("sign-in")

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Begin the session: every way in ends here."""
        at, officer = now(), officer_of(user)
        if officer is None:  # closed meanwhile, or never an officer
            clear_login(request)
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        way = way_in(request, user)
        super().login(request, user)
        sessions.begin(request, officer, way=way, at=real_now())
        failures.forget(request, user.get_username())
        audit.note(
            at=at,
            actor=user.get_username(),
            action="sign-in",
            subject=officer.identifier,
            detail=way,
        )

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **more: Any) -> HttpResponse:
        """Lead on, in the person's language."""
        answer = super().post_login(request, user, **more)
        officer = officer_of(user)
        return in_language(answer, officer.language if officer else "")


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: secrets are sealed, and the office has a name."""

    def encrypt(self, text: str) -> str:
        """Return a secret as the database may have it."""
        return secrets.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret of the database."""
        return secrets.unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        """Return under which name an app lists the account."""
        return self._get_site_name()

    def _get_site_name(self) -> str:
        return f"Comity {office().party}"
