"""Work that runs and fails is said, wherever somebody looks."""

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from tests.duty.conftest import T0
from tests.duty.test_causes import conversation, found

from comity.canonical import MisuseError, time_text
from comity.node.core import periodic_loop
from comity.node.core.node import Node
from comity.node.core.periodic_loop import Loop, Task
from comity.node.duty import escalation, roster_store
from comity.node.duty.pages import labels as duty_words
from comity.node.duty.roster import Crew, Weekly
from comity.node.evidence.storage import store_health
from comity.node.federation.recovery import NobodyAnsweredError
from comity.node.health import labels
from comity.node.health.checks import checks
from comity.node.health.findings import told
from comity.node.health.status import condition
from comity.node.messages.recovery_marker import MARKER, Marker
from comity.node.models import Alarm, WeeklyShift
from comity.node.operations.background_jobs import CHECKED, WATCHED, Work
from comity.node.operations.guard_renewal import guard_state, renew_guard
from comity.node.service.handle import make_service

MINUTE = timedelta(minutes=1)
LONGEST = 3 * MINUTE


def failing() -> int:
    raise MisuseError("each time")


def broken() -> int:
    raise ZeroDivisionError


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the real world's clock of the loops."""
    return lambda at: monkeypatch.setattr(periodic_loop, "real_now", lambda: at)


def stepped(one: Loop, real: Callable[[datetime], None], minutes: int) -> bool:
    """Step a loop that beats; tell whether it stands still then."""
    at = T0 + minutes * MINUTE
    real(at)
    one.beat_at = at
    one.step()
    return one.stands_still(at, longest=LONGEST)


@pytest.mark.parametrize("fault", [failing, broken])
def test_a_task_that_fails_each_time_stands_still_though_its_loop_beats(
    real: Callable[[datetime], None], fault: Callable[[], int]
) -> None:
    task = Task("alarms", fault, timedelta(seconds=5))
    one = Loop("duty", [task])
    assert [stepped(one, real, minute) for minute in range(5)] == [False] * 4 + [True]
    task.work = int
    assert not stepped(one, real, 5)
    task.work = fault
    assert not stepped(one, real, 7)
    assert stepped(one, real, 9)


def test_another_task_that_goes_well_hides_nothing(real: Callable[[datetime], None]) -> None:
    one = Loop("duty", [Task("good", int, timedelta(0)), Task("bad", failing, timedelta(0))])
    assert not stepped(one, real, 0)
    assert stepped(one, real, 4)


def test_a_task_with_a_long_rhythm_does_not_stand_still_between_two_steps(
    real: Callable[[datetime], None],
) -> None:
    one = Loop("slow", [Task("slow", int, 10 * MINUTE)])
    assert [stepped(one, real, minute) for minute in (0, 9, 10, 19)] == [False] * 4


def test_a_loop_that_does_not_look_for_work_stands_still() -> None:
    one = Loop("duty", [])
    assert one.stands_still(T0, longest=LONGEST)
    one.beat_at = T0
    assert not one.stands_still(T0 + LONGEST, longest=LONGEST)
    assert one.stands_still(T0 + 4 * MINUTE, longest=LONGEST)


# ------------------------------------------------------------------ where it is said


@pytest.fixture
def running(node: Node, monkeypatch: pytest.MonkeyPatch) -> Work:
    """A node whose loops beat for long, and did everything well just now."""
    made = Work(make_service(node))
    monkeypatch.setattr(made, "_started_at", T0 - 60 * MINUTE)
    for one in made._loops:
        one.beat_at = T0
        for task in one._tasks:
            task.tried_at, task.done_at = T0 - 60 * MINUTE, T0
    for place in ("comity.node.health.status", "comity.node.work.technical"):
        monkeypatch.setattr(f"{place}.real_now", lambda: T0)
    return made


def fail(made: Work, name: str) -> None:
    (one,) = (one for one in made._loops if one.name == name)
    one._tasks[0].done_at = T0 - 4 * MINUTE


def test_each_work_that_is_watched_has_words() -> None:
    assert set(labels.STILL) == {*WATCHED, *CHECKED}
    assert "work" in duty_words.KIND


