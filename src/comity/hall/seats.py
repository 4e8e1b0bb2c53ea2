"""People of a team's node: a seat for each role of the scenario; one of them approves.

Four eyes are two people: the role that approves has no account that drafts, and nobody else is told
the approver's password (`node.exercise.workplaces`).
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from comity.canonical import decode_loose
from comity.client.api import Api
from comity.demo.office import Office, certify_passkey
from comity.demo.world import Person, Place
from comity.drills import Plan
from comity.hall.story import MODE

APPROVER: Final = "approver"
_ROLES: Final[Mapping[str, str]] = {"duty": "duty", "examiner": "examiner"}
"""Roles of scenarios that a node has under the same name; every other seat is a case officer's."""
_MAX_CERTIFICATE_BYTES: Final = 65536


@dataclass(frozen=True, kw_only=True)
class Seat:
    """An account at a node.

    Attributes:
        name: to sign in with; the key of the scenario's role, or `APPROVER`.
        role: at the node.
        password: said to whoever holds the seat, and worth nothing outside the exercise.
        holder: key of the scenario's role whose seat it is; empty for the approver's of a scenario
            in which no role can approve.
    """

    name: str
    role: str
    password: str
    holder: str = ""

    def to_value(self) -> dict[str, str]:
        """Return it as JSON."""
        return dict(vars(self))


def approving_role(plan: Plan) -> str:
    """Return the scenario's role that gives second signatures, or empty if none can.

    It is the one called approver, else counsel, else the last that neither drafts nor examines.
    """
    others = list(plan.roles)[1:]
    named = [key for key in (APPROVER, "counsel") if key in others]
    free = [key for key in reversed(others) if _ROLES.get(key, "case") == "case"]
    return next(iter(named or free), "")


def seats_for(plan: Plan) -> list[Seat]:
    """Return the seats of a team's node; the first may draft, the last approves."""
    approving = approving_role(plan)
    roles = {name: _ROLES.get(name, "case") for name in plan.roles if name != approving}
    drafters = sorted(roles, key=lambda name: roles[name] == "examiner")  # who cannot draft last
    return [
        *(
            Seat(name=name, role=roles[name], password=new_password(), holder=name)
            for name in drafters
        ),
        Seat(name=APPROVER, role=APPROVER, password=new_password(), holder=approving),
    ]


def partner_seats() -> list[Seat]:
    """Return the seats of a simulated partner's node."""
    return [
        Seat(name="case", role="case", password=new_password()),
        Seat(name=APPROVER, role=APPROVER, password=new_password()),
    ]


def house_seats() -> list[Seat]:
    """Return the seats of the house."""
    return [Seat(name="trainer", role="trainer", password=new_password())]


def rows(place: Place, seats: list[Seat]) -> list[dict[str, Any]]:
    """Return the accounts of a node, as its people are made.

    The certificates that were made with the world go to the first seat and to the approver.
    """
    found = []
    for number, seat in enumerate(seats):
        person = _person(place, seat, first=number == 0)
        found.append(
            {
                "name": seat.name,
                "role": seat.role,
                "password": seat.password,
                "officer": person.identifier if person else f"officer-{os.urandom(4).hex()}",
                "certificate": _certificate(person),
            }
        )
    return found


def office(place: Place, seats: list[Seat], tokens: Mapping[str, str]) -> Office:
    """Return a node's office, whose first seat drafts and whose approver signs second."""
    url = f"http://{place.config.host}:{place.config.port}"
    return Office(place, MODE, Api(url, tokens[seats[0].name]), Api(url, tokens[APPROVER]))


def _person(place: Place, seat: Seat, *, first: bool) -> Person | None:
    if seat.role == "trainer":
        return None
    if first:
        return place.officers["author"]
    return place.officers["approver"] if seat.name == APPROVER else None


def _certificate(person: Person | None) -> Any:
    if person is None:
        return None
    return decode_loose(person.certificate.record, max_bytes=_MAX_CERTIFICATE_BYTES)


def new_password() -> str:
    """Return a password of words' length that is read aloud without doubt."""
    return f"exercise-{os.urandom(4).hex()}"


# Passkeys that trainees make at their team's node are certified while the exercise is held.
#
# In an office another person does this, on a machine without network. Here the exercise holds the
# officer-ca of every node, and whoever has the password of a seat is that officer.


HOLDS: Final = timedelta(days=30)
"""Of the story's time: longer than the longest story, and than a break between two evenings."""


@dataclass
class Enrolment:
    """The people of one team's node, who are asked for in turn whether a passkey waits.

    Attributes:
        sessions: name of each account to its session.
    """

    place: Place
    sessions: dict[str, Api]
    tell: Callable[[str], None]
    _next: int = field(default=0)

    def go_on(self) -> bool:
        """Look at the next person, and certify the passkey if one waits; tell whether it did.

        One person a call: with twenty teams each question costs a request each second.

        Raises:
            NodeSilentError, NodeRefusedError: the node gave no answer, or another than it should.
        """
        names = list(self.sessions)
        name = names[self._next % len(names)]
        self._next += 1
        return certify_passkey(self.place, name, self.sessions[name], self.tell, holds=HOLDS)
