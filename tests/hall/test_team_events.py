"""What happens at a team's node, as deeds of its run."""

from datetime import UTC, datetime
from typing import Any

import pytest

from comity.drills import read_scenario
from comity.files.drills import read_shipped
from comity.hall.story import seats_of
from comity.hall.teams import Bindings, TeamNode

AT = datetime(2027, 3, 1, tzinfo=UTC)


class Watched:
    """A node with one availability test that somebody sent to a partner."""

    def __init__(self, made_by: str, *members: str) -> None:
        self._made_by, self._members = made_by, members

    def get(self, path: str, **_asked: str) -> dict[str, Any]:
        if path == "/cases":
            case = {"case": "1", "moved_at": "1", "conversations": ["ping"]}
            return {"cases": [case], "next": None}
        if path.endswith("/facts"):
            return {"made_by": self._made_by, "facts": []}
        said = {"record": "r", "outgoing": True, "type": "contact.ping", "sections": {}}
        return {
            "conversation": "ping",
            "members": self._members,
            "opener": self._members[0],
            "measure": None,
            "timeline": [said],
        }


class Clock:
    def now(self) -> datetime:
        return AT


@pytest.mark.parametrize(("made_by", "sent"), [("duty", ["contact.ping"]), ("node", [])])
def test_an_availability_test_of_the_node_itself_is_nobodys_deed(
    made_by: str, sent: list[str]
) -> None:
    plan = read_scenario("forged-emergency", read_shipped("forged-emergency")).plan
    seats = seats_of(plan, 1)
    party = seats.teams[0]
    team = TeamNode(
        name="Heron",
        party=party,
        office=Clock(),  # type: ignore[arg-type]
        watching=Watched(made_by, party, seats.partners["cordania"]),  # type: ignore[arg-type]
        plan=plan,
        seats=seats,
        bindings=Bindings(plan),
    )
    assert [event.names["type"] for event in team.sent(at=AT)] == sent
    assert bool(team.bindings.by_thread) == bool(sent)
