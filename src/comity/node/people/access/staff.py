"""People and roles: adding, changing and closing accounts, the last administrator's excepted."""

import secrets
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from comity.canonical import MisuseError
from comity.node.log import audit
from comity.node.models import Officer
from comity.node.people import accounts
from comity.node.people.accounts import AccountUnknownError
from comity.node.people.permissions import Right, roles_with
from comity.node.people.signin import factors

_PASSWORD_BYTES: Final = 15
"""120 random bits, 20 characters: shown once, and to be changed by the person."""


class RoleUnknownError(MisuseError, code="role-unknown"):
    """There is no such role."""


class FactorResetError(MisuseError, code="factor-reset"):
    """Another user must reset the second factors, after verifying who asks."""


class FirstPasswordError(MisuseError, code="first-password"):
    """A user has no first password that could be replaced."""


def administrators() -> list[Officer]:
    """Return the officers in office who may look after people."""
    rows = Officer.objects.select_related("user").filter(user__is_active=True)
    return list(rows.filter(role__in=roles_with(Right.PEOPLE)).order_by("user__username"))


def named(identifier: str) -> Officer:
    """Return an officer by identifier, in office or not.

    Raises:
        AccountUnknownError: there is none.
    """
    found = Officer.objects.select_related("user").filter(identifier=identifier).first()
    if found is None:
        raise AccountUnknownError("no account has this identifier")
    return found


def add(
    *, name: str, role: str, at: datetime, by: str, identifier: str = ""
) -> tuple[Officer, str]:
    """Add a person; return the officer with a first password, which nobody can show again.

    Args:
        name: to sign in with.
        role: one of `Officer.Role`.
        at: this moment.
        by: who adds the person.
        identifier: as in the officer's certificate; a random one if empty.

    Raises:
        RoleUnknownError: no such role.
        AccountNameError, AccountNameEmptyError, AccountNameLongError: the name is taken, empty or
            too long.
        OfficerIdentifierError: the identifier cannot be one.
    """
    if role not in Officer.Role.values:
        raise RoleUnknownError("no such role")
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    made = accounts.add_person(
        name=name,
        role=role,
        password=password,
        at=at,
        by=by,
        identifier=identifier,
        first_password=True,
    )
    return made, password


@transaction.atomic
def new_password(officer: Officer, *, at: datetime, by: str) -> str:
    """Give somebody a new first password, once; sessions begun with the old one end."""
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    user: Any = officer.user
    user.refresh_from_db()
    user.set_password(password)
    user.save(update_fields=["password"])
    Officer.objects.filter(pk=officer.pk).update(first_password=True)
    officer.first_password = True  # as the caller's own copy has it
    audit.note(at=at, actor=by, action="account.password-set", subject=officer.identifier)
    return password


def has_first_password(officer: Officer) -> bool:
    """Tell whether somebody in office never chose a password: nobody signed in with the first."""
    return officer.user.is_active and officer.first_password


@transaction.atomic
def replace_first_password(officer: Officer, *, at: datetime, by: str) -> str:
    """Give a new first password in place of one that was lost before it was used.

    Raises:
        FirstPasswordError: the person chose a password already, or the account is closed.
    """
    officer.refresh_from_db()
    if not has_first_password(officer):
        raise FirstPasswordError("the person chose a password already, or the account is closed")
    return new_password(officer, at=at, by=by)


def reset_factors(officer: Officer, *, by: Officer, sure: bool, at: datetime) -> None:
    """Take all second factors of somebody away, as for a lost phone; the sessions end.

    Args:
        officer: whose.
        by: who looks after people; another person.
        sure: whether that person says to have made sure that it is the officer who asks.
        at: this moment.

    Raises:
        FactorResetError: they are one's own, or nobody made sure.
    """
    if officer.pk == by.pk or not sure:
        raise FactorResetError("somebody else, who has made sure who asks, takes them away")
    factors.reset(officer.user.get_username(), at=at, by=by.user.get_username())


@transaction.atomic
def change_role(officer: Officer, role: str, *, at: datetime, by: str) -> None:
    """Give somebody another role. What the person may sign stays as the certificate says.

    Raises:
        RoleUnknownError: no such role.
        LastAdministratorError: nobody else could look after people then.
    """
    if role not in Officer.Role.values:
        raise RoleUnknownError("no such role")
    officer.refresh_from_db(fields=["role"])  # somebody else may have changed it meanwhile
    if role not in roles_with(Right.PEOPLE):
        accounts.keep_one(officer)
    before, officer.role = officer.role, role
    officer.save(update_fields=["role"])
    detail = f"{before} {role}"
    audit.note(at=at, actor=by, action="account.role", subject=officer.identifier, detail=detail)


@transaction.atomic
def disable(officer: Officer, *, at: datetime, by: str) -> None:
    """Close an account: no sign-in, no session, no token; what the person did stays.

    Raises:
        LastAdministratorError: nobody else could look after people then.
    """
    user: Any = officer.user
    user.refresh_from_db()
    user.set_unusable_password()
    user.save(update_fields=["password"])  # a session holds a digest of it, and ends with it
    accounts.disable(user.get_username(), at=at, by=by)


@transaction.atomic
def enable(officer: Officer, *, at: datetime, by: str) -> str:
    """Open a closed account again; return a new first password."""
    user: Any = officer.user
    user.refresh_from_db()
    officer.refresh_from_db(fields=["confirmed_at"])
    user.is_active = True
    user.save(update_fields=["is_active"])
    officer.confirmed_at = at
    officer.save(update_fields=["confirmed_at"])
    audit.note(at=at, actor=by, action="account.enabled", subject=officer.identifier)
    accounts.tell_owners_changed(officer)
    return new_password(officer, at=at, by=by)
