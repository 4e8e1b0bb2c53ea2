"""The clock of an exercise: what it refuses, that it never goes back, and with whom it goes."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.exercise.conftest import T0, minute

from comity.canonical import Mode
from comity.drills import Event
from comity.hall.keeping import Keeper, told
from comity.node.core import clock, shared_clock
from comity.node.core.config import NodeConfig, NodeFolderError, load_config
from comity.node.core.periodic_loop import Loop, Task
from comity.node.core.shared_clock import KEPT_MS, Clock, ExerciseClockError
from comity.node.exercise import exercises, team_events
from comity.node.messages import outbox
from comity.node.models import Exercise, Officer, OutboxRow, Team

STORY: datetime = datetime(2031, 5, 1, 22, 0, tzinfo=UTC)
NIGHT: datetime = datetime(2026, 12, 31, 23, 15, tzinfo=UTC)
"""When the first night begins."""
STORY_MS = int(STORY.timestamp()) * 1000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A clock of the story that stands."""
    path = tmp_path / shared_clock.FILE
    shared_clock.begin(path, STORY)
    shared_clock.keep(path, STORY, 0)
    return path


@pytest.fixture(autouse=True)
def own_time() -> Iterator[None]:
    """Whatever a test follows, the next one has its own time again."""
    yield
    clock.follow(None, mode="exercise")


def written(path: Path, **members: Any) -> None:
    good = {"format": "comity exercise clock 1", "real_ms": 1, "story_ms": STORY_MS}
    path.write_text(json.dumps({**good, "percent": 100, "least_ms": 0, **members}), "ascii")


def seconds_on(path: Path) -> float:
    """Return how far the clock is, in seconds of the story."""
    moment = shared_clock.read(path).at(shared_clock.machine_ms())
    return (moment - STORY).total_seconds()


# ------------------------------------------------------------------ what is refused


def test_a_live_node_never_follows_one(file: Path, tmp_path: Path) -> None:
    with pytest.raises(ExerciseClockError, match="live"):
        clock.follow(file, mode="live")
    assert not clock.is_followed()
    modes: tuple[Mode, ...] = ("live", "exercise")
    for mode in modes:
        (tmp_path / mode).mkdir()
        node = NodeConfig(
            folder=tmp_path / mode, party="xa/one", mode=mode, exercise_clock="../clock.json"
        )
        node.write()
    with pytest.raises(NodeFolderError):
        load_config(tmp_path / "live")
    found = load_config(tmp_path / "exercise").clock_file
    assert found is not None
    assert found.resolve() == file.resolve()


def test_a_node_without_an_exercise_has_the_real_time_and_says_nothing_of_it(
    tmp_path: Path,
) -> None:
    node = NodeConfig(folder=tmp_path, party="xa/one", mode="live")
    node.write()
    assert "exercise_clock" not in (tmp_path / "node.toml").read_text("utf-8")
    assert load_config(tmp_path).clock_file is None
    assert abs(clock.now() - clock.real_now()) <= timedelta(seconds=1)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "{}",
        '{"format": "another", "real_ms": 1, "story_ms": 1, "percent": 100, "least_ms": 0}',
        '{"format": "comity exercise clock 1", "real_ms": 1, "story_ms": 1, "percent": 100}',
    ],
)  # fmt: skip
def test_a_damaged_clock_dates_nothing(file: Path, text: str) -> None:
    clock.follow(file, mode="exercise")
    file.write_text(text, "ascii")
    with pytest.raises(ExerciseClockError) as caught:
        clock.now()
    assert caught.value.code == "exercise-clock"


@pytest.mark.parametrize(
    "members",
    [
        {"percent": -1}, {"percent": 10_001}, {"percent": 1.5}, {"percent": True},
        {"story_ms": -1}, {"story_ms": 10**15}, {"least_ms": "0"}, {"real_ms": None}, {"more": 1},
    ],
)  # fmt: skip
def test_a_clock_with_a_time_or_a_pace_that_is_none_dates_nothing(
    file: Path, members: dict[str, Any]
) -> None:
    written(file, **members)
    with pytest.raises(ExerciseClockError):
        shared_clock.read(file)


def test_a_clock_that_is_gone_dates_nothing_and_is_not_begun_anew(file: Path) -> None:
    clock.follow(file, mode="exercise")
    file.unlink()
    with pytest.raises(ExerciseClockError):
        clock.now()
    with pytest.raises(ExerciseClockError):
        shared_clock.keep(file, STORY, 100)
    with pytest.raises(ExerciseClockError):
        clock.follow(file, mode="exercise")
    assert not file.exists()


