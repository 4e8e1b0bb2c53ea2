"""A team's room: what a player never sees or does, and what stands there for whom."""

import re
from typing import Any

import pytest
from django.test import Client
from tests.api.nodes import PASSWORD
from tests.exercise.rooming import Player, events, held, steer, team_of

from comity.drills import exhibit_digest
from comity.node.exercise import exercises, team_events
from comity.node.models import Exercise, Team

pytestmark = pytest.mark.full  # a whole exercise for each test

PLACES = ("", "now", "send", "came/handover", "tasks/answer-press", "exhibits/gateway",
          "exhibits/gateway/file")  # fmt: skip
ROUTES = ("/api/v1/exercise/room", "/api/v1/exercise/room/exhibits/gateway")
UNTOLD = ("no-extension", "midnight", "data-lapse", "link-back", "usb-stick", "second-asked")
"""Keys of triggers, and of what has not come in the first minutes or never comes."""


@pytest.fixture
def exercise(db: None, config: object) -> Exercise:
    return held(18)


@pytest.fixture
def heron(exercise: Exercise) -> Team:
    return team_of(exercise)


@pytest.fixture
def duty(heron: Team) -> Player:
    return Player(heron, "Kim", "duty")


@pytest.fixture
def counsel(heron: Team) -> Player:
    return Player(heron, "Lan", "counsel")


@pytest.fixture
def examiner(heron: Team) -> Player:
    return Player(heron, "Mai", "examiner")


# ------------------------------------------------------------------ who is kept out


