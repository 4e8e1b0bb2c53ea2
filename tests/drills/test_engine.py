"""What is due now follows from the events and the time, and what has come never goes away."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drills.making import T0, added, at, deed, night, played, sent, small, spoilt, steer

from comity.drills import (
    CHARACTERS,
    DrillEventError,
    DrillRunError,
    DrillUnsoundError,
    Event,
    Run,
    Scenario,
    admit,
    branch,
    look,
    read_run,
    read_scenario,
    start,
)
from comity.drills.run import MAX_EVENTS
from comity.drills.values import DEEDS

EXTEND = ("request.extension-asked", "belmora", "kept")
ACKNOWLEDGE = ("request.acknowledged", "tessany", "asked")


def came(run: Run, minute: float) -> dict[str, tuple[int, str]]:
    """Return the injects that have come: exercise seconds, and by whose doing."""
    view = look(night(), run, at(minute))
    return {one.inject: (one.at_s, one.by) for one in view.delivered}


# ------------------------------------------------------------------ timeline and triggers


def test_an_inject_comes_at_its_minute_and_not_a_second_earlier() -> None:
    run = played(night())
    assert "unit-call" not in came(run, 4.99)
    assert came(run, 5)["unit-call"] == (300, "timeline")


def test_before_the_start_nothing_has_come_not_even_what_comes_at_minute_0() -> None:
    view = look(night(), played(night()), T0 - timedelta(minutes=1))
    assert not view.running
    assert view.passed_s == 0


def test_what_is_not_done_in_time_brings_what_it_brings() -> None:
    run = played(night())
    assert "belmora-call" not in came(run, 18.9)
    assert came(run, 19)["belmora-call"] == (19 * 60, "trigger")


def test_what_is_done_in_time_keeps_it_away_for_good() -> None:
    run = played(night(), sent(18, *EXTEND))
    assert "belmora-call" not in came(run, 60)
    assert came(run, 60)["belmora-extends"] == (22 * 60, "trigger")


def test_what_is_done_at_the_very_minute_is_too_late() -> None:
    assert "belmora-call" in came(played(night(), sent(19, *EXTEND)), 60)


def test_a_deed_before_its_trigger_counts_does_not_fire_it() -> None:
    second = ("request.submitted", "belmora", "second")
    assert "belmora-preserves" not in came(played(night(), sent(20, *second)), 60)
    assert "belmora-preserves" in came(played(night(), sent(20, *second), sent(27, *second)), 60)


def test_the_data_are_lost_at_midnight_unless_an_extension_was_asked() -> None:
    assert came(played(night()), 60)["data-lapse"] == (45 * 60, "trigger")
    assert "data-lapse" not in came(played(night(), sent(44, *EXTEND)), 60)


def test_what_is_to_come_is_known_as_things_stand_and_says_when_to_wake() -> None:
    view = look(night(), played(night()), at(17))
    assert [one.inject for one in view.planned][:2] == ["belmora-call", "press-question"]
    assert view.wake_at == at(19)


def test_after_its_length_nothing_comes_any_more() -> None:
    view = look(night(), played(night(), sent(59, *EXTEND)), at(90))
    assert view.over
    assert view.wake_at is None
    assert view.passed_s == 3600
    assert "belmora-extends" not in {one.inject for one in view.delivered}


# ------------------------------------------------------------------ the trainer


def test_a_pause_holds_everything_back_and_the_clock_of_the_story_too() -> None:
    run = played(night(), steer(4, "pause"))
    assert "unit-call" not in came(run, 50)
    view = look(night(), run, at(50))
    assert not view.running
    assert view.wake_at is None
    assert view.story_at == night().plan.begins + timedelta(minutes=4)
    run = admit(night(), run, steer(50, "resume"))
    assert came(run, 51)["unit-call"] == (300, "timeline")


def test_time_runs_ten_times_faster_when_the_trainer_says_so() -> None:
    run = played(night(), steer(10, "pace", percent="1000"))
    view = look(night(), run, at(12))
    assert view.passed_s == 30 * 60
    assert view.wake_at == at(12.5)


def test_a_pace_that_is_set_during_a_pause_waits_for_its_end() -> None:
    run = played(night(), steer(1, "pause"), steer(2, "pace", percent="200"), steer(3, "resume"))
    assert look(night(), run, at(5)).passed_s == 5 * 60


def test_the_trainer_brings_an_inject_early_and_it_comes_once() -> None:
    run = played(night(), steer(3, "inject", inject="press-question"))
    assert came(run, 60)["press-question"] == (180, "trainer")


def test_the_trainer_keeps_an_inject_away_and_brings_it_after_all() -> None:
    run = played(night(), steer(3, "withhold", inject="press-question"))
    assert "press-question" not in came(run, 60)
    run = admit(night(), run, steer(40, "inject", inject="press-question"))
    assert came(run, 60)["press-question"] == (2400, "trainer")


def test_what_has_come_cannot_be_kept_away_any_more() -> None:
    run = played(night(), steer(23, "withhold", inject="press-question"))
    assert came(run, 60)["press-question"] == (22 * 60, "timeline")


def test_an_inject_brought_by_hand_moves_what_counts_from_it() -> None:
    run = played(night(), steer(2, "inject", inject="tessany-request"))
    assert came(run, 60)["tessany-presses"] == (17 * 60, "trigger")


def test_the_trainer_speaks_to_a_role_or_to_all() -> None:
    run = played(night(), steer(3, "speak", text="Look at the clock."))
    run = admit(night(), run, steer(4, "speak", text="Counsel?", role="counsel"))
    told = look(night(), run, at(5)).spoken
    assert [(one.at_s, one.role) for one in told] == [(180, ""), (240, "counsel")]


def test_a_frozen_run_takes_no_deed_until_it_goes_on() -> None:
    run = played(night(), steer(3, "freeze"))
    with pytest.raises(DrillEventError, match="frozen"):
        admit(night(), run, sent(4, *EXTEND))
    run = admit(night(), run, steer(5, "resume"))
    assert admit(night(), run, sent(6, *EXTEND)).events[-1].kind == "sent"


def test_a_branch_shares_the_past_and_goes_its_own_way() -> None:
    run = played(night(), sent(10, *EXTEND), sent(14, *ACKNOWLEDGE))
    other = branch(run, team="two", at=at(12))
    assert other.branched_from == "one"
    assert look(night(), other, at(12)) == look(night(), run, at(12))
    assert "tessany-presses" in came(other, 60)
    assert "tessany-presses" not in came(run, 60)


# ------------------------------------------------------------------ tasks


def answer(minute: float, task: str, text: str) -> Event:
    return deed(minute, "answered", role="examiner", task=task, answer=text)


def test_a_task_opens_with_its_inject_and_closes_when_it_is_right() -> None:
    assert not look(night(), played(night()), at(7)).tasks["find-address"].open
    assert look(night(), played(night()), at(8)).tasks["find-address"].open
    run = played(night(), answer(9, "find-address", "192.0.2.200"))
    run = admit(night(), run, answer(10, "find-address", " 198.51.100.23 "))
    now = look(night(), run, at(11)).tasks["find-address"]
    assert (now.open, now.tries, now.right) == (False, 2, True)


def test_an_answer_after_the_last_try_is_not_counted() -> None:
    wrong = [answer(9 + n, "how-often", str(n)) for n in range(2)]
    run = played(night(), *wrong, answer(12, "how-often", "7"))
    now = look(night(), run, at(13)).tasks["how-often"]
    assert (now.open, now.right) == (False, False)


# ------------------------------------------------------------------ conversations


def test_a_conversation_stands_where_the_exchange_says() -> None:
    view = look(night(), played(night()), at(2))
    assert view.threads["kept"]["main"] == "preserved"
    run = played(night(), sent(10, *EXTEND), sent(14, *ACKNOWLEDGE))
    view = look(night(), run, at(20))
    assert view.threads["asked"]["main"] == "acknowledged"
    tracks: Any = view.threads["kept"]["tracks"]
    assert list(tracks.values()) == ["extension:extended"]


def test_what_was_preserved_lapses_in_the_conversation_too() -> None:
    assert look(night(), played(night()), at(46)).threads["kept"]["main"] == "lapsed"


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    "event",
    [
        deed(1, "dreamt"),
        deed(1, "called"),
        deed(1, "called", to="nobody"),
        deed(1, "called", to="belmora", colour="red"),
        deed(1, "called", to="belmora", role="cook"),
        deed(1, "called", to="belmora", fields=("request.data",)),
        deed(1, "answered", task="none", answer="x"),
        deed(1, "answered", task="find-address", answer="x", right="yes"),
        deed(1, "answered", task="find-address", answer="x" * 2001),
        deed(1, "hint", hint="none"),
        deed(1, "sealed", exhibit="none"),
        deed(1, "recorded", inject="none"),
        deed(1, "called", to="belmora", by="x" * 65),
        steer(1, "pace", percent="0"),
        steer(1, "pace", percent="-5"),
        steer(1, "pace", percent="fast"),
        steer(1, "pace", percent="99999999999"),
        steer(1, "inject", inject="none"),
        steer(1, "judge", score="score none", points="1", reason="x"),
        steer(1, "judge", score="score right-ground", points="16", reason="x"),
        steer(1, "judge", score="score right-ground", points="many", reason="x"),
        steer(1, "judge", score="score right-ground", points="5", reason=" "),
        steer(1, "judge", score="right-ground", points="5", reason="x"),
    ],
    ids=lambda event: f"{event.kind}-{dict(event.names)}"[:60],
)
def test_an_event_that_does_not_fit_is_refused(event: Event) -> None:
    with pytest.raises(DrillEventError):
        admit(night(), played(night()), event)


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(DrillEventError, match="backwards"):
        played(night(), steer(5, "pause"), steer(4, "resume"))


def test_after_the_end_a_deed_is_refused_and_a_judgement_is_not() -> None:
    run = played(night())
    with pytest.raises(DrillEventError, match="over"):
        admit(night(), run, sent(61, *EXTEND))
    judged = steer(61, "judge", score="score right-ground", points="5", reason="said it aloud")
    assert admit(night(), run, judged).events == (judged,)


def test_a_run_that_is_full_takes_no_more() -> None:
    run = replace(played(night()), events=(steer(1, "pause"),) * MAX_EVENTS)
    with pytest.raises(DrillEventError, match="5000 events"):
        admit(night(), run, steer(2, "resume"))


def test_a_run_of_another_edition_is_refused() -> None:
    with pytest.raises(DrillEventError, match="edition"):
        admit(small(), played(night()), steer(1, "pause"))


def test_a_scenario_that_waits_for_itself_says_so_and_does_not_hang() -> None:
    ring = """
