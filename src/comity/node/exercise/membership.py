"""People of a team: they join by its code, and come back by a number of their own."""

from datetime import datetime
from typing import Final

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from comity.node.core.randomness import random_bytes
from comity.node.exercise import codes, mode, scenario_library
from comity.node.exercise.errors import JoinError
from comity.node.log import audit
from comity.node.models import Officer, Team, TeamMember

MAX_MEMBERS: Final = 30
MAX_NAME: Final = 64
_PIN_DIGITS: Final = 6


def team_of(code: str) -> Team:
    """Return the team of a code.

    Raises:
        ExerciseLiveError: this node is live.
        JoinError: no team that is open has it.
    """
    mode.require()
    rows = Team.objects.select_related("exercise__edition")
    found = rows.filter(code=codes.typed(code), exercise__closed_at=None).first()
    if found is None:
        raise JoinError("no team that is open has this code", why="code")
    return found


@transaction.atomic
def join(code: str, *, name: str, role: str, at: datetime) -> tuple[TeamMember, str]:
    """Return a new member of the code's team, and the number by which the person comes back.

    Args:
        code: of the team.
        name: by which the team knows the person; once in the team.
        role: key of a role of the scenario.
        at: this node's clock.

    Raises:
        JoinError: no such team or role, the name is taken or none, or the team is full.
    """
    team = team_of(code)
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise JoinError(f"a name has 1 to {MAX_NAME} characters that can be seen", why="name")
    if role not in scenario_library.scenario_of(team.exercise.edition).plan.roles:
        raise JoinError("the scenario has no such role", why="role")
    if team.members.count() >= MAX_MEMBERS:
        raise JoinError(f"the team has {MAX_MEMBERS} people; make another team", why="full")
    if any(one.name.casefold() == name.casefold() for one in team.members.all()):
        told = "somebody of the team has this name; to come back, type your number"
        raise JoinError(told, why="taken")
    pin = str(int.from_bytes(random_bytes(8)) % 10**_PIN_DIGITS).zfill(_PIN_DIGITS)
    member = TeamMember.objects.create(
        team=team, officer=_account(at), name=name, role=role, pin=_kept(name, pin)
    )
    audit.note(at=at, actor="visitor", action="exercise.joined", subject=team.pk, detail=role)
    return member, pin


def come_back(code: str, *, name: str, pin: str, at: datetime) -> TeamMember:
    """Return the member who joined before under this name.

    Raises:
        JoinError: no team has this code, or nobody of it this name and number.
    """
    team = team_of(code)
    wanted = " ".join(name.split()).casefold()
    rows = team.members.select_related("officer__user", "team__exercise__edition")
    for member in rows:
        if member.name.casefold() == wanted and constant_time_compare(
            _kept(member.name, pin.strip()), member.pin
        ):
            audit.note(
                at=at, actor="visitor", action="exercise.joined", subject=team.pk, detail="again"
            )
            return member
    raise JoinError("nobody of this team has this name and number", why="number")


def member_of(officer: Officer) -> TeamMember | None:
    """Return the place of a signed-in person in a team, or None."""
    rows = TeamMember.objects.select_related("team__exercise__edition")
    return rows.defer("team__exercise__edition__files").filter(officer=officer).first()


def _kept(name: str, pin: str) -> str:
    """Return a number as it is kept: told apart by this node's own secret alone.

    A hash that costs time would stop a hall of two hundred who join at once, and six digits give
    way to it as well; who tries numbers is stopped by `signin.failures`.
    """
    return salted_hmac("comity.exercise.number", f"{name}\0{pin}", algorithm="sha256").hexdigest()


def _account(at: datetime) -> Officer:
    """Make the account of a player: no password, no name of a person, no right but to play."""
    identifier = f"trainee-{random_bytes(5).hex()}"  # it stands at the head of every page
    user = get_user_model().objects.create_user(username=identifier, password=None)
    return Officer.objects.create(
        user_id=user.pk, identifier=identifier, role=Officer.Role.TRAINEE, confirmed_at=at
    )
