"""What many pages show alike: each state has a shape and a word, and says where it stands."""

import re

import pytest

from comity.node.templatetags.looks import PROVEN_SIGN, mark, sign, steps, urgency


@pytest.mark.parametrize("code", [*PROVEN_SIGN, "unknown"])
def test_each_mark_of_proof_has_its_own_sign_and_a_word(code: str) -> None:
    found = mark(code)
    assert re.search(r"icons\.svg[^\"]*#\w+", found)
    assert re.search(r"<span>[^<]+</span></span>$", found)
    assert 'aria-hidden="true"' in found


def test_what_no_list_knows_is_marked_unknown_and_never_proved() -> None:
    assert 'class="mark unknown"' in mark("invented", "something <else>")
    assert "&lt;else&gt;" in mark("invented", "something <else>")


def test_a_sign_that_points_turns_with_the_script() -> None:
    assert 'class="i flip"' in sign("arrow")
    assert 'class="i"' in sign("tick")


def test_the_three_urgencies_have_three_shapes() -> None:
    shapes = {urgency(code, "x").split("#")[1][:4] for code in ("emergency", "urgent", "normal")}
    assert len(shapes) == 3


def test_steps_say_in_words_how_each_stands() -> None:
    told = steps([("done", "Received", "08:02"), ("now", "Decided", ""), ("next", "Closed", "")])
    assert [(one[1], one[4]) for one in told["steps"]] == [
        ("done", False), ("current step", True), ("not yet", False)
    ]  # fmt: skip