[[inject]]
key = "egg"
kind = "note"
trigger = "hen"
[[trigger]]
key = "hen"
when = "not-done"
did = { kind = "called", to = "partner" }
after = "inject egg"
within_minutes = 5
"""
    scenario = read_scenario("small", added(ring))
    with pytest.raises(DrillUnsoundError, match="waits for itself"):
        look(scenario, start(scenario, team="one", at=T0), at(1))


# ------------------------------------------------------------------ a run is a value


@pytest.mark.parametrize(
    "spoil",
    [
        lambda value: value | {"edition": "sha256:0"},
        lambda value: value | {"more": 1},
        lambda value: value | {"events": "none"},
        lambda value: value | {"events": [1]},
        lambda value: value | {"percent": True},
        lambda value: value | {"started_at": "yesterday"},
        lambda value: value | {"team": ""},
        lambda value: value | {"events": value["events"][::-1]},
        lambda value: value | {"events": [value["events"][0] | {"names": {"to": 5}}]},
        lambda value: value | {"events": [value["events"][0] | {"kind": "dreamt"}]},
        lambda value: value | {"events": [value["events"][0] | {"names": []}]},
        lambda value: value | {"events": [value["events"][0] | {"at": "now"}]},
        lambda value: [],
        lambda value: None,
    ],
)
def test_a_run_that_was_changed_is_refused(spoil: Callable[[Any], Any]) -> None:
    value = played(night(), sent(10, *EXTEND), steer(11, "pause")).to_value()
    with pytest.raises(DrillRunError):
        read_run(night(), spoil(value))


SECONDS = st.integers(0, 70 * 60)
DEED_ROWS = st.sampled_from(
    [
        ("sent", {"type": EXTEND[0], "to": "belmora", "thread": "kept"}),
        ("sent", {"type": "request.released", "to": "belmora", "thread": "kept"}),
        ("sent", {"type": ACKNOWLEDGE[0], "to": "tessany", "thread": "asked"}),
        ("sent", {"type": "request.refused", "to": "tessany", "thread": "asked"}),
        ("sent", {"type": "request.submitted", "to": "belmora", "thread": "second"}),
        ("called", {"to": "belmora"}),
        ("told", {"to": "ministry"}),
        ("hint", {"hint": "first-success"}),
        ("answered", {"task": "find-address", "answer": "198.51.100.23"}),
        ("answered", {"task": "find-address", "answer": "192.0.2.200"}),
        ("sealed", {"exhibit": "stick", "digest": "x"}),
        ("recorded", {"inject": "day-watch"}),
        ("pause", {}),
        ("freeze", {}),
        ("resume", {}),
        ("resume", {}),
        ("pace", {"percent": "300"}),
        ("pace", {"percent": "40"}),
        ("inject", {"inject": "new-victim"}),
        ("inject", {"inject": "belmora-call"}),
        ("withhold", {"inject": "tessany-request"}),
        ("withhold", {"inject": "new-victim"}),
    ]
)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Return a run of whatever was admitted of some deeds at some times."""
    rows = draw(st.lists(st.tuples(SECONDS, DEED_ROWS), max_size=14))
    run = start(night(), team="one", at=T0)
    for second, (kind, names) in sorted(rows, key=lambda row: row[0]):
        event = Event(
            at=T0 + timedelta(seconds=second),
            kind=kind,
            by="kim",
            role="duty" if kind in DEEDS else "",
            names=names,
        )
        try:
            run = admit(night(), run, event)
        except DrillEventError:
            continue
    return run