def test_a_node_that_was_just_started_says_nothing_of_what_it_did_not_do_yet(node: Node) -> None:
    made = Work(make_service(node))
    assert made.standing(T0) == ()
    assert made.stuck(T0)
    made._started_at = T0
    assert made.standing(T0 + MINUTE) == ()
    assert set(made.standing(T0 + 4 * MINUTE)) == set(WATCHED)


@pytest.mark.django_db
def test_all_is_well_where_all_was_done(running: Work, node: Node) -> None:
    assert not running.stuck(T0)
    assert condition(node, at=T0).standing == ()
    assert found(node) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("name", WATCHED)
def test_what_fails_stands_in_the_heartbeat_log_health_the_watch_and_the_alarms(
    running: Work, node: Node, name: str
) -> None:
    fail(running, name)
    assert running.stuck(T0)
    how = condition(node, at=T0)
    assert not how.good
    (check,) = (one for one in checks(node, how, at=T0) if one.key == "work")
    assert (check.stands, check.facts["works"]) == ("bad", (name,))
    assert found(node) == {("work", name)}


@pytest.mark.django_db
def test_a_shift_in_an_unknown_zone_is_told_and_stops_no_other_alarm(
    node: Node, office: list[str]
) -> None:
    crew = Crew(officer=office[0])
    for day in range(7):
        row = Weekly(weekday=day, begins=time(0), ends=time(0), zone="UTC", crew=crew)
        roster_store.add_weekly(row, by="lan", at=T0)
    WeeklyShift.objects.filter(weekday=0).update(zone="Mars/Olympus")
    asked = conversation("a")
    there = found(node)
    assert {("request-in", asked.digest), ("roster-row", "Mars/Olympus")} <= there
    assert [kind for kind, _ in there].count("roster-gap") == 1, "its day is a gap"
    Alarm.objects.create(kind="request-in", subject=asked.digest, raised_at=T0, due_at=T0)
    assert escalation.climb(at=T0) == 1, "the others on the roster are woken"


@pytest.mark.django_db
def test_a_restored_node_that_nobody_answers_says_that_it_waits_and_what_ends_it(
    running: Work, node: Node
) -> None:
    running._log_fault = NobodyAnsweredError.code
    (work,) = [one for one in checks(node, condition(node, at=T0), at=T0) if one.key == "work"]
    said = told(work)
    assert running.standing(T0) == ("unconfirmed",)
    assert said["found"].startswith("This node was restored from a backup.")
    assert "guard" not in said["found"]
    assert said["do"].startswith("Wait: the node asks")
    assert f"“comity guard renew {node.config.folder} --reason TEXT”" in said["do"]
    running._log_fault = "log-guard-missing"
    (work,) = [one for one in checks(node, condition(node, at=T0), at=T0) if one.key == "work"]
    assert f"“comity guard show {node.config.folder}”" in told(work)["do"]


@pytest.mark.django_db
def test_a_restored_node_misses_no_guard(node: Node) -> None:
    guard = node.config.folder / "log-guard"
    kept = guard.read_bytes()
    guard.unlink()
    try:
        assert guard_state(node).fault == "log-guard-missing"
        Marker("2026-01-01T00:00:00Z", (), opened=False).write(node.config.folder)
        found = guard_state(node)
        assert (found.fault, found.restored, found.confirmed) == ("log-unconfirmed", True, False)
        renew_guard(node, reason="No partner can be reached.")
        assert guard_state(node).confirmed
    finally:
        guard.write_bytes(kept)
        (node.config.folder / MARKER).unlink(missing_ok=True)


@pytest.mark.django_db
def test_when_background_work_ran_is_when_its_loops_ran(running: Work, node: Node) -> None:
    """Not when the store was looked at, which is every ten minutes."""
    store_health.look(node.config)
    path = node.config.vault / "store.json"
    seen = json.loads(path.read_bytes())
    path.write_bytes(json.dumps({**seen, "at": time_text(T0 - 7 * MINUTE)}).encode())
    for loop in running._loops:
        loop.beat_at = T0 - MINUTE / 30
    (work,) = [one for one in checks(node, condition(node, at=T0), at=T0) if one.key == "work"]
    assert work.stands == "good"
    assert work.facts["since"] == T0 - MINUTE / 30
    path.unlink()