# ------------------------------------------------------------------ how it goes


@pytest.mark.parametrize(
    ("percent", "real_ms", "passed_ms"),
    [(100, 1000, 1000), (1000, 1000, 10_000), (1, 1000, 10), (0, 5000, 0), (333, 1000, 3330)],
)
def test_it_goes_at_its_pace_exactly(percent: int, real_ms: int, passed_ms: int) -> None:
    one = Clock(real_ms=70, story_ms=STORY_MS, percent=percent, least_ms=0)
    assert one.at_ms(70 + real_ms) == STORY_MS + passed_ms
    assert one.at(69) == STORY, "what the machine's clock says before it was written is no time"


def test_it_stands_once_nobody_keeps_it() -> None:
    one = Clock(real_ms=0, story_ms=STORY_MS, percent=1000, least_ms=0)
    assert one.at_ms(10 * KEPT_MS) == one.at_ms(KEPT_MS) == STORY_MS + 10 * KEPT_MS


def test_ahead_of_its_time_it_goes_at_half_the_pace_until_that_has_come() -> None:
    one = Clock(real_ms=0, story_ms=STORY_MS, percent=1000, least_ms=STORY_MS + 20_000)
    assert [one.at_ms(real_ms) - STORY_MS for real_ms in (0, 1000, 4000, 5000)] == [
        20_000, 25_000, 40_000, 50_000,
    ]  # fmt: skip


def test_it_goes_on_from_where_it_is_kept_and_never_back(file: Path) -> None:
    shared_clock.keep(file, STORY + timedelta(hours=9), 0)
    assert seconds_on(file) == 9 * 3600
    shared_clock.keep(file, STORY + timedelta(hours=1), 100)
    assert 9 * 3600 <= seconds_on(file) < 9 * 3600 + 60
    shared_clock.keep(file, STORY + timedelta(hours=10), 0)
    assert seconds_on(file) == 10 * 3600
    assert [path.name for path in file.parent.iterdir()] == [file.name], "nothing is left beside it"


def test_a_process_sees_no_earlier_time_even_if_the_file_is_put_back(file: Path) -> None:
    clock.follow(file, mode="exercise")
    old = file.read_bytes()
    shared_clock.keep(file, STORY + timedelta(hours=2), 0)
    assert clock.now() == STORY + timedelta(hours=2)
    file.write_bytes(old)
    assert clock.now() == STORY + timedelta(hours=2)
    assert abs(clock.real_now() - datetime.now(UTC)) < timedelta(seconds=2)


def test_a_loop_goes_on_while_the_clock_stands_and_hurries_when_it_runs(file: Path) -> None:
    clock.follow(file, mode="exercise")
    done: list[str] = []

    def work(name: str) -> int:
        done.append(name)
        return 1

    often, hurried, slow = (
        Task("often", lambda: work("often"), timedelta(0)),
        Task("hurried", lambda: work("hurried"), timedelta(minutes=10), hurried=True),
        Task("slow", lambda: work("slow"), timedelta(minutes=10)),
    )
    loop = Loop("test", [often, hurried, slow])
    loop.step()
    loop.step()
    assert done == ["often", "hurried", "slow", "often"]
    shared_clock.keep(file, STORY + timedelta(minutes=10), 0)
    loop.step()
    assert done[4:] == ["often", "hurried"]
    file.write_text("", "ascii")
    assert loop.step() == 1, "what needs no time goes on; the rest is said and tried again"


# ------------------------------------------------------------------ with whom it goes


def steered(team: Team, at: float, kind: str, **names: str) -> None:
    team_events.steer(team, Event(at=minute(at), kind=kind, by="trainer", names=names))


def story(minutes: float) -> datetime:
    """Return what the clocks of the first night say so long after it began."""
    return NIGHT + timedelta(minutes=minutes)


def test_before_the_beginning_it_stands_at_the_beginning_of_the_story(
    db: None, config: object
) -> None:
    made = exercises.make("first-night", teams=["Heron"], at=T0, by="trainer")
    assert told(made, minute(3)) == (story(0), 0)
    exercises.close(made, at=minute(4), by="trainer")
    assert told(Exercise.objects.get(pk=made.pk), minute(9)) == (story(0), 0)


