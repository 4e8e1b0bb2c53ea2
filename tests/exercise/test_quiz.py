"""The short test before and after an exercise: when it is answered, by whom, and who sees what."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.api.nodes import PASSWORD
from tests.exercise.rooming import Player, events, held, team_of

from comity.files.courses import shipped_course
from comity.files.drills import read_shipped
from comity.node.core.clock import now
from comity.node.exercise import exercises, quiz_store, scenario_library
from comity.node.exercise.errors import QuizPaperError
from comity.node.models import AuditRow, Exercise, QuizPaper

pytestmark = pytest.mark.full  # a whole exercise for each test

C, E = "contact-point-officer", "examiner"
RIGHT = {
    f"{C}:least-days": ["60"],
    f"{C}:lapse": ["tell"],
    f"{C}:contents": ["authority", "offence", "data"],
    f"{C}:persecution": ["raise"],
    f"{C}:before-refusing": ["ground", "approved", "written"],
    f"{C}:confirm": ["In writing"],
    f"{C}:press": ["refer"],
    f"{E}:seized": ["attested"],
}
WRONG = {**RIGHT, f"{C}:lapse": ["delete"], f"{C}:least-days": ["90"]}
WHY = shipped_course(C).texts["en"].questions["lapse"].answers["tell"].why
CALL = "/api/v1/exercise/room/test"


def post(player: Player, moment: str, answers: dict[str, Any], **more: Any) -> Any:
    body = {"moment": moment, "answers": answers, **more}
    return player.client.post(CALL, body, content_type="application/json")


def told(player: Player) -> dict[str, Any]:
    answer = player.client.get(CALL)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def refused(answer: Any) -> str:
    assert answer.status_code == 422, answer.content
    return str(answer.json()["code"])


def page_form(answers: dict[str, list[str]]) -> dict[str, Any]:
    return {f"q-{name}": given for name, given in answers.items()}


def begin(exercise: Exercise, minutes: float) -> None:
    """Let the exercise have begun so many minutes ago; after an hour it is over."""
    exercises.begin(exercise, at=now() - timedelta(minutes=minutes), by="trainer")


@pytest.fixture
def waiting(db: None, config: object) -> Exercise:
    return held(None)


@pytest.fixture
def kim(waiting: Exercise) -> Player:
    return Player(team_of(waiting))


# ------------------------------------------------------------------ when it cannot be answered


def test_the_first_is_not_changed_once_the_exercise_has_begun(
    waiting: Exercise, kim: Player
) -> None:
    assert post(kim, "before", WRONG).status_code == 201
    begin(waiting, 10)
    kept = QuizPaper.objects.get().answers
    assert refused(post(kim, "before", RIGHT)) == "exercise-test"
    kim.post("test", moment="before", **page_form(RIGHT))
    assert QuizPaper.objects.get().answers == kept


def test_who_joins_later_has_no_first(waiting: Exercise) -> None:
    begin(waiting, 10)
    late = Player(team_of(waiting))
    assert refused(post(late, "before", RIGHT)) == "exercise-test"
    assert QuizPaper.objects.count() == 0


@pytest.mark.parametrize("minutes", [None, 10])
def test_the_second_is_not_answered_before_the_end(
    waiting: Exercise, kim: Player, minutes: int | None
) -> None:
    if minutes is not None:
        begin(waiting, minutes)
    assert refused(post(kim, "after", RIGHT)) == "exercise-test"
    kim.post("test", moment="after", **page_form(RIGHT))
    assert QuizPaper.objects.count() == 0


def test_the_second_is_handed_in_once(waiting: Exercise, kim: Player) -> None:
    begin(waiting, 61)
    assert post(kim, "after", {}).status_code == 201  # who leaves it sees what is right as well
    assert refused(post(kim, "after", RIGHT)) == "exercise-test"
    assert QuizPaper.objects.get().answers == {}


@pytest.mark.parametrize(
    ("minutes", "moment", "why"),
    [
        (None, "between", "moment"),
        (None, "after", "not-over"),
        (10, "before", "begun"),
        (10, "after", "not-over"),
        (61, "before", "begun"),
    ],
)
def test_each_refusal_says_why(
    waiting: Exercise, kim: Player, minutes: int | None, moment: str, why: str
) -> None:
    if minutes is not None:
        begin(waiting, minutes)
    with pytest.raises(QuizPaperError) as fault:
        quiz_store.hand_in(kim.member, moment, {}, lang="en", at=now())
    assert fault.value.facts["why"] == why


@pytest.mark.parametrize("moment", ["before", "after"])
def test_nothing_is_answered_once_the_exercise_is_closed(
    waiting: Exercise, kim: Player, moment: str
) -> None:
    begin(waiting, 61)
    exercises.close(waiting, at=now(), by="trainer")
    with pytest.raises(QuizPaperError) as fault:
        quiz_store.hand_in(kim.member, moment, RIGHT, lang="en", at=now())
    assert fault.value.facts["why"] == "closed"


def test_a_scenario_without_a_test_has_none(db: None, config: object) -> None:
    player = Player(team_of(_without_test()))
    assert player.get("test").status_code == 404
    assert "no short test" in player.get("test").content.decode()
    assert refused(player.client.get(CALL)) == "exercise-test"
    assert refused(post(player, "before", {})) == "exercise-test"
    assert "test" not in player.text().casefold()


def _without_test() -> Exercise:
    files = read_shipped("first-night")
    text = files["scenario.toml"].decode()
    files["scenario.toml"] = text[: text.index("[test]")].encode()
    scenario_library.save("first-night", files, at=now(), by="trainer")
    return held(None)


# ------------------------------------------------------------------ who cannot, and what cannot be


def test_nobody_answers_for_another(waiting: Exercise, kim: Player) -> None:
    lan = Player(team_of(waiting), "Lan", "counsel")
    for more in ({"member": lan.member.pk}, {"name": "Lan"}):
        assert post(kim, "before", RIGHT, **more).status_code == 422
    kim.post("test", moment="before", member=lan.member.pk, name="Lan", **page_form(RIGHT))
    assert [one.member.name for one in QuizPaper.objects.all()] == ["Kim"]


def test_nobody_sees_what_another_answered(waiting: Exercise, kim: Player) -> None:
    lan = Player(team_of(waiting), "Lan", "counsel")
    post(kim, "before", RIGHT)
    assert [one["answer"] for one in told(lan)["questions"]] == [[]] * len(RIGHT)
    assert " checked" not in lan.text("test").replace('-0" checked', "")


def test_who_is_in_no_team_has_no_test(add: Any, waiting: Exercise) -> None:
    add("lone", "trainee")
    client = Client()
    client.post("/sign-in", {"name": "lone", "password": PASSWORD})
    assert client.get("/exercise/test").status_code == 404
    assert client.get(CALL).status_code == 404


def test_a_trainer_answers_no_test(add: Any, sign_in: Any, waiting: Exercise) -> None:
    add("trainer", "trainer")
    assert sign_in("trainer").get("/exercise/test").status_code == 403


def test_a_live_node_has_no_test(kim: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    assert kim.get("test").status_code == 404
    answers = (kim.client.get(CALL), post(kim, "before", RIGHT))
    assert {answer.json()["code"] for answer in answers} == {"exercise-live"}


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({f"{C}:hours": ["24"]}, "quiz-answer"),  # a question of the course, not of this test
        ({**RIGHT, f"{C}:lapse": ["tell", "delete"]}, "quiz-answer"),
        ({**RIGHT, f"{C}:least-days": ["many"]}, "quiz-answer"),
        ({f"{C}:lapse": "tell"}, "request-malformed"),
        ({f"{C}:lapse": ["x" * 501]}, "request-malformed"),
        ({f"q{number}": ["x"] for number in range(9)}, "request-malformed"),
    ],
)
def test_what_is_no_answer_is_refused_whole(kim: Player, answers: Any, code: str) -> None:
    assert refused(post(kim, "before", answers)) == code
    assert QuizPaper.objects.count() == 0


def test_what_is_no_answer_is_named_on_the_page_and_nothing_typed_is_lost(kim: Player) -> None:
    form = page_form({**RIGHT, f"{C}:least-days": ["<b>many"]})
    answer = kim.post("test", moment="before", **form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Write a number here" in text
    assert 'value="&lt;b&gt;many"' in text
    assert 'value="tell" id="q2-1" checked' in text
    assert QuizPaper.objects.count() == 0
    assert kim.post("test", moment="before", **{"q-gone:x": "1"}).status_code == 422


# ------------------------------------------------------------------ what is right, at the end


def test_what_is_right_is_nowhere_before_the_second_is_handed_in(
    waiting: Exercise, kim: Player
) -> None:
    post(kim, "before", WRONG)
    pages = [kim.text("test"), str(told(kim))]
    begin(waiting, 61)
    pages += [kim.text("test"), str(told(kim)), kim.text("report"), kim.text("report.json")]
    for text in pages:
        assert WHY not in text
    for one in told(kim)["questions"]:
        assert not any(one[name] for name in ("right", "why", "cites", "before", "after"))
    post(kim, "after", RIGHT)
    for place in ("test", "report", "report.json"):
        assert WHY in kim.text(place).replace("&#x27;", "'")


def test_before_and_after_stand_beside_what_is_right(waiting: Exercise, kim: Player) -> None:
    post(kim, "before", {name: WRONG[name] for name in list(WRONG)[:3]})
    begin(waiting, 61)
    assert post(kim, "after", RIGHT).json()["state"] == "told"
    rows = {one["name"]: one for one in told(kim)["questions"]}
    marks = [(rows[name]["before"], rows[name]["after"]) for name in RIGHT]
    assert marks[:3] == [("wrong", "right"), ("wrong", "right"), ("right", "right")]
    assert set(marks[3:]) == {("not-answered", "right")}
    assert rows[f"{C}:lapse"]["cites"] == ["un-2024:42"]
    assert rows[f"{C}:lapse"]["why"] == [{"text": WHY, "lang": "en"}]
    text = kim.text("test")
    assert text.count("Not answered") == 5
    assert '<bdi dir="ltr">42</bdi>' in text


# ------------------------------------------------------------------ answering


def test_the_room_asks_before_the_beginning_and_at_the_end_and_not_in_between(
    waiting: Exercise, kim: Player
) -> None:
    assert "Pre-test" in kim.text()
    assert kim.api()["quiz"] == {
        "moment": "before", "state": "open", "handed_in": False, "answered": 0, "asked": 8,
    }  # fmt: skip
    begin(waiting, 10)
    assert kim.api()["quiz"] is None
    assert "Pre-test" not in kim.text()
    assert "when the time of the exercise is over" in kim.text("test")
    Exercise.objects.filter(pk=waiting.pk).update(begun_at=None)
    waiting.refresh_from_db()
    begin(waiting, 61)
    assert "Post-test" in kim.text()


def test_the_page_keeps_the_first_and_lets_it_be_changed(waiting: Exercise, kim: Player) -> None:
    answer = kim.post("test", moment="before", **page_form(WRONG))
    assert (answer.status_code, answer["Location"]) == (302, "/exercise")
    assert "You answered 8 of 8" in kim.text()
    assert 'value="delete" id="q2-2" checked' in kim.text("test")
    kim.post("test", moment="before", **page_form({**RIGHT, f"{C}:press": [""]}))
    paper = QuizPaper.objects.get()
    assert f"{C}:press" not in paper.answers
    assert len(paper.right) == 7
    assert all(paper.right.values())


def test_it_is_asked_in_the_readers_language(waiting: Exercise) -> None:
    malik = Player(team_of(waiting), "مالك", language="ar")
    arabic = shipped_course(C).texts["ar"].questions
    assert arabic["lapse"].text in malik.text("test")
    malik.post(
        "test", moment="before", **page_form({f"{C}:confirm": [arabic["confirm"].accept[0]]})
    )
    assert QuizPaper.objects.get().right == {f"{C}:confirm": True}


def test_a_test_is_no_deed_and_leaves_one_row_of_audit(waiting: Exercise, kim: Player) -> None:
    post(kim, "before", RIGHT)
    begin(waiting, 61)
    before = kim.api()["after"]
    post(kim, "after", RIGHT)
    assert events(kim.team) == []
    assert kim.api()["after"] == before  # the points
    rows = AuditRow.objects.filter(action="exercise.tested").order_by("pk")
    assert [(one.subject, one.detail) for one in rows] == [
        (kim.team.pk, "before"), (kim.team.pk, "after"),
    ]  # fmt: skip
