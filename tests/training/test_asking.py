"""A short test: what may be answered, and what was right; who left a question out is not wrong."""

from typing import Final

import pytest

from comity.files.courses import shipped_course
from comity.training.asking import Item, answered, items, marked
from comity.training.errors import QuizAnswerError

COURSE: Final = "contact-point-officer"
COURSES: Final = {COURSE: shipped_course(COURSE)}
DAYS, LAPSE, CONTENTS, CONFIRM = (
    f"{COURSE}:{key}" for key in ("least-days", "lapse", "contents", "confirm")
)


def asked() -> tuple[Item, ...]:
    keys = ("least-days", "lapse", "contents", "confirm")
    return items(COURSES, [(COURSE, key) for key in keys])


@pytest.mark.parametrize(
    ("name", "given"),
    [
        (f"{COURSE}:press", ["refer"]),  # a question of the course, but not of this test
        ("", ["refer"]),
        (LAPSE, ["tell", "delete"]),
        (LAPSE, ["right"]),
        (CONTENTS, ["authority", "right"]),
        (DAYS, ["sixty"]),
        (DAYS, ["60", "61"]),
        (CONFIRM, ["in writing", "orally"]),
        (CONFIRM, ["x" * 501]),
    ],
)
def test_what_is_no_answer_of_a_question_is_refused(name: str, given: list[str]) -> None:
    with pytest.raises(QuizAnswerError) as fault:
        answered(asked(), {LAPSE: ["tell"], name: given})
    assert fault.value.facts["question"] == name


def test_what_is_left_empty_is_not_answered_and_never_wrong() -> None:
    kept = answered(asked(), {LAPSE: ["", " "], DAYS: [], CONTENTS: ["verdict"]})
    assert kept == {CONTENTS: ("verdict",)}
    assert marked(asked(), kept, "en") == {CONTENTS: False}


def test_several_answers_are_right_only_all_together() -> None:
    whole = {CONTENTS: ["authority", "offence", "data"]}
    for given, right in ((whole, True), ({CONTENTS: ["authority", "data"]}, False)):
        assert marked(asked(), answered(asked(), given), "en") == {CONTENTS: right}


def test_a_number_counts_in_the_digits_of_any_script() -> None:
    assert marked(asked(), answered(asked(), {DAYS: ["٦٠"]}), "ar") == {DAYS: True}


def test_a_short_text_is_compared_in_the_language_in_which_it_was_asked() -> None:
    kept = answered(asked(), {CONFIRM: ["In writing."]})
    assert marked(asked(), kept, "en") == {CONFIRM: True}
    assert marked(asked(), kept, "ar") == {CONFIRM: False}


def test_a_language_that_a_course_lacks_is_asked_in_english() -> None:
    assert {item.language("xx") for item in asked()} == {"en"}
    assert {item.language("ar") for item in asked()} == {"ar"}


def test_what_no_course_asks_any_more_is_left_out() -> None:
    found = items(COURSES, [(COURSE, "gone"), ("gone", "lapse"), (COURSE, "lapse")])
    assert [item.name for item in found] == [LAPSE]


def test_what_is_right_is_told_as_people_read_it_with_why_and_source() -> None:
    days, lapse, contents, confirm = asked()
    assert days.right("en") == ("60",)
    assert lapse.right("en") == (lapse.text("en").answers["tell"].text,)
    assert len(contents.right("fr")) == 3
    assert confirm.right("en") == ("writing",)
    assert all(one.why("en") and one.cites == ("un-2024:42",) for one in (days, lapse, contents))