def test_it_begins_with_the_story_and_goes_at_the_trainers_pace(begun: Exercise) -> None:
    assert told(begun, T0) == (story(0), 100)
    for team in begun.teams.all():
        steered(team, 1, "pace", percent="1000")
    assert told(begun, minute(2)) == (story(11), 1000)
    for team in begun.teams.all():
        steered(team, 2, "pause")
    assert told(begun, minute(50)) == (story(11), 0)
    for team in begun.teams.all():
        steered(team, 50, "resume")
    assert told(begun, minute(51)) == (story(21), 1000)


def test_it_goes_with_the_team_furthest_ahead(begun: Exercise, heron: Team) -> None:
    ibis = begun.teams.get(name="Ibis")
    steered(heron, 1, "freeze")
    assert told(begun, minute(5)) == (story(5), 100), "the other goes on"
    steered(ibis, 5, "pause")
    assert told(begun, minute(9)) == (story(5), 0), "all stand"
    steered(heron, 9, "resume")
    assert told(begun, minute(12)) == (story(5), 0), "who was left behind comes up first"
    assert told(begun, minute(14)) == (story(6), 100)


def test_it_stands_when_the_story_is_over_and_when_it_is_closed(
    begun: Exercise, heron: Team
) -> None:
    minutes = exercises.scenario_in(begun).plan.minutes
    assert told(begun, minute(minutes + 300)) == (story(minutes), 0)
    exercises.close(begun, at=minute(7), by="trainer")
    assert told(Exercise.objects.get(pk=begun.pk), minute(30)) == (story(7), 0)


def test_the_keeper_writes_what_the_trainer_did_and_no_more(
    begun: Exercise, heron: Team, tmp_path: Path
) -> None:
    path = tmp_path / shared_clock.FILE
    shared_clock.begin(path, story(0))
    keeper = Keeper(path, begun.pk)
    keeper.step(minute(1))
    shared_clock.keep(path, story(1), 0)
    for team in begun.teams.all():
        steered(team, 2, "pause")
    keeper.step(minute(9))
    before = path.read_bytes()
    assert shared_clock.read(path).percent == 0
    assert shared_clock.read(path).at(shared_clock.machine_ms()) == story(2)
    keeper.step(minute(10))
    assert path.read_bytes() == before, "while it stands it is left alone"
    for team in begun.teams.all():
        steered(team, 10, "resume")
        steered(team, 10, "pace", percent="1000")
    keeper.step(minute(11))
    kept = shared_clock.read(path)
    assert (kept.percent, shared_clock.moment(kept.story_ms)) == (1000, story(12))
    keeper.start()
    keeper.stop()
    assert shared_clock.read(path).percent == 0, "it stands where nobody keeps it"


@pytest.mark.parametrize(("form", "said"), [("nodes", True), ("table-top", False)])
def test_the_console_says_the_rule_where_there_are_nodes(
    begun: Exercise, trainer: Client, form: str, said: bool
) -> None:
    Exercise.objects.filter(pk=begun.pk).update(form=form)
    page = trainer.get(f"/exercises/{begun.pk}", headers={"Accept-Language": "en"})
    rule = "The clocks of all nodes follow the team furthest ahead."
    assert (rule in page.content.decode()) is said


# ------------------------------------------------------------------ what stays on real time


def test_a_session_outlasts_a_day_of_the_story(
    file: Path, add: Callable[..., Officer], sign_in: Callable[[str], Client]
) -> None:
    clock.follow(file, mode="exercise")
    add("kim", "case")
    kim = sign_in("kim")
    shared_clock.keep(file, STORY + timedelta(days=1), 0)
    page = kim.get("/", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "Time of the exercise" in page.content.decode()


def test_a_delivery_that_failed_is_tried_again_although_time_stands(db: None, file: Path) -> None:
    clock.follow(file, mode="exercise")
    real, story = clock.real_now(), clock.now()
    OutboxRow.objects.create(
        record="sha256:1",
        addressee="xb/one",
        stage=OutboxRow.Stage.QUEUED,
        due_at=real,
        queued_at=story,
        expires_at=story + timedelta(days=30),
    )
    (lease,) = outbox.claim(at=real, most=1)
    outbox.failed(lease, at=story, real=real, fault="partner-unreachable")
    assert clock.now() == story
    assert not outbox.claim(at=real, most=1)
    (again,) = outbox.claim(at=real + outbox.FIRST_PAUSE, most=1)
    outbox.failed(again, at=story + timedelta(days=30), real=real, fault="partner-unreachable")
    assert OutboxRow.objects.get().stage == OutboxRow.Stage.DEAD, "its time is the story's"
