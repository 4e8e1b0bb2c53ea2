"""Points with their why: by the clock, by what a message held, by the order of steps."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.drills.making import T0, at, deed, night, played, sent, small, steer

from comity.drills import Event, Points, Run, exhibit_digest, outline, report, score
from comity.drills.happened import Happened, normal
from comity.drills.model import Task
from comity.drills.scoring import OUTCOMES, SEVERAL, judge_timing
from comity.drills.texts import due_keys

EXTEND = ("request.extension-asked", "belmora", "kept")
ACKNOWLEDGE = ("request.acknowledged", "tessany", "asked")
REFUSE = ("request.refused", "tessany", "asked")
REASONS = ("decision.reasons", "decision.grounds", "decision.consulted", "decision.screened")


def points(run: Run, key: str, minute: float = 60) -> Points:
    return next(one for one in score(night(), run, at(minute)).points if one.key == key)


def test_in_time_late_and_never() -> None:
    one = points(played(night(), sent(25, *EXTEND)), "score extension-in-time")
    assert (one.got, one.of, one.outcome, one.at_s, one.due_s) == (20, 20, "in-time", 1500, 1500)
    one = points(played(night(), sent(25.1, *EXTEND)), "score extension-in-time")
    assert (one.got, one.outcome) == (8, "late")
    one = points(played(night()), "score extension-in-time")
    assert (one.got, one.of, one.outcome) == (0, 20, "not-done")


def test_while_there_is_time_nothing_is_called_undone() -> None:
    assert points(played(night()), "score extension-in-time", 20).outcome == "open"
    assert points(played(night()), "task find-address", 20).outcome == "open"


@pytest.mark.parametrize(("apart_ms", "timing"), [(-1, "open"), (0, "open"), (1, "not-done")])
def test_a_clock_and_a_step_are_judged_alike_around_the_moment_of_both(
    apart_ms: int, timing: str
) -> None:
    step = night().plan.good["ask-extension"].model_copy(update={"minute": 25})
    found = replace(night(), plan=replace(night().plan, good={"ask-extension": step}))
    told = report(found, played(night()), at(25) + timedelta(milliseconds=apart_ms))
    clock = next(one for one in told.board.points if one.key == "score extension-in-time")
    assert (clock.outcome, told.timeline[0].outcome, told.told[0].outcome) == (timing,) * 3
    assert len(told.late) == outline(told).steps == (timing == "not-done")


def test_what_ends_with_the_exercise_can_no_longer_be_done() -> None:
    assert judge_timing(None, limit=60, now=60, end=60) == "not-done"
    assert judge_timing(60, limit=60, now=60, end=60) == "in-time"


def test_what_has_not_come_is_not_owed() -> None:
    one = points(played(night()), "score second-preserved", 20)
    assert (one.outcome, one.of) == ("not-due", 0)
    kept_away = played(night(), steer(1, "withhold", inject="new-victim"))
    assert points(kept_away, "score second-preserved").of == 0


def test_a_message_counts_by_what_it_held_and_the_fullest_one_counts() -> None:
    half = deed(10, "sent", type=EXTEND[0], to="belmora", thread="kept", fields=("request.data",))
    one = points(played(night(), half), "score extension-complete")
    assert (one.got, one.outcome) == (3, "in-part")
    assert "request.mla_intended" in one.missing
    whole = Event(
        at=at(12),
        kind="sent",
        by="kim",
        role="duty",
        names=half.names,
        fields=night().plan.scores["extension-complete"].fields,
    )
    assert points(played(night(), half, whole), "score extension-complete").got == 12


def test_steps_count_in_their_order_only() -> None:
    in_order = [
        sent(13, *ACKNOWLEDGE),
        deed(14, "told", to="ministry"),
        deed(15, "called", to="tessany"),
        sent(16, *REFUSE),
    ]
    one = points(played(night(), *in_order), "score careful-refusal")
    assert (one.got, one.outcome) == (16, "done")
    hasty = [sent(13, *ACKNOWLEDGE), sent(14, *REFUSE), deed(15, "told", to="ministry")]
    one = points(played(night(), *hasty), "score careful-refusal")
    assert (one.got, one.outcome) == (8, "in-part")


def test_a_refusal_on_the_wrong_ground_has_reasons_and_not_the_ground() -> None:
    wrong = deed(
        20, "sent", type=REFUSE[0], to="tessany", thread="asked", ground="40-21b", fields=REASONS
    )
    assert points(played(night(), wrong), "score right-ground").outcome == "not-done"
    assert points(played(night(), wrong), "score reasons-given").got == 12


def test_what_never_should_be_done_costs_and_otherwise_counts_for_nothing() -> None:
    run = played(night(), sent(13, *ACKNOWLEDGE))
    one = points(run, "score mailbox-given")
    assert (one.got, one.of, one.outcome) == (0, 0, "avoided")
    given = sent(20, "request.accepted", "tessany", "asked")
    one = points(played(night(), sent(13, *ACKNOWLEDGE), given), "score mailbox-given")
    assert (one.got, one.of, one.outcome) == (-30, 0, "did-it")


# ------------------------------------------------------------------ tasks


def answer(minute: float, text: str, task: str = "find-address") -> Event:
    return deed(minute, "answered", role="examiner", by="ana", task=task, answer=text)


def hint(minute: float, key: str) -> Event:
    return deed(minute, "hint", role="examiner", hint=key)


def test_a_hint_costs_if_it_was_taken_before_the_answer_was_right() -> None:
    run = played(night(), hint(9, "first-success"), answer(10, "198.51.100.23"))
    one = points(run, "task find-address")
    assert (one.got, one.hints, one.outcome, one.by) == (7, 3, "right", "ana")
    run = played(night(), answer(10, "198.51.100.23"), hint(11, "first-success"))
    assert points(run, "task find-address").got == 10


def test_every_try_wrong_is_wrong() -> None:
    run = played(night(), *(answer(9 + n, f"192.0.2.{n}") for n in range(3)))
    one = points(run, "task find-address", 20)
    assert (one.got, one.outcome) == (0, "wrong")


@pytest.mark.parametrize(
    ("task", "text"),
    [
        ("until-when", "2027-01-01T00:00Z"),
        ("until-when", "2027-01-01T07:00+07:00"),
        ("which-measure", " Preservation-Extension "),
        ("how-often", "7"),
        ("how-often", "٧"),
        ("name-ground", "40-22"),
        ("second-mailbox", "ledger.copy@POSTBOX.example"),
        ("answer-press", "procedure"),
    ],
)
def test_an_answer_is_right_however_it_is_written(task: str, text: str) -> None:
    assert points(played(night(), answer(30, text, task)), f"task {task}").outcome == "right"


@pytest.mark.parametrize(
    ("task", "text"),
    [
        ("until-when", "2027-01-01T00:00"),
        ("until-when", "midnight"),
        ("how-often", "-7"),
        ("how-often", "7.0"),
        ("find-address", "198.51.100.023"),
        ("find-address", ""),
        ("answer-press", "deny"),
        ("name-ground", "40(22)"),
    ],
)
def test_what_is_no_answer_of_that_kind_is_wrong(task: str, text: str) -> None:
    assert points(played(night(), answer(30, text, task)), f"task {task}").got == 0


def test_a_seal_is_right_by_the_digest_of_the_exhibits_bytes() -> None:
    digest = exhibit_digest(night(), night().plan.exhibits["stick"]) or ""
    wrong = deed(36, "sealed", role="examiner", exhibit="stick", digest="sha256:" + "0" * 64)
    good = deed(37, "sealed", role="examiner", exhibit="stick", digest=digest)
    run = played(night(), deed(36, "recorded", inject="usb-stick"), wrong)
    assert points(run, "task seal-stick").outcome == "not-done"
    assert points(run, "score stick-in-custody").got == 3
    run = played(night(), deed(36, "recorded", inject="usb-stick"), wrong, good)
    assert points(run, "task seal-stick").got == 8
    assert points(run, "score stick-in-custody").got == 6


def as_kind(kind: str) -> Task:
    return night().plan.tasks["find-address"].model_copy(update={"kind": kind})


@pytest.mark.parametrize("typed", ["Red  Fox", "red fox", "ＲＥＤ fox "])
def test_a_word_is_compared_without_case_width_and_outer_spaces(typed: str) -> None:
    assert normal(as_kind("text"), typed) == "red fox"


@pytest.mark.parametrize(
    "typed", ["42(9)", "Art. 42 (9)", "article 42(9)", "第42(9)条", "Điều 42(9)"]
)
def test_an_article_is_known_however_it_is_called(typed: str) -> None:
    assert normal(as_kind("article"), typed) == "42(9)"


def test_what_no_task_seals_counts_as_sealed_with_any_digest() -> None:
    log = deed(9, "sealed", role="examiner", exhibit="gateway", digest="sha256:0")
    assert Happened(night(), played(night(), log)).deeds[0].right == "yes"
    bare = deed(9, "sealed", role="examiner", exhibit="gateway")
    assert Happened(night(), played(night(), bare)).deeds[0].right == "no"


# ------------------------------------------------------------------ the evaluator, the views


def test_an_evaluator_overrules_with_a_reason_and_the_machines_word_stays_beside_it() -> None:
    run = played(
        night(),
        steer(61, "judge", by="eva", score="score extension-in-time", points="15", reason="by fax"),
        steer(
            62, "judge", by="ivo", score="score extension-in-time", points="10", reason="late fax"
        ),
    )
    one = points(run, "score extension-in-time", 62)
    assert one.got == 10
    assert one.overruled is not None
    assert (one.overruled.was, one.overruled.by, one.overruled.reason) == (0, "ivo", "late fax")


def test_points_are_seen_by_role_by_person_and_for_the_team() -> None:
    run = played(night(), sent(10, *EXTEND), answer(10, "198.51.100.23"))
    board = score(night(), run, at(60))
    assert board.by_person == {"ana": 10, "kim": 20}
    assert board.by_role["examiner"][0] == 10
    assert board.by_role["duty"][0] == 20
    assert board.got == 30
    assert board.of == sum(one.of for one in board.points)


def test_what_a_role_should_have_done_is_owed_by_that_role_and_by_no_other() -> None:
    board = score(night(), played(night()), at(60))
    shared = board.by_role[SEVERAL][1]
    assert 0 < board.by_role["counsel"][1] < 10 + 6 + 5 + 16 + 15 + 12 + 6 + 6
    assert shared
    assert sum(of for _, of in board.by_role.values()) == board.of


def test_the_roles_add_up_to_the_team_whatever_was_done() -> None:
    for run in (played(night(), sent(10, *EXTEND)), ideal()):
        board = score(night(), run, at(60))
        sums = tuple(map(sum, zip(*board.by_role.values(), strict=True)))
        assert sums == (board.got, board.of)


def test_every_outcome_is_one_that_the_reference_names() -> None:
    for minute in (0, 5, 30, 60):
        board = score(night(), played(night(), sent(26, *EXTEND)), at(max(minute, 26)))
        assert {one.outcome for one in board.points} <= set(OUTCOMES)


def test_every_point_has_its_why_in_the_texts_and_an_article() -> None:
    for one in score(night(), played(night()), at(60)).points:
        kind, _, key = one.key.partition(" ")
        why = f"scores.{key}" if kind == "score" else f"tasks.{key}.learn"
        assert why in due_keys(night().plan)
        assert one.cite


# ------------------------------------------------------------------ the report


def test_a_night_of_silence_is_told_as_what_it_was() -> None:
    told = report(night(), played(night()), at(60))
    assert told.board.got == 0
    assert told.lost == (("data-lapse", 2700),)
    assert {one.key for one in told.late} >= {"score extension-in-time", "score provider-told"}
    assert all(one.done_s is None and one.late_s is None for one in told.timeline)
    assert {one.party for one in told.told if one.at_s is None} == {
        "belmora",
        "ministry",
        "provider",
        "tessany",
    }


def test_the_ideal_stands_beside_what_was_done() -> None:
    run = played(night(), sent(20, *EXTEND), sent(20, *ACKNOWLEDGE))
    rows = {one.key: one for one in report(night(), run, at(60)).timeline}
    assert (rows["ask-extension"].ideal_s, rows["ask-extension"].late_s) == (720, 480)
    assert rows["acknowledge-tessany"].late_s == 120
    assert [one.ideal_s for one in rows.values()] == sorted(one.ideal_s for one in rows.values())


def test_what_was_wrongly_sent_is_named_also_what_the_exchange_does_not_allow() -> None:
    run = played(
        night(),
        sent(13, "request.executed", "tessany", "asked"),
        sent(13, "request.invented", "tessany", "asked"),
        sent(14, *ACKNOWLEDGE),
        sent(15, "request.accepted", "tessany", "asked"),
    )
    wrong = report(night(), run, at(60)).wrong
    assert [(one.key, one.what) for one in wrong] == [
        ("score mailbox-given", "did-it"),
        ("event 0", "request.executed"),
        ("event 1", "request.invented"),
    ]


def test_a_report_is_json_and_says_which_edition_it_is_of() -> None:
    value = report(night(), played(night(), sent(20, *EXTEND)), at(60)).to_value()
    assert json.loads(json.dumps(value)) == value
    assert value["edition"] == night().digest


def test_two_ways_to_play_end_with_two_scores_that_can_be_explained() -> None:
    good = score(night(), ideal(), at(60))
    bad = score(night(), played(night()), at(60))
    assert bad.got == 0
    assert good.got == good.of, [one for one in good.points if one.got != one.of]


def ideal() -> Run:
    """Return a run in which everything was done as the scenario thinks best."""
    plan = night().plan
    digest = exhibit_digest(night(), plan.exhibits["stick"]) or ""

    def whole(minute: float, key: str, **more: str) -> Event:
        names = {**plan.scores[key].did.names, **more}
        return deed(minute, "sent", fields=plan.scores[key].fields, **names)

    return played(
        night(),
        answer(3, "2027-01-01T00:00Z", "until-when"),
        answer(4, "preservation-extension", "which-measure"),
        whole(10, "extension-complete"),
        answer(12, "198.51.100.23"),
        answer(13, "7", "how-often"),
        sent(16, *ACKNOWLEDGE),
        answer(17, "40-22", "name-ground"),
        answer(18, "wait-for-us", "answer-provider"),
        deed(19, "told", to="provider"),
        deed(20, "told", to="ministry"),
        answer(24, "procedure", "answer-press"),
        deed(25, "called", to="tessany"),
        answer(28, "ledger.copy@postbox.example", "second-mailbox"),
        deed(32, "called", to="belmora"),
        whole(34, "second-complete"),
        whole(36, "reasons-given", ground="40-22"),
        deed(37, "recorded", role="examiner", inject="usb-stick"),
        deed(38, "sealed", role="examiner", exhibit="stick", digest=digest),
        deed(39, "told", role="examiner", to="police"),
        deed(55, "recorded", inject="day-watch"),
    )


def test_the_ideal_run_is_legal_in_the_exchange_and_loses_nothing() -> None:
    told = report(night(), ideal(), at(60))
    assert told.wrong == ()
    assert told.lost == ()
    assert told.late == ()
    assert all(one.late_s == 0 for one in told.timeline), told.timeline


def test_the_small_scenario_scores_too() -> None:
    run = played(small(), sent(3, "request.acknowledged", "partner", "asked"))
    assert score(small(), run, T0).got == 0
    assert score(small(), run, at(5)).got == 10
