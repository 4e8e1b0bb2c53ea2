"""An alarm climbs until a person acknowledges it, whatever happens to the node."""

from datetime import datetime, time, timedelta

import pytest
from tests.duty.conftest import T0

from comity.node.duty import escalation, escalation_ladder, roster_store
from comity.node.duty.alarm_kinds import Cause
from comity.node.duty.escalation_ladder import LadderError, parse_ladder
from comity.node.duty.roster import Crew, Weekly
from comity.node.models import Alarm, AlarmStep, AuditRow, DocketItem, Notice, Officer

pytestmark = pytest.mark.django_db

DEAD = Cause("dead-letter", "7")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def roster(office: list[str]) -> list[str]:
    """Lan is on duty always, Minh second, Hoa deputy; Son heads the office."""
    crew = Crew(officer=office[0], second=office[1], deputy=office[2])
    for weekday in range(7):
        row = Weekly(weekday=weekday, begins=time(0), ends=time(0), zone="UTC", crew=crew)
        roster_store.add_weekly(row, by="lan", at=T0)
    return office


def climbed(until: datetime, start: datetime = T0) -> list[tuple[float, str, int]]:
    """Look each half minute; return minute, whom and how many were told of each step."""
    at = start
    while at <= until:
        escalation.climb(at=at)
        at += MINUTE / 2
    return [((s.at - T0) / MINUTE, s.whom, s.told) for s in AlarmStep.objects.order_by("pk")]


def test_nobody_acknowledges_and_it_climbs_to_the_end_and_begins_again(roster: list[str]) -> None:
    escalation.settle([DEAD], at=T0)
    assert climbed(T0 + 65 * MINUTE) == [
        (0, "officer", 1), (5, "officer", 1), (10, "second", 1), (20, "deputy", 1),
        (30, "list", 0), (30.5, "head", 1), (60, "officer", 1), (65, "officer", 1),
    ]  # fmt: skip
    (row,) = escalation.unacknowledged()
    assert (row.round, row.acknowledged_at) == (2, None)
    told = Notice.objects.filter(channel="mail").order_by("pk").values_list("officer", flat=True)
    assert list(told) == [roster[0], roster[1], roster[2], roster[3], roster[0]]


def shift(officer: str, state: str = "begun") -> DocketItem:
    return DocketItem.objects.create(
        item=f"{officer}-{state}", kind="shift", about=officer, state=state, changed_at=T0
    )


def told(channel: str = "mail") -> set[str]:
    return set(Notice.objects.filter(channel=channel).values_list("officer", flat=True))


@pytest.mark.parametrize("state", ["begun", "handed-over", "given"])
def test_whose_shift_runs_is_told_beside_whom_the_roster_names(
    roster: list[str], state: str
) -> None:
    shift(roster[1], state)
    escalation.settle([DEAD], at=T0)
    climbed(T0)
    assert told() == {roster[0], roster[1]}


def test_a_shift_that_was_taken_over_is_told_to_who_took_it(roster: list[str]) -> None:
    shift(roster[1], "taken-over")
    shift(roster[2])
    shift(roster[3], "ended")
    escalation.settle([DEAD], at=T0)
    climbed(T0)
    assert told() == {roster[0], roster[2]}


def test_a_shift_of_whom_the_roster_names_is_told_once(roster: list[str]) -> None:
    shift(roster[0])
    escalation.settle([DEAD], at=T0)
    climbed(T0 + 10 * MINUTE)
    first, second, *_ = AlarmStep.objects.order_by("pk").values_list("told", flat=True)
    assert (first, second) == (1, 1)
    assert told() == {roster[0], roster[1]}, "the second is the roster's"


def test_a_shift_of_somebody_who_left_wakes_nobody_and_hides_nobody(roster: list[str]) -> None:
    shift("officer-gone")
    escalation.settle([DEAD], at=T0)
    climbed(T0)
    assert told() == {roster[0]}


def test_every_step_is_in_the_audit(roster: list[str]) -> None:
    escalation.settle([DEAD], at=T0)
    climbed(T0 + 10 * MINUTE)
    rows = AuditRow.objects.filter(action__startswith="alarm.").order_by("pk")
    assert [(row.action, row.detail) for row in rows] == [
        ("alarm.raised", "dead-letter"),
        ("alarm.step", "dead-letter round 1 step 1 officer 1"),
        ("alarm.step", "dead-letter round 1 step 2 officer 1"),
        ("alarm.step", "dead-letter round 1 step 3 second 1"),
    ]


