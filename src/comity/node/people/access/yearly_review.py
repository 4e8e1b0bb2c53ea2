"""Once a year an administrator confirms each account, or ends it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from comity.canonical import MisuseError
from comity.node.log import audit
from comity.node.models import Officer
from comity.node.people.access import staff

YEAR: Final = timedelta(days=365)
SOON: Final = timedelta(days=30)


class OwnAccountError(MisuseError, code="own-account"):
    """Another user must confirm this account."""


def due_at(officer: Officer) -> datetime:
    """Return when an account has to be confirmed; of one that never was, since it was made."""
    since: datetime = officer.confirmed_at or officer.user.date_joined
    return since + YEAR


def due(at: datetime) -> Sequence[Officer]:
    """Return the accounts in use that have to be confirmed by a moment, the latest first."""
    people = Officer.objects.select_related("user").filter(user__is_active=True)
    return sorted((one for one in people if due_at(one) <= at), key=due_at)


@transaction.atomic
def confirm(officer: Officer, *, by: Officer | None, at: datetime) -> None:
    """Say that a person still needs the account with this role.

    Args:
        officer: whose account.
        by: the administrator; None on the node's own machine.
        at: this moment.

    Raises:
        OwnAccountError: it is the administrator's own, and there is another one.
    """
    if by is not None and by.pk == officer.pk and len(staff.administrators()) > 1:
        raise OwnAccountError("somebody else who looks after people confirms it")
    officer.refresh_from_db(fields=["role"])  # the audit says which one was confirmed
    officer.confirmed_at = at
    officer.save(update_fields=["confirmed_at"])
    who = by.user.get_username() if by else "operator"
    subject = officer.identifier
    audit.note(at=at, actor=who, action="account.confirmed", subject=subject, detail=officer.role)
