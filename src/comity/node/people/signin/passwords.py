"""Passwords: set by their person, or by the operator for somebody who forgot it."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from comity.node.log import audit
from comity.node.models import Officer
from comity.node.people.accounts import AccountPasswordError
from comity.node.people.signin import sessions
from comity.node.people.signin.factors import officer_named


@transaction.atomic
def change(officer: Officer, password: str, *, at: datetime, by: str, but: str | None) -> None:
    """Give an account another password, chosen by its person; its sessions end, one perhaps not.

    Args:
        officer: whose it is.
        password: new one.
        at: this node's clock.
        by: who changes it, for the audit.
        but: key of the session that goes on, or None.

    Raises:
        AccountPasswordError: it is too weak; says why.
    """
    if officer.first_password and officer.user.check_password(password):
        raise AccountPasswordError("this is the first password: choose another one")
    _store(officer, password, first=False, but=but)
    audit.note(at=at, actor=by, action="password.changed", subject=officer.identifier)


@transaction.atomic
def set_password(name: str, password: str, *, at: datetime, by: str) -> None:
    """Give an account a first password, by its name; all its sessions end.

    Whoever types it for somebody knows it, so its person chooses another one at the next sign-in.

    Raises:
        AccountUnknownError: no such account.
        AccountPasswordError: it is too weak; says why.
    """
    officer = officer_named(name)
    _store(officer, password, first=True, but=None)
    audit.note(at=at, actor=by, action="account.password-set", subject=officer.identifier)


def _store(officer: Officer, password: str, *, first: bool, but: str | None) -> None:
    """Give an account another password, and end its sessions but one; in the caller's commit."""
    try:
        validate_password(password, officer.user)
    except ValidationError as fault:
        raise AccountPasswordError(" ".join(fault.messages)) from fault
    officer.user.refresh_from_db()
    officer.user.set_password(password)
    officer.user.save(update_fields=["password"])
    Officer.objects.filter(pk=officer.pk).update(first_password=first)
    officer.first_password = first  # as the caller's own copy has it
    sessions.end_all(officer.user_id, but=but)


@transaction.atomic
def end_sessions(name: str, *, at: datetime, by: str) -> int:
    """End all sessions of an account; return how many there were.

    Raises:
        AccountUnknownError: no such account.
    """
    officer = officer_named(name)
    count = sessions.end_all(officer.user_id)
    audit.note(at=at, actor=by, action="session.ended", subject=officer.identifier)
    return count