def test_acknowledging_stops_the_ladder_and_drops_what_waits(roster: list[str]) -> None:
    escalation.settle([DEAD], at=T0)
    climbed(T0 + MINUTE)
    (row,) = escalation.unacknowledged()
    lan, minh = (Officer.objects.get(user__username=name) for name in ("lan", "minh"))
    done, taken = escalation.acknowledge(row.pk, officer=lan, at=T0 + 2 * MINUTE)
    assert taken == [], "it is about no case"
    assert (done.acknowledged_by, done.acknowledged_at) == ("lan", T0 + 2 * MINUTE)
    assert len(climbed(T0 + 90 * MINUTE, T0 + 2 * MINUTE)) == 1
    assert set(Notice.objects.values_list("stage", "fault")) == {
        ("sent", ""), ("skipped", "no-longer-needed"),
    }  # fmt: skip
    assert escalation.open_alarms().count() == 1, "it stays until its cause is gone"
    with pytest.raises(escalation.AlarmUnknownError):
        escalation.acknowledge(row.pk, officer=minh, at=T0 + 3 * MINUTE)


def test_an_alarm_is_raised_once_and_ends_with_its_cause_and_comes_anew(roster: list[str]) -> None:
    assert [escalation.settle([DEAD], at=T0) for _ in range(3)] == [1, 0, 0]
    escalation.settle([], at=T0 + MINUTE)
    assert not escalation.open_alarms().exists()
    assert climbed(T0 + 20 * MINUTE, T0 + MINUTE) == []
    escalation.settle([DEAD], at=T0 + 2 * MINUTE)
    assert Alarm.objects.count() == 2


def test_a_node_that_stood_still_goes_on_and_gives_each_person_time(roster: list[str]) -> None:
    escalation.settle([DEAD], at=T0)
    climbed(T0)
    found = climbed(T0 + 60 * MINUTE, T0 + 40 * MINUTE)
    assert found[1:4] == [(40, "officer", 1), (45, "second", 1), (55, "deputy", 1)]


def test_a_step_that_was_undone_by_a_crash_is_done_again_and_once(
    roster: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    escalation.settle([DEAD], at=T0)

    def killed(**_told: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("comity.node.log.audit.note", killed)  # the last write of the step
        with pytest.raises(SystemExit):
            escalation.climb(at=T0)
    assert (AlarmStep.objects.count(), Notice.objects.count()) == (0, 0)
    assert [escalation.climb(at=T0), escalation.climb(at=T0)] == [1, 0]
    assert AlarmStep.objects.count() == 1


def test_without_anybody_on_duty_everybody_is_told(office: list[str]) -> None:
    escalation.settle([DEAD], at=T0)
    assert climbed(T0) == [(0, "officer", 4)]


def test_the_next_of_the_crew_is_told_in_the_place_of_whoever_left(roster: list[str]) -> None:
    from comity.node.people import accounts

    accounts.disable("lan", at=T0, by="operator")
    escalation.settle([DEAD], at=T0)
    assert climbed(T0) == [(0, "officer", 1)]
    assert set(Notice.objects.values_list("officer", flat=True)) == {roster[1]}


def test_an_offices_own_ladder_is_climbed(roster: list[str]) -> None:
    own = parse_ladder([[0, "second", ["screen"]], [2, "list", ["screen"]]], 5)
    escalation_ladder.set_ladder("dead-letter", own, by="lan", at=T0)
    escalation.settle([DEAD, Cause("clock", "x")], at=T0)
    mine = Alarm.objects.get(kind="dead-letter").pk
    climbed(T0 + 8 * MINUTE)
    found = AlarmStep.objects.filter(alarm=mine).order_by("pk")
    steps = [((one.at - T0) / MINUTE, one.whom) for one in found]
    assert steps == [(0, "second"), (2, "list"), (7, "second")]
    assert escalation_ladder.drop_ladder("dead-letter", by="lan", at=T0)
    assert escalation_ladder.ladder_for("dead-letter").steps[0].whom == "officer"


@pytest.mark.parametrize(
    ("steps", "repeat"),
    [
        ([], 30),
        ([[0, "officer", ["screen"]]] * 13, 30),
        ([[5, "officer", ["screen"]]], 30),
        ([[0, "list", ["screen"]]], 30),
        ([[0, "nobody", ["screen"]]], 30),
        ([[0, "officer", []]], 30),
        ([[0, "officer", ["pigeon"]]], 30),
        ([[0, "officer", "screen"]], 30),
        ([[0, "officer", ["screen"]], [-1, "second", ["mail"]]], 30),
        ([[0, "officer", ["screen"]], [9, "second", ["mail"]], [8, "deputy", ["mail"]]], 30),
        ([[0, "officer"]], 30),
        ([7], 30),
        ([[0, "officer", ["screen"]]], 4),
        ([[0, "officer", ["screen"]]], True),
        ([[True, "officer", ["screen"]]], 30),
    ],
)
def test_a_ladder_that_would_let_somebody_sleep_is_refused(
    steps: list[object], repeat: int
) -> None:
    with pytest.raises(LadderError):
        parse_ladder(steps, repeat)


def test_an_unknown_kind_has_no_ladder_of_its_own(office: list[str]) -> None:
    own = parse_ladder([[0, "officer", ["screen"]]], 30)
    with pytest.raises(LadderError):
        escalation_ladder.set_ladder("weather", own, by="lan", at=T0)