@settings(max_examples=60, deadline=None)
@given(runs(), SECONDS)
def test_a_run_written_down_and_read_again_looks_the_same(run: Run, second: int) -> None:
    again = read_run(night(), run.to_value())
    assert again == run
    when = T0 + timedelta(seconds=second)
    assert look(night(), again, when) == look(night(), run, when)


@settings(max_examples=60, deadline=None)
@given(runs(), SECONDS, SECONDS)
def test_what_has_come_stays_and_never_moves(run: Run, one: int, two: int) -> None:
    early, late = (look(night(), run, T0 + timedelta(seconds=s)) for s in sorted((one, two)))
    assert set(early.delivered) <= set(late.delivered)
    assert early.fired.items() <= late.fired.items()
    assert early.passed_s <= late.passed_s


@settings(max_examples=60, deadline=None)
@given(runs(), SECONDS)
def test_a_branch_is_the_same_until_it_was_made(run: Run, second: int) -> None:
    when = T0 + timedelta(seconds=second)
    assert look(night(), branch(run, team="two", at=when), when) == look(night(), run, when)


@settings(max_examples=60, deadline=None)
@given(runs(), SECONDS)
def test_nothing_comes_between_now_and_the_moment_to_wake(run: Run, second: int) -> None:
    when = T0 + timedelta(seconds=second)
    seen = replace(run, events=tuple(event for event in run.events if event.at <= when))
    view = look(night(), seen, when)
    if view.wake_at is None:
        assert not view.running
        return
    before = look(night(), seen, view.wake_at - timedelta(milliseconds=1))
    assert set(before.delivered) == set(view.delivered)
    then = look(night(), seen, view.wake_at)
    assert then.over or len(then.delivered) > len(view.delivered)


