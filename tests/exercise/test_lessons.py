"""Lessons of a team: corrected and withdrawn, with who did it and when, on every way."""

import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.test import Client
from tests.exercise.conftest import T0
from tests.programs.commanding import Run

from comity.node.core.clock import now
from comity.node.exercise import lessons
from comity.node.exercise.errors import ExerciseError
from comity.node.exercise.reports import for_trainer
from comity.node.models import AuditRow, Lesson, LessonWording, Team, WeeklyShift
from comity.node.web.office_day import office_day

DUE = date(2031, 1, 1)


@pytest.fixture
def lesson(heron: Team) -> Lesson:
    return lessons.add(heron, text="Ask frist.", owner="Watch", due=DUE, at=T0, by="mira")


def page_of(lesson: Lesson, rest: str = "") -> str:
    team = lesson.team
    place = f"/exercises/{team.exercise_id}/teams/{team.pk}"
    return f"{place}/lessons/{lesson.pk}/{rest}" if rest else f"{place}/report"


def body(answer: Any) -> str:
    return str(answer.content.decode())


def acts() -> list[tuple[str, str]]:
    rows = AuditRow.objects.filter(action__startswith="exercise.lesson").order_by("pk")
    return [(row.action.partition("-")[2], row.actor) for row in rows]


def test_a_correction_keeps_what_was_said_before_with_who_and_when(
    lesson: Lesson, trainer: Client
) -> None:
    told = {"text": "Ask first.", "owner": "Watch", "due": "2031-01-01"}
    answer = trainer.post(page_of(lesson, "correct"), told, follow=True)
    assert "Lesson corrected." in body(answer)
    lesson.refresh_from_db()
    assert (lesson.text, lesson.owner, lesson.due) == ("Ask first.", "Watch", DUE)
    before = LessonWording.objects.get()
    assert (before.text, before.owner, before.due) == ("Ask frist.", "Watch", DUE)
    assert before.corrected_by == "trainer"
    assert acts() == [("written", "mira"), ("corrected", "trainer")]
    page = body(trainer.get(page_of(lesson)))
    assert "Ask first." in page
    assert "Ask frist." not in page
    assert "corrected" in page
    assert "Ask frist." in body(trainer.get(page_of(lesson, "correct")))
    (shown,) = for_trainer(lesson.team, at=T0, named=True).lessons
    assert shown.text == "Ask first."
    assert shown.corrected_on == before.corrected_at.date()


def test_a_correction_of_nothing_is_said_to_be_none(lesson: Lesson, trainer: Client) -> None:
    told = {"text": lesson.text, "owner": lesson.owner, "due": "2031-01-01"}
    answer = trainer.post(page_of(lesson, "correct"), told)
    assert answer.status_code == 422
    assert "Nothing was changed." in body(answer)
    answer = trainer.post(page_of(lesson, "correct"), {**told, "owner": ""})
    assert 'href="#id_owner"' in body(answer)
    assert not lessons.correct(lesson, {"text": lesson.text}, at=T0, by="mira")
    with pytest.raises(ExerciseError):
        lessons.correct(lesson, {"owner": " "}, at=T0, by="mira")
    assert not LessonWording.objects.exists()


def test_a_withdrawn_lesson_stays_as_withdrawn_and_nobody_has_to_do_it(
    lesson: Lesson, trainer: Client
) -> None:
    answer = trainer.post(page_of(lesson, "withdraw"), {"reason": " "})
    assert answer.status_code == 422
    assert 'href="#id_reason"' in body(answer)
    answer = trainer.post(page_of(lesson, "withdraw"), {"reason": "Doubled."}, follow=True)
    assert "Lesson withdrawn." in body(answer)
    lesson.refresh_from_db()
    assert (lesson.withdrawn_by, lesson.withdrawn_why) == ("trainer", "Doubled.")
    assert acts()[1:] == [("withdrawn", "trainer")]
    page = body(trainer.get(page_of(lesson)))
    assert "Ask frist." in page
    assert "withdrawn" in page
    assert "Mark as done" not in page
    assert "Doubled." in body(trainer.get(page_of(lesson, "correct")))
    (shown,) = for_trainer(lesson.team, at=T0, named=True).lessons
    assert not shown.waits
    for rest, told in (("correct", {"text": "x", "owner": "y", "due": "2031-01-02"}),
                       ("withdraw", {"reason": "Again."}), ("", {"done": "1"})):  # fmt: skip
        path = page_of(lesson, rest) if rest else page_of(lesson, "correct")[: -len("/correct")]
        assert "The lesson was withdrawn." in body(trainer.post(path, told, follow=True)), rest
    lesson.refresh_from_db()
    assert (lesson.text, lesson.withdrawn_why, lesson.done_at) == ("Ask frist.", "Doubled.", None)


