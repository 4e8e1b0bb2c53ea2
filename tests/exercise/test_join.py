"""Joining a team by its code: who is kept out, and who comes in as whom."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.exercise.rooming import Player, held, team_of

from comity.node.core.clock import now
from comity.node.exercise import exercises
from comity.node.models import AuditRow, Officer, SignInFailure, Team, TeamMember
from comity.node.people.signin.failures import ALLOWED

JOIN = "/exercise/join"


@pytest.fixture
def heron(db: None, config: object) -> Team:
    return team_of(held(10))


def test_a_live_node_joins_nobody(heron: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    for answer in (Client().get(JOIN), Client().post(JOIN, {"code": heron.code})):
        assert answer.status_code == 404
        assert "No exercises on this node" in answer.content.decode()
    assert Client().get("/exercise/number").status_code == 404
    assert not TeamMember.objects.exists()


@pytest.mark.parametrize("code", ["", "AAAAA AAAAA", "x" * 65, "<script>alert(1)</script>", "\0"])
def test_a_code_that_is_none_lets_nobody_in_and_stays_in_the_form(heron: Team, code: str) -> None:
    answer = Client().post(JOIN, {"code": code, "new": "1", "new-name": "Kim", "new-role": "duty"})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
    assert not TeamMember.objects.exists()


def test_the_code_of_a_closed_exercise_lets_nobody_in(heron: Team) -> None:
    exercises.close(heron.exercise, at=now(), by="trainer")
    assert Client().post(JOIN, {"code": heron.code}).status_code == 422


def test_failed_codes_are_limited_as_failures_to_sign_in(heron: Team) -> None:
    client = Client()
    for _ in range(ALLOWED["address"] - 1):
        assert client.post(JOIN, {"code": "AAAAAAAAAA"}).status_code == 422
    locked = client.post(JOIN, {"code": "AAAAAAAAAA"})
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) > 600
    assert client.post(JOIN, {"code": heron.code}).status_code == 429, "even the right one"
    assert AuditRow.objects.filter(action="sign-in.locked").count() == 1
    assert client.post("/sign-in", {"name": "x", "password": "y"}).status_code == 429


def test_numbers_of_one_person_are_limited_and_others_still_come_in(heron: Team) -> None:
    kim, lan = Player(heron, "Kim"), Player(heron, "Lan")
    told = {"code": heron.code, "back": "1", "back-name": "kim", "back-number": "1"}
    answers = [Client().post(JOIN, told).status_code for _ in range(ALLOWED["code"])]
    assert answers == [422] * (ALLOWED["code"] - 1) + [429]
    right = {**told, "back-number": kim.number}
    assert Client().post(JOIN, right).status_code == 429
    other = {**told, "back-name": "Lan", "back-number": lan.number}
    assert Client().post(JOIN, other).status_code == 302
    SignInFailure.objects.update(locked_until=now() - timedelta(minutes=1))
    assert Client().post(JOIN, right).status_code == 302


@pytest.mark.parametrize(
    ("name", "role", "field"),
    [
        ("", "duty", "new-name"),
        ("x" * 65, "duty", "new-name"),
        ("a\u202eb", "duty", "new-name"),
        ("KIM", "duty", "new-name"),
        ("Lan", "", "new-role"),
        ("Lan", "trainer", "new-role"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_typed_is_lost(
    heron: Team, name: str, role: str, field: str
) -> None:
    Player(heron, "Kim")
    told = {"code": heron.code, "new": "1", "new-name": name, "new-role": role}
    answer = Client().post(JOIN, told)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}' in text
    assert f'value="{heron.code}"' in text
    if role == "duty":
        assert re.search(r'value="duty"[^>]*checked', text)
    assert TeamMember.objects.count() == 1


def test_a_name_that_is_a_script_stays_a_name(heron: Team) -> None:
    kim = Player(heron, "<script>alert(1)</script>")
    assert "<script>alert" not in kim.text()
    assert "&lt;script&gt;alert" in kim.text()


def test_one_joins_in_two_steps_without_scripts_and_lands_in_the_room(heron: Team) -> None:
    client = Client()
    assert 'name="code"' in client.get(JOIN).content.decode()
    step = client.post(JOIN, {"code": f" {heron.code[:5].lower()}-{heron.code[5:]} "})
    text = step.content.decode()
    assert step.status_code == 200
    assert "Heron" in text
    assert set(re.findall(r'name="new-role" value="([^"]+)"', text)) == {
        "duty", "counsel", "examiner",
    }  # fmt: skip
    told = {"code": heron.code, "new": "1", "new-name": "Kim Lê", "new-role": "counsel"}
    answer = client.post(JOIN, told)
    assert (answer.status_code, answer["Location"]) == (302, "/exercise/number")
    assert "number" in client.get("/exercise/number").content.decode()
    again = client.get("/exercise/number")
    assert (again.status_code, again["Location"]) == (302, "/exercise"), "it is shown once"
    assert client.get("/exercise").status_code == 200
    assert client.get(JOIN)["Location"] == "/exercise"
    assert TeamMember.objects.get().role == "counsel"


def test_the_sign_in_is_audited_by_its_way_and_the_session_says_it(heron: Team) -> None:
    kim = Player(heron)
    row = AuditRow.objects.get(action="sign-in")
    assert row.detail == "code"
    assert row.subject == Officer.objects.get(pk=kim.member.officer_id).identifier
    assert "team code" in kim.client.get("/me/sign-in").content.decode()
    assert kim.number not in str(list(AuditRow.objects.values()))


def test_who_comes_back_is_the_same_person_and_has_the_room_at_once(heron: Team) -> None:
    kim = Player(heron, "Kim Lê")
    client = Client()
    told = {"code": heron.code, "back": "1", "back-name": " kim  lê ", "back-number": kim.number}
    assert client.post(JOIN, told)["Location"] == "/exercise"
    assert "Kim Lê" in client.get("/exercise").content.decode()
    assert TeamMember.objects.count() == 1
    assert client.get("/").status_code == 302, "nothing of the office"


def test_a_second_factor_that_the_office_asks_for_is_not_asked_of_a_trainee(
    heron: Team, settings: object, config: object
) -> None:
    from dataclasses import replace

    settings.CONFIG = replace(config, second_factor="required")  # type: ignore[attr-defined, type-var]
    assert Player(heron).get().status_code == 200


def test_closing_the_exercise_ends_the_sessions_of_its_players(heron: Team) -> None:
    kim = Player(heron)
    exercises.close(heron.exercise, at=now(), by="trainer")
    assert kim.get().status_code == 302
    assert kim.client.get("/exercise/now", headers={"HX-Request": "true"}).status_code == 401


def test_the_page_to_sign_in_leads_to_joining(heron: Team) -> None:
    assert 'href="/exercise/join"' in Client().get("/sign-in").content.decode()