@pytest.mark.parametrize("place", PLACES)
def test_a_live_node_says_so_at_every_address(
    duty: Player, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    answer = duty.get(place)
    assert answer.status_code == 404
    assert "No exercises on this node" in answer.content.decode()
    assert duty.post("do", acknowledged="handover").status_code == 404


@pytest.mark.parametrize("route", ROUTES)
def test_a_live_node_refuses_the_api_by_its_code(
    duty: Player, monkeypatch: pytest.MonkeyPatch, route: str
) -> None:
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    for answer in (duty.client.get(route), duty.deed("acknowledged", inject="handover")):
        assert (answer.status_code, answer.json()["code"]) == (404, "exercise-live")


def test_nobody_has_a_room_without_a_team(add: Any, heron: Team) -> None:
    from comity.node.people.accounts import officer_of

    officer = add("lone", "trainee")
    assert officer_of(officer.user) is not None
    client = Client()
    client.post("/sign-in", {"name": "lone", "password": PASSWORD})
    assert client.get("/exercise").status_code == 404
    assert "No team" in client.get("/exercise").content.decode()
    assert client.get("/api/v1/exercise/room").status_code == 404
    assert client.get("/exercise/now").status_code == 404


def test_a_player_has_nothing_of_the_office_and_no_trainer_plays(
    duty: Player, add: Any, sign_in: Any
) -> None:
    begins = duty.client.get("/")
    assert (begins.status_code, begins.headers["Location"]) == (302, "/exercise")
    add("trainer", "trainer")
    assert sign_in("trainer").get("/exercise").status_code == 403


# ------------------------------------------------------------------ what is another's


def test_what_is_for_another_role_is_nowhere_in_the_room(
    duty: Player, counsel: Player, examiner: Player
) -> None:
    keys = {one["key"] for one in duty.api()["came"]}
    assert keys == {"handover", "at-risk", "unit-call", "tessany-request", "provider-mail"}
    assert {one["key"] for one in examiner.api()["came"]} == {
        "handover", "gateway-log", "tessany-request",
    }  # fmt: skip
    for player, key in ((examiner, "at-risk"), (duty, "gateway-log"), (counsel, "unit-call")):
        assert player.get(f"came/{key}").status_code == 404
        assert key not in player.text()
        for kind in ("acknowledged", "recorded"):
            answer = player.deed(kind, inject=key)
            assert (answer.status_code, answer.json()["code"]) == (422, "exercise-deed")
    assert examiner.post("do", acknowledged="at-risk").status_code == 422
    assert events(duty.team) == []


def test_an_exhibit_of_another_role_is_not_given(duty: Player, examiner: Player) -> None:
    for place in ("exhibits/gateway", "exhibits/gateway/file"):
        assert duty.get(place).status_code == 404
        assert examiner.get(place).status_code == 200
    assert duty.client.get(ROUTES[1]).status_code == 404
    answer = examiner.get("exhibits/gateway/file")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content == examiner.client.get(ROUTES[1]).content
    refused = duty.deed("sealed", exhibit="gateway", digest="0" * 64)
    assert refused.json()["code"] == "exercise-deed"


def test_a_message_for_another_role_stands_in_its_conversation_without_a_word(
    examiner: Player, duty: Player
) -> None:
    (kept, _asked) = examiner.api()["talks"]
    assert [line["hidden"] for line in kept["lines"]] == [True]
    assert (kept["lines"][0]["type"], kept["lines"][0]["title"]) == ("", None)
    assert duty.api()["talks"][0]["lines"][0]["type"] == "request.at-risk"
    assert "Received by another role of your team" in examiner.text()


def test_what_another_role_did_is_told_without_what_it_was_done_to(
    duty: Player, examiner: Player
) -> None:
    assert duty.deed("recorded", inject="at-risk", note="Belmora warns of it").status_code == 201
    assert duty.deed("answered", task="until-when", answer="2027-01-01T00:00Z").status_code == 201
    theirs = examiner.api()["done"]
    assert [(one["kind"], one["what"], one["note"]) for one in theirs] == [
        ("answered", None, ""),
        ("recorded", None, ""),
    ]
    assert "Belmora warns of it" not in examiner.text()
    assert duty.api()["done"][1]["note"] == "Belmora warns of it"


def test_nothing_of_what_is_to_come_or_of_what_is_right_is_told(
    duty: Player, counsel: Player, examiner: Player
) -> None:
    for player in (duty, counsel, examiner):
        told = str(player.api()) + player.text() + player.text("now")
        for key in (*UNTOLD, "198.51.100.23", "40-22", "wait-for-us"):
            assert key not in told, key
        assert "trigger" not in str(player.api())
        assert player.api()["after"] is None
    assert {one["key"] for one in examiner.api()["talks"]} == {"kept", "asked"}


def test_the_digest_that_is_asked_for_is_not_shown_until_it_is_found(examiner: Player) -> None:
    steer(examiner.team, "inject", inject="usb-stick")
    scenario = exercises.scenario_in(examiner.team.exercise)
    digest = exhibit_digest(scenario, scenario.plan.exhibits["stick"]) or ""
    assert digest[7:] not in str(examiner.api()) + examiner.text("exhibits/stick")
    wrong = examiner.post("tasks/seal-stick", answer="0" * 64)
    assert wrong.status_code == 302
    assert "Not right. Try again." in examiner.text("tasks/seal-stick")
    right = examiner.post("exhibits/stick", digest=digest)
    assert right.status_code == 302
    assert digest in examiner.text("exhibits/stick")


def test_another_teams_room_is_another_room(exercise: Exercise, duty: Player) -> None:
    ibis = Player(team_of(exercise, "Ibis"), "Kim", "duty")
    steer(ibis.team, "inject", inject="data-lapse")
    steer(ibis.team, "speak", text="For Ibis alone")
    assert duty.post("do", acknowledged="data-lapse").status_code == 422
    assert duty.get("came/data-lapse").status_code == 404
    assert "For Ibis alone" in ibis.text()
    assert "For Ibis alone" not in duty.text()
    assert duty.post("do", acknowledged="handover", team=ibis.team.pk).status_code == 302
    assert [one["kind"] for one in events(duty.team)] == ["acknowledged"]
    assert all(one["by"] == "trainer" for one in events(ibis.team))


# ------------------------------------------------------------------ what is not done


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("acknowledged", {"inject": "handover", "by": "Lan"}),
        ("acknowledged", {"inject": "handover", "role": "counsel"}),
        ("acknowledged", {}),
        ("acknowledged", {"inject": "no-such"}),
        ("acknowledged", {"inject": "data-lapse"}),
        ("recorded", {"inject": "handover", "text": "x"}),
        ("called", {"to": "us"}),
        ("told", {"to": "nobody"}),
        ("answered", {"task": "until-when", "answer": "2027-01-01T00:00Z", "right": "yes"}),
        ("answered", {"task": "which-measure", "answer": "no-such"}),
        ("answered", {"task": "find-address", "answer": "198.51.100.23"}),
        ("answered", {"task": "answer-press", "answer": "procedure"}),
        ("answered", {"task": "seal-stick", "answer": "0" * 64}),
        ("hint", {"hint": "first-success"}),
        ("hint", {"hint": "no-such"}),
        ("sealed", {"exhibit": "stick", "digest": "0" * 64}),
        ("sent", {"thread": "second", "type": "request.submitted"}),
        ("sent", {"thread": "kept", "type": "request.submitted"}),
        ("sent", {"thread": "kept", "to": "tessany", "type": "request.withdrawn"}),
        ("sent", {"to": "press", "type": "consultation.note"}),
        ("sent", {"to": "us", "type": "consultation.note"}),
        ("sent", {"to": "belmora", "type": "request.refused"}),
        ("sent", {"to": "belmora", "type": "request.submitted"}),
        ("sent", {"to": "belmora", "type": "request.submitted", "measure": "no-such"}),
        ("sent", {"to": "belmora", "type": "contact.ping", "measure": "preservation"}),
        ("sent", {"thread": "asked", "type": "request.refused", "ground": "99-9"}),
        ("sent", {"thread": "asked", "type": "request.acknowledged", "ground": "40-22"}),
        ("sent", {"to": "belmora", "type": "contact.ping", "about": "at-risk"}),
        ("begun", {"to": "belmora"}),
    ],
)
def test_a_deed_of_what_is_not_before_the_player_is_refused_and_not_kept(
    duty: Player, kind: str, names: dict[str, str]
) -> None:
    answer = duty.deed(kind, **names)
    assert (answer.status_code, answer.json()["code"]) == (422, "exercise-deed"), answer.content
    assert events(duty.team) == []


