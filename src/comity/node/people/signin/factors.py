"""Second factors of a person: which there are, and what changes them.

A passkey here lets its owner in. It signs no message: the passkey that signs is another key,
certified by the officer-ca (`comity.node.accounts.pages.profile`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from comity.canonical import MisuseError
from comity.node.log import audit
from comity.node.models import Officer
from comity.node.people.accounts import AccountUnknownError
from comity.node.people.signin import codes, sessions

_TYPE = Authenticator.Type
SECOND: Final = (_TYPE.TOTP.value, _TYPE.WEBAUTHN.value)
WORDS: Final[Mapping[str, str]] = {
    _TYPE.TOTP.value: "code-app",
    _TYPE.WEBAUTHN.value: "passkey",
    _TYPE.RECOVERY_CODES.value: "recovery-codes",
}
MAX_SUBJECT: Final = 191


class SignInLinkError(MisuseError, code="sign-in-link"):
    """An account of the provider is linked already, empty or too long; or none is configured."""


@dataclass(frozen=True, kw_only=True)
class Factor:
    """One second factor.

    Attributes:
        id: of the row.
        kind: ``passkey``, ``code-app`` or ``recovery-codes``.
        name: what its owner calls it; empty unless it is a passkey.
        made_at: when it was set up.
        used_at: when it last let its owner in, or None.
        left: how many recovery codes are left, or None.
    """

    id: int
    kind: str
    name: str
    made_at: datetime
    used_at: datetime | None
    left: int | None


def factors_of(user: AbstractBaseUser) -> list[Factor]:
    """Return a person's second factors, oldest first."""
    rows = Authenticator.objects.filter(user=user).order_by("created_at", "pk")
    return [_factor(row) for row in rows]


def _factor(row: Authenticator) -> Factor:
    return Factor(
        id=row.pk,
        kind=WORDS[row.type],
        name=str(row.data.get("name", "")),
        made_at=row.created_at,
        used_at=row.last_used_at,
        left=len(row.wrap().get_unused_codes()) if row.type == _TYPE.RECOVERY_CODES else None,
    )


def has_second(user: AbstractBaseUser) -> bool:
    """Tell whether a person has a passkey or an app."""
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND).exists())


@transaction.atomic
def add_passkey(
    officer: Officer, name: str, credential: Mapping[str, Any], *, at: datetime
) -> None:
    """Keep a passkey to sign in with, and recovery codes with the first factor."""
    WebAuthn.add(officer.user, name, dict(credential))
    _with_codes(officer)
    audit.note(at=at, action="factor.added", detail="passkey", **_who(officer))


@transaction.atomic
def add_code_app(officer: Officer, secret: str, step: int, *, at: datetime) -> None:
    """Keep an app's secret, whose code of a step was seen, in place of any there was."""
    Authenticator.objects.filter(user=officer.user, type=_TYPE.TOTP).delete()
    made = TOTP.activate(officer.user, secret).instance
    made.data[codes.USED] = step
    made.save(update_fields=["data"])
    _with_codes(officer)
    audit.note(at=at, action="factor.added", detail="code-app", **_who(officer))


def _with_codes(officer: Officer) -> None:
    RecoveryCodes.activate(officer.user)


@transaction.atomic
def new_codes(officer: Officer, *, at: datetime) -> list[str]:
    """Return a new set of recovery codes; the old ones open nothing any more."""
    Authenticator.objects.filter(user=officer.user, type=_TYPE.RECOVERY_CODES).delete()
    made = RecoveryCodes.activate(officer.user)
    made.mark_as_viewed()
    audit.note(at=at, action="factor.added", detail="recovery-codes", **_who(officer))
    found: list[str] = made.get_unused_codes()
    return found


@transaction.atomic
def first_codes(officer: Officer) -> list[str]:
    """Return the codes that came with the first factor, if nobody has seen them."""
    rows = Authenticator.objects.select_for_update()
    row = rows.filter(user=officer.user, type=_TYPE.RECOVERY_CODES).first()
    if row is None or row.wrap().did_view:
        return []
    row.wrap().mark_as_viewed()
    found: list[str] = row.wrap().get_unused_codes()
    return found


