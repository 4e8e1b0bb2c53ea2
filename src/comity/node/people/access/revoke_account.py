"""What stays of somebody's account when it is closed for good, and is taken away then."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from comity.node.log import audit
from comity.node.models import ApiToken, Officer, Reached
from comity.node.people.access import case_access, staff
from comity.node.people.signin import factors


def remaining(officer: Officer) -> int:
    """Return how many things of the account are left."""
    mine = {"user": officer.user_id}
    ways: int = sum(
        kind.objects.filter(**mine).count() for kind in (ApiToken, Authenticator, SocialAccount)
    )
    numbers = Reached.objects.filter(officer=officer.identifier).count()
    return int(officer.user.is_active) + ways + officer.compartments.count() + numbers


def revoke(officer: Officer, *, at: datetime, by: str) -> None:
    """Close the account and take away ways in, memberships and numbers; in the caller's commit.

    Whoever opens the account again gives a new password, and nothing else comes back.

    Raises:
        LastAdministratorError: nobody else could look after people then.
        CompartmentError: cases stand in a compartment that would be left without a member.
    """
    name = officer.user.get_username()
    if officer.user.is_active:
        staff.disable(officer, at=at, by=by)
    for one in officer.compartments.all():
        case_access.set_members(one.name, one.members.exclude(pk=officer.pk), at=at, by=by)
    if Authenticator.objects.filter(user=officer.user_id).exists():
        factors.reset(name, at=at, by=by)
    if SocialAccount.objects.filter(user=officer.user_id).exists():
        factors.unlink(name, at=at, by=by)
    if Reached.objects.filter(officer=officer.identifier).delete()[0]:
        audit.note(at=at, actor=by, action="duty.contact-set", subject=officer.identifier)