def test_a_message_holds_only_facts_of_the_list(duty: Player) -> None:
    facts = "request.necessity,no.such-fact"
    answer = duty.deed("sent", thread="kept", type="request.extension-asked", fields=facts)
    assert answer.json()["code"] == "exercise-deed"
    answer = duty.deed("called", to="belmora", fields="request.necessity")
    assert answer.json()["code"] == "exercise-deed"


@pytest.mark.parametrize(
    ("kind", "names"),
    [("pause", {}), ("inject", {"inject": "usb-stick"}), ("speak", {"text": "x"}),
     ("judge", {"score": "task until-when", "points": "6", "reason": "x"})],
)  # fmt: skip
def test_a_trainee_steers_nothing(duty: Player, kind: str, names: dict[str, str]) -> None:
    answer = duty.deed(kind, **names)
    assert (answer.status_code, answer.json()["code"]) == (422, "drill-event")
    assert duty.post("do", **{**names, kind: "x"}).status_code == 422
    assert events(duty.team) == []


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "told", "names": {"to": "press"}, "by": "Lan"},
        {"kind": "told", "names": {"to": ["press"]}},
        {"kind": "told"},
        {"kind": "told", "names": {"to": "press"}, "fields": ["x"] * 65},
        {"kind": "recorded", "names": {"inject": "handover", "note": "x" * 2001}},
        [],
    ],
)
def test_a_body_of_another_shape_is_refused(duty: Player, body: Any) -> None:
    answer = duty.client.post("/api/v1/exercise/room/deeds", body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert events(duty.team) == []


def test_a_flood_is_stopped_and_said(duty: Player) -> None:
    for _ in range(team_events.MOST_A_MINUTE):
        assert duty.post("do", called="", to="police").status_code == 302
    answer = duty.post("do", called="", to="police")
    assert answer.status_code == 422
    assert "more than one player does in a minute" in answer.content.decode()
    assert len(events(duty.team)) == team_events.MOST_A_MINUTE


def test_nothing_is_kept_while_the_trainer_has_frozen_and_what_was_typed_stays(
    duty: Player,
) -> None:
    steer(duty.team, "freeze")
    answer = duty.post("tasks/until-when", answer="2027-01-01T00:00Z")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "The trainer has frozen the exercise" in text
    assert 'value="2027-01-01T00:00Z"' in text
    note = duty.post("came/handover", note="I was told at eleven")
    assert "I was told at eleven" in note.content.decode()
    assert "Frozen" in duty.text()
    assert 'name="acknowledged"' not in duty.text()
    steer(duty.team, "resume")
    assert duty.post("tasks/until-when", answer="2027-01-01T00:00Z").status_code == 302


def test_before_the_beginning_there_is_the_story_and_nothing_to_do(
    db: None, config: object
) -> None:
    kim = Player(team_of(held(None)))
    text = kim.text()
    assert "Not begun yet" in text
    assert "The exercise has not started." in text
    assert kim.api()["came"] == []
    assert kim.api()["tasks"] == []
    assert kim.deed("told", to="press").json()["code"] == "exercise"
    assert kim.text("now").count("room-time") == 1


def test_a_script_in_a_text_stays_a_text(duty: Player) -> None:
    note = "<script>alert(1)</script><b>x</b>\u202etxt"
    assert duty.post("came/handover", note=note).status_code == 302
    steer(duty.team, "speak", text="<img src=x onerror=alert(1)>")
    for text in (duty.text(), duty.text("now")):
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;" in text
        assert "U+202E" in text


# ------------------------------------------------------------------ what is done


def test_the_room_shows_what_came_newest_first_with_its_kind_and_sender(duty: Player) -> None:
    steer(duty.team, "inject", inject="lost-link")
    came = duty.api()["came"]
    assert [one["key"] for one in came][:2] == ["lost-link", "provider-mail"]
    text = duty.text()
    assert text.index("A link is lost") < text.index("E-mail") < text.index("Telephone call")
    assert '<span class="tag tag-late">A link is lost</span>' in text


def test_what_somebody_of_the_team_acknowledged_is_not_acknowledged_again(
    duty: Player, counsel: Player
) -> None:
    assert duty.post("do", acknowledged="tessany-request").status_code == 302
    assert 'value="tessany-request"' not in counsel.text()
    again = counsel.client.post("/exercise/do", {"acknowledged": "tessany-request"}, follow=True)
    assert "A member of your team had already done that." in again.content.decode()
    assert len(events(duty.team)) == 1


def test_speaking_with_nobody_is_said(duty: Player) -> None:
    answer = duty.post("do", called="", to="")
    assert "Choose whom to speak with." in answer.content.decode()
    assert duty.post("do", told="", to="press").status_code == 302
    assert events(duty.team)[0]["names"] == {"to": "press"}


def test_tries_are_counted_and_used_up(counsel: Player) -> None:
    place = "tasks/which-measure"
    assert "2 tries left" in counsel.text(place)
    counsel.post(place, answer="extradition")
    assert "Not right. 1 try is left." in counsel.text(place)
    counsel.post(place, answer="freezing")
    text = counsel.text(place)
    assert "Not right, and no try is left." in text
    assert "<select" not in text.partition("<main")[2]
    assert counsel.post(place, answer="preservation-extension").status_code == 422


def test_no_answer_of_the_kind_costs_no_try(duty: Player) -> None:
    answer = duty.post("tasks/until-when", answer="midnight")
    assert answer.status_code == 422
    assert 'value="midnight"' in answer.content.decode()
    assert duty.post("tasks/until-when", answer="").status_code == 422
    assert duty.post("tasks/until-when", answer="2027-01-01T01:00+01:00").status_code == 302
    assert "Right." in duty.text("tasks/until-when")


def test_each_kind_of_task_has_its_form(duty: Player, counsel: Player, examiner: Player) -> None:
    assert 'type="radio"' in duty.text("tasks/answer-provider")
    assert counsel.text("tasks/name-ground").count("<option") > 15
    assert "Article" not in counsel.text("tasks/name-ground").partition("<main")[2]
    assert "IP address" in examiner.text("tasks/find-address")
    assert "A whole number." in examiner.text("tasks/how-often")
    measures = counsel.text("tasks/which-measure")
    assert "Longer preservation of data" in measures
    assert "Expedited preservation" in measures


def test_a_hint_is_taken_after_its_cost_was_confirmed(examiner: Player, duty: Player) -> None:
    place = "tasks/find-address"
    asked = examiner.post(place, hint="first-success")
    assert asked.status_code == 200
    assert "Costs 3 points" in asked.content.decode()
    assert events(examiner.team) == []
    assert examiner.post(place, hint="first-success", confirmed="1").status_code == 302
    (task,) = [one for one in examiner.api()["tasks"] if one["key"] == "find-address"]
    assert [bool(one["text"]) for one in task["hints"]] == [True, False]
    assert duty.deed("hint", hint="first-success").json()["code"] == "exercise-deed"


def test_a_message_is_said_where_the_table_allows_it_and_moves_the_conversation(
    counsel: Player,
) -> None:
    def offered() -> set[str]:
        page = counsel.text("send", **{"in": "asked"})
        return set(re.findall(r'<option value="([a-z.-]+\.[a-z-]+)"', page))

    assert "request.acknowledged" in offered()
    assert "request.refused" not in offered(), "it was not acknowledged yet"
    counsel.client.post("/exercise/send?in=asked", {"type": "request.acknowledged"})
    assert "request.refused" in offered()
    assert not {"request.submitted", "request.withdrawn", "request.acknowledged"} & offered()
    told = {"type": "request.refused", "ground": "40-22", "facts": ["decision.reasons"]}
    answer = counsel.client.post("/exercise/send?in=asked", told)
    assert answer.status_code == 302
    (_acknowledged, event) = events(counsel.team)
    assert event["names"] == {
        "type": "request.refused", "thread": "asked", "to": "tessany", "ground": "40-22",
    }  # fmt: skip
    assert event["fields"] == ["decision.reasons"]
    assert (event["by"], event["role"]) == ("Lan", "counsel")
    (_kept, asked) = counsel.api()["talks"]
    assert asked["main"] == "refused"
    assert [line["by"] for line in asked["lines"]] == ["", "Lan", "Lan"]
    again = counsel.client.post("/exercise/send?in=asked", told)
    assert again.status_code == 422, "it stands otherwise now"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"type": "request.submitted"}, "Choose what you ask for."),
        ({"type": ""}, "This field is required."),
        ({"type": "request.refused"}, "Select a valid choice"),
        ({"type": "contact.ping", "facts": ["no.such"]}, "Select a valid choice"),
    ],
)
def test_a_message_that_does_not_fit_is_said_at_its_field(
    duty: Player, told: dict[str, Any], why: str
) -> None:
    answer = duty.client.post("/exercise/send?to=belmora", told)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert events(duty.team) == []


