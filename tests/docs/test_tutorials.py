"""The tutorials work line by line, and answer what they say they answer."""

from pathlib import Path

import pytest
from tests.conftest import REPOSITORY
from tests.docs.tutorials import Step, on_free_ports, pattern, play, steps

BY_PAGES = {"by-pages", "exercise-this-afternoon"}
"""A browser plays them: tests/desk/test_tutorial_pages.py, tests/desk/test_tutorial_exercise.py."""
TUTORIALS = [
    path
    for path in sorted((REPOSITORY / "docs" / "tutorial").glob("[!R]*.md"))
    if path.stem not in BY_PAGES
]
PORTS = ("8701", "8702")
TIMEOUT_S = 240


@pytest.mark.long  # a minute or two of commands each
@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.stem)
def test_a_newcomer_can_type_every_line_and_sees_what_is_shown(
    tutorial: Path, tmp_path: Path
) -> None:
    found = steps(on_free_ports(tutorial.read_text(encoding="utf-8"), PORTS))
    folder = tmp_path / "work"
    folder.mkdir()
    answers = play(found, folder, timeout_s=TIMEOUT_S)
    for step, answer in zip(found, answers, strict=True):
        if step.answer:
            assert pattern(step.answer).fullmatch(answer), f"{step.typed}\nanswered:\n{answer}"


def test_a_wrong_answer_and_a_failing_line_would_be_seen(tmp_path: Path) -> None:
    assert pattern("exit …\n…\n").fullmatch("exit 3\nmore\n")
    assert not pattern("exit 3\n").fullmatch("exit 1\n")
    with pytest.raises(AssertionError, match="ended 1"):
        play([Step("true\nfalse\n", "")], tmp_path, timeout_s=10)
