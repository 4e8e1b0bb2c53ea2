"""People of this office: their accounts.

What each may do stands in `roles`. A person without an `Officer` row may do nothing.
"""

import os
import unicodedata
from datetime import datetime
from typing import Final, cast

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from comity.canonical import MisuseError
from comity.exchange.certificates import check_identifier
from comity.node.core.signals import work_changed
from comity.node.log import audit
from comity.node.models import ApiToken, CaseOfficer, DeskSession, Officer
from comity.node.people import access_tokens, departures
from comity.node.people.permissions import Right, rights_of, roles_with

MAX_NAME: Final = 150
"""Characters in a name to sign in with."""
_IN_NAMES: Final = "._-"
"""What a name may have besides letters, their accents, and digits, of any script."""

type Person = AbstractBaseUser | AnonymousUser


class AccountNameUnfitError(MisuseError, code="account-name-unfit"):
    """A name to sign in with has other characters than letters, digits and . _ -."""


class AccountNameError(MisuseError, code="account-name"):
    """A name for a new account is taken, or the identifier is."""


class AccountNameEmptyError(MisuseError, code="account-name-empty"):
    """A new account has no name."""


class AccountNameLongError(MisuseError, code="account-name-long"):
    """A name for a new account is too long."""


class AccountPasswordError(MisuseError, code="account-password"):
    """A password is too short or too common."""


class AccountUnknownError(MisuseError, code="account-unknown"):
    """No account has this name."""


class LastAdministratorError(MisuseError, code="last-administrator"):
    """No other user could administer users. Grant the right to another user first."""


def officer_of(person: Person) -> Officer | None:
    """Return the officer a signed-in person is, or None: then nothing is allowed."""
    if not person.is_authenticated or not person.is_active:
        return None
    officer = Officer.objects.filter(user=person.pk).first()
    if officer is not None:
        officer.user = cast("User", person)  # was read already
    return officer


def is_account_name(name: str) -> bool:
    """Tell whether a name to sign in with can be read, typed and compared: no markup, no path.

    An invisible character is none of these either: U+202E turns a name around in a list.
    """
    kinds = [unicodedata.category(char) for char in name]
    return (
        bool(kinds)
        and kinds[0][0] in "LN"
        and all(
            kind[0] in "LM" or kind == "Nd" or char in _IN_NAMES
            for char, kind in zip(name, kinds, strict=True)
        )
    )


@transaction.atomic
def add_person(
    *,
    name: str,
    role: str,
    password: str,
    at: datetime,
    by: str,
    identifier: str = "",
    first_password: bool = False,
) -> Officer:
    """Make an account with its officer.

    Args:
        name: to sign in with; stays in this office.
        role: one of `Officer.Role`.
        password: at least 12 characters, no common one.
        at: this node's clock.
        by: who made it, for the audit.
        identifier: opaque, as in the officer's certificate; a random one if empty.
        first_password: whether the node made it, so that the person must choose another one.

    Raises:
        AccountNameError: the name, or the identifier, is taken. A name that differs only by small
            and capital letters, or by full and half width, is taken.
        AccountNameEmptyError: there is no name.
        AccountNameLongError: the name is too long.
        AccountNameUnfitError: it has other characters than letters, digits and . _ -.
        AccountPasswordError: the password is too weak; says why.
        OfficerIdentifierError: the identifier cannot be one.
    """
    users = get_user_model()
    name = users.normalize_username(name)
    identifier = check_identifier(identifier or f"officer-{os.urandom(4).hex()}")
    if not name:
        raise AccountNameEmptyError("the name is empty: give one to sign in with")
    if not is_account_name(name):
        raise AccountNameUnfitError(
            "use letters, digits and . _ - only, and begin with a letter or digit: minh.tran"
        )
    if len(name) > MAX_NAME:
        raise AccountNameLongError(
            f"the name has {len(name)} characters: give one of at most {MAX_NAME}"
        )
    if users.objects.filter(username__iexact=name).exists():
        raise AccountNameError("another account has this name: choose another one")
    if Officer.objects.filter(identifier=identifier).exists():
        raise AccountNameError("the officer's identifier is taken")
    try:
        validate_password(password, users(username=name))
    except ValidationError as fault:
        raise AccountPasswordError(" ".join(fault.messages)) from fault
    user = users.objects.create_user(username=name, password=password)
    officer = Officer.objects.create(
        user_id=user.pk,
        identifier=identifier,
        role=Officer.Role(role).value,
        confirmed_at=at,
        first_password=first_password,
    )
    audit.note(at=at, actor=by, action="account.added", subject=identifier, detail=role)
    return officer


def people() -> QuerySet[Officer]:
    """Return every officer with the account, by name."""
    return Officer.objects.select_related("user").order_by("user__username")


@transaction.atomic
def disable(name: str, *, at: datetime, by: str) -> None:
    """Close an account: no sign-in, no token; what the person did stays.

    Raises:
        AccountUnknownError: no such account.
        LastAdministratorError: nobody else could look after people then.
    """
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise AccountUnknownError("no account has this name")
    officer = Officer.objects.filter(user=user.pk).first()
    if officer is not None:
        keep_one(officer)
        departures.end_signatures(officer, at=at, by=by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    ApiToken.objects.filter(user=user.pk).delete()
    DeskSession.objects.filter(user=user.pk).delete()
    subject = officer.identifier if officer else "account"
    audit.note(at=at, actor=by, action="account.disabled", subject=subject)
    tell_owners_changed(officer)


def tell_owners_changed(officer: Officer | None) -> None:
    """Say, in the caller's transaction, that the cases of an officer may be another's now."""
    cases = CaseOfficer.objects.filter(officer=officer).values_list("case", flat=True)
    if officer is not None and cases:
        work_changed.send(None, cases=list(cases))


def keep_one(officer: Officer) -> None:
    """Refuse what would leave nobody to look after people; inside the caller's transaction.

    Raises:
        LastAdministratorError: this is the last one in office.
    """
    rows = Officer.objects.select_for_update().filter(role__in=roles_with(Right.PEOPLE))
    active = get_user_model().objects.filter(is_active=True).values("pk")
    left = {row.pk for row in rows.filter(user__in=active)}
    if left == {officer.pk}:
        raise LastAdministratorError(
            "nobody else looks after people: add somebody, or give somebody a role that may, first"
        )


def make_token(name: str, *, label: str, at: datetime, by: str) -> str:
    """Return a new API token of a person with all rights of the role now, for a year.

    For the operator on the node's own machine; it cannot be shown again.

    Raises:
        AccountUnknownError: no such account, or it is disabled.
    """
    rows = Officer.objects.select_related("user")
    officer = rows.filter(user__username=name, user__is_active=True).first()
    if officer is None:
        raise AccountUnknownError("no account in use has this name")
    made = access_tokens.make(
        officer, label=label, scopes=rights_of(officer), days=access_tokens.MOST_DAYS, at=at, by=by
    )
    return made.secret