# ------------------------------------------------------------------ partners by their characters


def with_character(character: str) -> Scenario:
    files = spoilt('character = "prompt"', f'character = "{character}"')
    plan = files["scenario.toml"].decode()
    plan += "\n[[thread]]\nkey = 'ours'\nasks = 'us'\nasked = 'partner'\nplayed = 'character'\n"
    return read_scenario(
        "small", {**files, "scenario.toml": (plan + "measure = 'preservation'\n").encode()}
    )


OURS = ("request.submitted", "partner", "ours")


def moves(scenario: Scenario, run: Run, minute: float) -> list[tuple[str, int]]:
    view = look(scenario, run, at(minute))
    return [(one.type, one.at_s // 60) for one in view.moved]


def test_a_partner_answers_by_its_character_and_in_its_own_time() -> None:
    scenario = with_character("prompt")
    run = played(scenario, sent(10, *OURS))
    assert moves(scenario, run, 10.5) == []
    assert look(scenario, run, at(10.5)).wake_at == at(11)
    assert moves(scenario, run, 60) == [
        ("request.acknowledged", 11),
        ("preservation.confirmed", 12),
    ]
    assert look(scenario, run, at(60)).threads["ours"]["main"] == "preserved"


def test_a_partner_that_asks_back_waits_for_its_answer() -> None:
    scenario = with_character("formal")
    run = played(scenario, sent(10, *OURS))
    assert moves(scenario, run, 60)[-1] == ("request.clarification-asked", 18)
    run = admit(scenario, run, sent(30, "request.clarified", "partner", "ours"))
    assert moves(scenario, run, 60)[-1] == ("preservation.confirmed", 36)


def test_a_silent_partner_is_waited_for_in_vain() -> None:
    scenario = with_character("silent")
    assert moves(scenario, played(scenario, sent(10, *OURS)), 60) == []


def test_a_withdrawal_in_time_keeps_the_partners_move_away() -> None:
    scenario = with_character("slow")
    run = played(scenario, sent(10, *OURS), sent(20, "request.withdrawn", "partner", "ours"))
    assert moves(scenario, run, 60) == [("request.acknowledged", 15)]


def test_a_hostile_partner_says_which_of_its_messages_it_spoils() -> None:
    scenario = with_character("two-logs")
    view = look(scenario, played(scenario, sent(10, *OURS)), at(60))
    assert [(one.type, one.deed) for one in view.moved] == [
        ("request.acknowledged", "honest"),
        ("preservation.confirmed", "split-log"),
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(CHARACTERS)),
    st.lists(
        st.tuples(
            SECONDS, st.sampled_from(["request.submitted", "request.withdrawn", "pause", "resume"])
        ),
        max_size=6,
    ),
    SECONDS,
    SECONDS,
)
def test_what_a_partner_said_stays_said(
    character: str, rows: list[tuple[int, str]], one: int, two: int
) -> None:
    scenario = with_character(character)
    run = start(scenario, team="one", at=T0)
    for second, kind in sorted(rows):
        minute = second / 60
        steers = kind in {"pause", "resume"}
        event = steer(minute, kind) if steers else sent(minute, kind, "partner", "ours")
        try:
            run = admit(scenario, run, event)
        except DrillEventError:
            continue
    early, late = (look(scenario, run, T0 + timedelta(seconds=s)) for s in sorted((one, two)))
    assert late.moved[: len(early.moved)] == early.moved