def test_a_request_opens_the_conversation_of_its_measure_once_its_time_has_come(
    duty: Player,
) -> None:
    def asked(measure: str) -> dict[str, str]:
        told = {"to": "belmora", "type": "request.submitted", "measure": measure}
        assert duty.deed("sent", **told).status_code == 201
        names: dict[str, str] = events(duty.team)[-1]["names"]
        return names

    assert "thread" not in asked("preservation"), "nobody knows of the second victim yet"
    steer(duty.team, "inject", inject="new-victim")
    assert "thread" not in asked("stored-data")
    assert asked("preservation")["thread"] == "second"
    assert "thread" not in asked("preservation"), "it has begun"
    assert [one["key"] for one in duty.api()["talks"]] == ["kept", "second", "asked"]


def test_the_head_of_each_page_says_whose_node_it_is(duty: Player, config: Any) -> None:
    for place in ("", "came/handover", "tasks/until-when", "send?to=belmora", "send?in=kept"):
        head = duty.text(place).partition('class="party">')[2].partition("</span>")[0]
        assert config.party in head, place


def test_facts_offered_are_the_same_for_every_message_and_more_than_points_ask_for(
    duty: Player, counsel: Player
) -> None:
    def offered(text: str) -> list[str]:
        return re.findall(r'name="facts" value="([^"]+)"', text)

    mine = offered(duty.text("send", to="belmora"))
    assert mine == offered(counsel.text("send", **{"in": "asked"}))
    plan = exercises.scenario_in(duty.team.exercise).plan
    wanted = {name for one in plan.scores.values() for name in one.fields}
    assert wanted < set(mine)
    assert len(mine) >= 2 * len(wanted)


def test_a_conversation_that_is_not_there_has_no_form(duty: Player) -> None:
    for query in ({}, {"in": "second"}, {"to": "press"}, {"to": "us"}, {"in": "x", "to": "x"}):
        assert duty.get("send", **query).status_code == 404


def test_what_the_trainer_says_to_a_role_is_for_that_role(duty: Player, counsel: Player) -> None:
    steer(duty.team, "speak", text="To all of you")
    steer(duty.team, "speak", text="To counsel", role="counsel")
    assert "To counsel" in counsel.text()
    assert "To counsel" not in duty.text()
    assert "To all of you" in duty.text()