def own(officer: Officer, factor: int, kind: str) -> Authenticator | None:
    """Return a factor of this very person, or None."""
    rows = Authenticator.objects.filter(pk=factor, user=officer.user)
    row = rows.first()
    return row if row is not None and WORDS[row.type] == kind else None


@transaction.atomic
def rename(officer: Officer, factor: Authenticator, name: str, *, at: datetime) -> None:
    """Call a passkey something else."""
    factor.refresh_from_db(fields=["data"])
    factor.data["name"] = name
    factor.save(update_fields=["data"])
    audit.note(at=at, action="factor.renamed", detail="passkey", **_who(officer))


@transaction.atomic
def remove(officer: Officer, factor: Authenticator, *, at: datetime) -> None:
    """Take a factor away; recovery codes go with the last one."""
    kind = WORDS[factor.type]
    factor.delete()
    if not has_second(officer.user):
        Authenticator.objects.filter(user=officer.user).delete()
    audit.note(at=at, action="factor.removed", detail=kind, **_who(officer))


@transaction.atomic
def reset(name: str, *, at: datetime, by: str) -> int:
    """Take all second factors of a person away, as for a lost phone; end the sessions.

    Returns:
        How many there were.

    Raises:
        AccountUnknownError: no such account.
    """
    officer = officer_named(name)
    count: int = Authenticator.objects.filter(user=officer.user).delete()[0]
    sessions.end_all(officer.user_id)
    audit.note(
        at=at, actor=by, action="factor.reset", subject=officer.identifier, detail=str(count)
    )
    return count


def officer_named(name: str) -> Officer:
    """Return the officer of an account.

    Raises:
        AccountUnknownError: no account has this name.
    """
    found = Officer.objects.select_related("user").filter(user__username=name).first()
    if found is None:
        raise AccountUnknownError("no account has this name")
    return found


@transaction.atomic
def link(name: str, *, issuer: str, subject: str, at: datetime, by: str) -> None:
    """Let a person in whom the provider names so; in place of an older link.

    Args:
        name: of the account.
        issuer: the provider, as `oidc_issuer` has it.
        subject: value of the claim that `oidc_claim` names, 1 to 191 characters.
        at: this node's clock.
        by: who links, for the audit.

    Raises:
        AccountUnknownError: no such account.
        SignInLinkError: no provider is configured, or somebody else is linked so.
    """
    officer = officer_named(name)
    if not issuer or not subject.strip() or len(subject) > MAX_SUBJECT:
        raise SignInLinkError("no provider is configured, or the subject is empty or too long")
    taken = SocialAccount.objects.filter(provider=issuer, uid=subject).first()
    if taken is not None and taken.user_id != officer.user_id:
        raise SignInLinkError("somebody else is linked so")
    SocialAccount.objects.filter(user=officer.user).delete()
    SocialAccount.objects.create(user=officer.user, provider=issuer, uid=subject)
    audit.note(at=at, actor=by, action="sign-in.linked", subject=officer.identifier)


@transaction.atomic
def unlink(name: str, *, at: datetime, by: str) -> int:
    """Let nobody in any more whom the provider names; end the sessions.

    Raises:
        AccountUnknownError: no such account.
    """
    officer = officer_named(name)
    count: int = SocialAccount.objects.filter(user=officer.user).delete()[0]
    sessions.end_all(officer.user_id)
    audit.note(at=at, actor=by, action="sign-in.unlinked", subject=officer.identifier)
    return count


def linked(issuer: str, subject: str) -> AbstractBaseUser | None:
    """Return the person whom the provider names so, or None."""
    found = SocialAccount.objects.filter(provider=issuer, uid=subject).first()
    return get_user_model().objects.filter(pk=found.user_id).first() if found else None


def link_of(user: AbstractBaseUser) -> str:
    """Return how the provider names a person, or an empty text."""
    found = SocialAccount.objects.filter(user=user).first()
    return str(found.uid) if found else ""


def _who(officer: Officer) -> dict[str, Any]:
    """Return who acts, and on whose account: the same person."""
    return {"actor": officer.user.get_username(), "subject": officer.identifier}
