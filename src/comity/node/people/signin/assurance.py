"""Whether a signed-in person has shown as much as this office asks for."""

from django.conf import settings
from django.http import HttpRequest

from comity.node.core.signin_settings_check import REQUIRED
from comity.node.models import Officer
from comity.node.people.signin import factors, sessions


def keeps_first_password(request: HttpRequest, officer: Officer) -> bool:
    """Tell whether this person came in by a first password, which somebody else has seen.

    Who came in by passkey alone, by a provider or as a trainee typed none.
    """
    if not officer.first_password:
        return False
    return sessions.way_of(request) not in {sessions.SINGLE, sessions.TEAM, sessions.PASSKEY}


def lacks_factor(request: HttpRequest, officer: Officer) -> bool:
    """Tell whether a second factor is required here, and this person has none.

    Whom a provider let in that is asked for its own strong authentication needs none of ours. Nor
    does a trainee, who came in by a team's code and can do nothing but play.
    """
    config = settings.CONFIG
    if config is None or config.second_factor != REQUIRED:
        return False
    if sessions.way_of(request) == sessions.TEAM:
        return False
    strong = bool(config.oidc_acr or config.oidc_amr)
    if strong and sessions.way_of(request) == sessions.SINGLE:
        return False
    return not factors.has_second(officer.user)