def test_a_withdrawn_lesson_makes_room_for_another(lesson: Lesson) -> None:
    for number in range(lessons.MAX_LESSONS - 1):
        lessons.add(lesson.team, text=str(number), owner="x", due=DUE, at=T0, by="mira")
    with pytest.raises(ExerciseError, match="at most"):
        lessons.add(lesson.team, text="more", owner="x", due=DUE, at=T0, by="mira")
    lessons.withdraw(lesson, why="Doubled.", at=T0, by="mira")
    assert lessons.add(lesson.team, text="more", owner="x", due=DUE, at=T0, by="mira").pk


def test_a_lesson_of_another_team_is_none_of_this_ones(lesson: Lesson, trainer: Client) -> None:
    other = Team.objects.exclude(pk=lesson.team_id).get()
    path = f"/exercises/{other.exercise_id}/teams/{other.pk}/lessons/{lesson.pk}"
    assert trainer.get(f"{path}/correct").status_code == 404
    assert trainer.post(f"{path}/withdraw", {"reason": "x"}).status_code == 404


def test_a_day_that_has_passed_is_refused_at_its_field(heron: Team, trainer: Client) -> None:
    told = {"text": "Ask first.", "owner": "Watch", "due": "2026-01-01"}
    path = f"/exercises/{heron.exercise_id}/teams/{heron.pk}/lessons"
    answer = trainer.post(path, told)
    assert answer.status_code == 422
    assert 'href="#id_due"' in body(answer)
    assert "The date is in the past." in body(answer)
    assert not Lesson.objects.exists()
    today = office_day(now()).isoformat()
    assert trainer.post(path, {**told, "due": today}).status_code == 302


def test_a_day_ends_when_it_ends_in_the_office(
    heron: Team, trainer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """01:00 of the first of January in Hanoi, while it is still December in UTC."""
    WeeklyShift.objects.create(
        weekday=0, begins=time(8), ends=time(20), zone="Asia/Ho_Chi_Minh", officer="x"
    )
    at = datetime(2030, 12, 31, 18, tzinfo=UTC)
    for place in ("web.inputs", "exercise.pages.report_views"):
        monkeypatch.setattr(f"comity.node.{place}.now", lambda: at)
    path = f"/exercises/{heron.exercise_id}/teams/{heron.pk}"
    told = {"text": "Ask first.", "owner": "Watch"}
    assert trainer.post(f"{path}/lessons", {**told, "due": "2030-12-31"}).status_code == 422
    assert trainer.post(f"{path}/lessons", {**told, "due": "2031-01-01"}).status_code == 302
    assert "overdue" not in body(trainer.get(f"{path}/report"))
    Lesson.objects.update(due=date(2030, 12, 31))
    assert "overdue" in body(trainer.get(f"{path}/report"))


def test_what_is_overdue_can_be_corrected_but_for_another_day_that_has_passed(
    lesson: Lesson, trainer: Client
) -> None:
    Lesson.objects.update(due=date(2026, 1, 1))
    told = {"text": "Ask first.", "owner": "Watch", "due": "2026-01-02"}
    answer = trainer.post(page_of(lesson, "correct"), told)
    assert answer.status_code == 422
    assert "The date is in the past." in body(answer)
    answer = trainer.post(page_of(lesson, "correct"), {**told, "due": "2026-01-01"}, follow=True)
    assert "Lesson corrected." in body(answer)


def test_lessons_from_the_command_line(run: Run, transactional_db: None) -> None:
    made = json.loads(
        run("trainer", "exercise", "new", "first-night", "--team", "A", "--json").stdout
    )
    key = made["exercise"]
    assert run("trainer", "exercise", "begin", key).exit_code == 0

    def lesson(act: str, *told: str, **more: Any) -> Any:
        return run("trainer", "exercise", "lesson", act, key, "A", *told, **more)

    said = ("--text", "Ask frist.", "--owner", "Watch", "--due", "2031-01-01")
    past = lesson("record", *said[:-1], "2026-01-01")
    assert past.exit_code != 0
    assert "due must be today, 20" in past.output
    number = json.loads(lesson("record", *said, "--json").stdout)["number"]
    assert lesson("correct", str(number)).exit_code == 2
    done = lesson("correct", str(number), "--text", "Ask first.", "--due", "2031-02-01")
    assert f"{number}  due 2031-02-01  open  Watch: Ask first." in done.output
    assert "corrected 20" in done.output
    assert "done" in lesson("mark", str(number), "--done").output
    assert lesson("withdraw", str(number), "--reason", "Doubled.", typed="n\n").exit_code == 1
    assert lesson("withdraw", str(number), "--reason", "Doubled.", "--yes").exit_code == 0
    listed = lesson("list").output
    assert "withdrawn 20" in listed
    assert "reason: Doubled." in listed
    refused = lesson("withdraw", str(number), "--reason", "Again.", "--yes")
    assert refused.exit_code != 0
    (before,) = json.loads(lesson("list", "--json").stdout)["lessons"][0]["before"]
    assert before["text"] == "Ask frist."
