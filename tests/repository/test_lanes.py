"""A test has a lane and a time; walks tell each case; what is left to a later lane is marked so."""

from pathlib import Path

import pytest
from scripts.lanes import GATHERING, faults, keep
from tests.absent import PACKAGES, lacking
from tests.lanes import LIMITS, Row, has_some, limit_time, processor_s, slow_ones
from tests.walks import every, in_two_languages, sampled

NAME = "tests/x/test_x.py::test_x"
TESTS = {("fast", NAME): 2}


def row(lane: str = "fast", slowest_s: float = 1, all_s: float = 2, name: str = NAME) -> Row:
    return Row(lane, name, 2, slowest_s, all_s)


def test_a_test_within_its_limit_is_no_fault() -> None:
    assert faults([row(slowest_s=30)], TESTS) == []
    assert faults([], TESTS) == [], "what was not measured is judged when it runs"


def test_a_test_over_the_time_of_its_lane_is_named_with_what_to_do() -> None:
    (told,) = faults([row(slowest_s=31)], TESTS)
    assert told.startswith(f"{NAME} took 31 s")
    assert "`make test` allows 30" in told


def test_who_takes_a_mark_away_is_told_by_what_was_measured_under_it() -> None:
    late = [row("full", slowest_s=50, all_s=50)]
    assert faults(late, {("full", NAME): 2}) == []
    assert len(faults(late, TESTS)) == 1


def test_a_lane_as_a_whole_has_a_limit_and_gathering_counts() -> None:
    most = LIMITS["fast"].all_s
    assert faults([row(all_s=most)], TESTS) == []
    (told,) = faults([row(all_s=most), Row("fast", GATHERING, 2, 9, 18)], TESTS)
    assert f"may take {most:.0f}" in told


def test_a_row_that_names_no_test_is_a_fault() -> None:
    (told,) = faults([row(name="tests/x/test_x.py::test_gone")], TESTS)
    assert "take the line out" in told


def test_what_is_measured_anew_takes_the_place_of_the_old_and_the_quick_and_gone_leave() -> None:
    old = [row(all_s=9), row(name="gone", all_s=9), row("full", all_s=9, name="y")]
    tests = {**TESTS, ("full", "y"): 1, ("fast", "quick"): 1}
    assert keep([row(all_s=3), row(name="quick", all_s=0.5)], old, tests) == [
        row(all_s=3),
        row("full", all_s=9, name="y"),
    ]


def test_a_run_names_what_took_twice_its_limit_and_nothing_less(tmp_path: Path) -> None:
    (tmp_path / "gw0.tsv").write_text(
        f"fast\tgathering\t99\nfast\t{NAME}[a]\t60\nfast\t{NAME}[b]\t61\nfull\t{NAME}[c]\t61\n",
        encoding="utf-8",
    )
    (told,) = slow_ones(tmp_path)
    assert told.startswith(f"slow: {NAME}[b] took 61 s")


def test_processor_time_of_what_a_test_starts_is_its_own() -> None:
    before = processor_s()
    sum(number * number for number in range(3_000_000))
    assert processor_s() > before


@pytest.mark.parametrize(
    ("text", "lanes"),
    [
        ("def test_x(): ...", "fast"),
        ("pytestmark = pytest.mark.full", "full"),
        ("pytestmark = [pytest.mark.full, pytest.mark.timeout(9)]", "full"),
        ("@pytest.mark.full", "fast full"),
        ("pytest.param(1, marks=pytest.mark.long)", "fast long"),
        ("sampled(range(9), [1])", "fast long"),
    ],
)
def test_the_text_of_a_file_says_which_lanes_need_it(text: str, lanes: str) -> None:
    assert [lane for lane in LIMITS if has_some(text, lane)] == lanes.split()


# ------------------------------------------------------------------ walks and samples


def test_a_walk_goes_on_after_a_case_that_fails_and_names_each() -> None:
    @every("number", range(6))
    def walk(number: int) -> None:
        assert number % 2, "even"

    with pytest.raises(ExceptionGroup, match="3 of 6 cases do not hold") as caught:
        walk()
    assert [note for one in caught.value.exceptions for note in one.__notes__] == [
        "in the case: 0", "in the case: 2", "in the case: 4",
    ]  # fmt: skip


def test_walks_above_each_other_see_every_pair() -> None:
    seen = []

    @every("one", "ab")
    @every(("two", "three"), [(1, 2), pytest.param(3, 4, id="x")])
    def walk(one: str, two: int, three: int) -> None:
        seen.append((one, two, three))

    walk()
    assert seen == [("a", 1, 2), ("a", 3, 4), ("b", 1, 2), ("b", 3, 4)]


def test_a_walk_over_nothing_fails() -> None:
    @every("one", list)
    def walk(one: str) -> None:
        raise AssertionError(one)

    with pytest.raises(AssertionError, match="shows nothing"):
        walk()


@every("number", range(3))
def test_fixtures_reach_every_case(number: int, tmp_path: object) -> None:
    assert tmp_path


def test_a_sample_keeps_every_value_and_marks_those_left_for_later() -> None:
    listed = [("label", "en"), ("label", "fr"), ("cover", "ar"), ("cover", "zh-hans")]
    made = in_two_languages(listed, fills=2)
    assert [one.values for one in made] == listed
    assert [[mark.name for mark in one.marks] for one in made] == [[], ["long"], [], ["long"]]
    assert [[mark.name for mark in one.marks] for one in sampled([1, 2], [1])] == [[], ["long"]]
    with pytest.raises(AssertionError, match="no values"):
        sampled([1, 2], [3])


# ------------------------------------------------------------------ what a machine lacks


def test_only_a_tool_that_is_not_there_turns_a_failure_into_a_skip() -> None:
    assert lacking(FileNotFoundError(2, "no", "/usr/bin/tar"), "") is None
    assert lacking(FileNotFoundError(2, "no", "notes.txt"), "") is None
    assert lacking(AssertionError("x"), "x") is None
    PACKAGES["comity-has-no-such-tool"] = "none"
    try:
        missing = FileNotFoundError(2, "no", "comity-has-no-such-tool")
        assert lacking(missing, "") == "none"
        assert lacking(ExceptionGroup("walk", [missing]), "") == "none"
    finally:
        del PACKAGES["comity-has-no-such-tool"]


def test_each_lane_gives_its_tests_its_own_time(request: pytest.FixtureRequest) -> None:
    mine = request.node
    limit_time(mine)
    assert mine.get_closest_marker("timeout") is None
    mine.add_marker(pytest.mark.long)
    limit_time(mine)
    assert mine.get_closest_marker("timeout").args == (4 * 1_800,)
    mine.add_marker(pytest.mark.timeout(9))
    limit_time(mine)
    assert [mark.args for mark in mine.iter_markers("timeout")] == [(7_200,), (9,)]
