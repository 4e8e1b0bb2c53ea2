"""A team's room beside a node of the team's own, and after the end."""

from datetime import timedelta
from typing import Any

import pytest
from tests.exercise.rooming import Player, held, steer, team_of

from comity.node.core.clock import now
from comity.node.exercise import exercises

DESK: dict[str, Any] = {
    "address": "https://heron.example",
    "accounts": [
        {"name": "duty", "role": "duty", "password": "five quiet herons", "holder": "duty"},
        {"name": "examiner", "role": "examiner", "password": "one eel", "holder": "examiner"},
        {"name": "approver", "role": "approver", "password": "two reeds", "holder": "counsel"},
    ],
}


@pytest.mark.parametrize(
    ("role", "own"),
    [("duty", "five quiet herons"), ("examiner", "one eel"), ("counsel", "two reeds")],
)
def test_each_is_told_the_password_of_the_own_seat_and_no_other(
    db: None, config: object, role: str, own: str
) -> None:
    team = team_of(held(20, form="nodes", desks=[DESK, {}]))
    kim = Player(team, "Kim", role)
    seen = kim.text() + str(kim.api()) + kim.client.get("/exercise/now").content.decode()
    passwords = [str(one["password"]) for one in DESK["accounts"]]
    assert [one for one in passwords if one in seen] == [own]


def test_a_seat_that_no_role_holds_is_the_second_persons(db: None, config: object) -> None:
    accounts = [dict(one) for one in DESK["accounts"]]
    accounts[2]["holder"] = ""
    team = team_of(held(20, form="nodes", desks=[{**DESK, "accounts": accounts}, {}]))
    kim, ada, lan = (Player(team, name, "duty") for name in ("Kim", "Ada", "Lan"))
    assert ["two reeds" in one.text() for one in (kim, ada, lan)] == [False, True, False]
    assert "The second person who joined the team" in kim.text()


def test_a_team_at_a_node_of_its_own_is_told_where_and_says_nothing_here(
    db: None, config: object
) -> None:
    kim = Player(team_of(held(20, form="nodes", desks=[DESK, {}])))
    text = kim.text()
    assert "https://heron.example" in text
    assert "five quiet herons" in text
    assert "Countersigning role: <bdi" in text
    assert "Write message" not in text
    assert "New conversation" not in text
    assert kim.get("send", to="belmora").status_code == 404
    answer = kim.deed("sent", thread="kept", type="request.extension-asked")
    assert answer.json()["code"] == "exercise-deed"
    lan = Player(team_of(kim.team.exercise, "Ibis"), "Lan")
    assert "five quiet herons" not in str(lan.api()) + lan.text()


# ------------------------------------------------------------------ after the end


@pytest.fixture
def over(db: None, config: object) -> Player:
    """Somebody who did one thing while there was time."""
    kim = Player(team_of(held(30)))
    kim.post("tasks/until-when", answer="2027-01-01T00:00Z")
    steer(kim.team, "pace", percent="10000")
    return kim


def ended(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    later = now() + timedelta(minutes=5)
    for module in ("pages.room", "pages.room_context", "api_room"):
        monkeypatch.setattr(f"comity.node.exercise.{module}.now", lambda: later)
    assert player.api()["state"] == "over"


def test_after_the_end_nothing_is_kept_and_points_say_why(
    over: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(over, monkeypatch)
    answer = over.post("came/handover", note="too late")
    assert "The time is over" in answer.content.decode()
    assert "too late" in answer.content.decode()
    after = over.api()["after"]
    assert after["person"] == 6
    assert after["points"][0]["key"] == "task until-when"
    assert after["points"][0]["mine"] == "person"
    text = over.text()
    assert "Points achieved" in text
    assert '<bdi dir="ltr"><bdi>42(8)</bdi></bdi>' in text


def test_hidden_points_are_nowhere_after_the_end(
    over: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercises.show_board(over.team.exercise, False, at=now(), by="trainer")
    ended(over, monkeypatch)
    assert over.api()["after"] is None
    assert "Points achieved" not in over.text() + over.text("now")
    assert "Points are not shown." in over.text()
