"""The course for examiners says what the commands do: its answers are taken from them."""

import json
import os
import re
import shlex
from pathlib import Path
from typing import Final

import click
import pytest
from click.testing import CliRunner, Result
from tests.walks import every

from comity.cli import main
from comity.files.courses import shipped_course
from comity.files.drills import read_shipped
from comity.papers.words import LANGUAGES, words
from comity.training.asking import Answer, grade

COURSE: Final = shipped_course("examiner")
BLOCK_BYTES: Final = 1024 * 1024
_CODE: Final = re.compile(r"`([^`\n]+)`")
_SAID: Final = re.compile(r'"[^"]*"')
_OWN: Final = re.compile(r" --lang \S+")


def spans(lang: str, lesson: str) -> list[str]:
    """Return what stands as code in a lesson, without what is said in its language."""
    found = _CODE.findall(COURSE.texts[lang].lessons[lesson].source)
    return sorted(_OWN.sub("", _SAID.sub('"..."', one)) for one in found)


def is_right(question: str, answer: Answer) -> bool:
    graded = grade(COURSE, "en", {question: answer}).graded
    return {one.question: one.points for one in graded}[question] == 1


def run(*given: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in given])


NAMED: Final = sorted(
    {
        span
        for lesson in COURSE.lessons
        for span in spans("en", lesson.key)
        if span.startswith("comity ")
    }
)


@every("span", NAMED)
def test_a_command_of_a_lesson_exists_with_its_options(span: str) -> None:
    command: click.Command | None = main
    parts = shlex.split(span)[1:]
    while isinstance(command, click.Group):
        command = command.get_command(click.Context(command), parts.pop(0))
    assert command is not None
    known = {name for parameter in command.params for name in parameter.opts}
    assert {part for part in parts if re.match(r"--?[a-z]", part)} <= known


@pytest.mark.parametrize("lang", sorted(set(COURSE.languages) - {"en"}))
@pytest.mark.parametrize("lesson", [one.key for one in COURSE.lessons])
def test_every_language_gives_the_same_commands(lang: str, lesson: str) -> None:
    assert spans(lang, lesson) == spans("en", lesson)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_third_word_is_the_one_of_the_papers(lang: str) -> None:
    accept = COURSE.texts[lang].questions["third-word"].accept
    assert words(lang)("status.unknown") in accept


@pytest.mark.parametrize("name", ["hospital-ransomware", "child-at-risk"])
def test_an_exercise_that_is_named_has_a_part_for_an_examiner(name: str) -> None:
    assert f"comity drill show {name}" in spans("en", "court")
    assert b'"examiner"' in read_shipped(name)["scenario.toml"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with a key, five shares of a recovery key, and things to seal."""
    place = tmp_path_factory.mktemp("examiner")
    made = run("keygen", "-o", place / "mine.key")
    (place / "recipient").write_text(made.stdout.strip())
    sharing = ("--shares", 5, "--threshold", 3)
    assert run("recovery", "create", "-o", place / "shares", *sharing).exit_code == 0
    (place / "plain").mkdir()
    (place / "plain" / "mail.mbox").write_bytes(os.urandom(BLOCK_BYTES * 24 // 10))
    (place / "odd").mkdir()
    (place / "odd" / "note.txt").write_text("A note.")
    os.mkfifo(place / "odd" / "pipe")
    return place


def sealing(place: Path, source: str, *more: object) -> Result:
    recipient = (place / "recipient").read_text()
    recovery = place / "shares" / "recovery.txt"
    return run("seal", place / source, "-r", recipient, "--recovery", recovery, *more)


def test_a_refused_pipe_gives_the_status_that_is_asked_for(place: Path) -> None:
    pipe = place / "odd" / "pipe"
    tried = sealing(place, "odd", pipe, "--dry-run", "-o", place / "odd.age")
    assert "refused" in tried.output
    assert not (place / "odd.age").exists()
    made = sealing(place, "odd", pipe, "-o", place / "odd.age")
    assert (place / "odd.age").exists()
    assert is_right("refused-status", str(made.exit_code))
    assert not is_right("refused-status", "0")


def test_an_unsigned_offer_proves_no_origin_and_names_who_can_open(place: Path) -> None:
    package, told = place / "plain.age", place / "plain.age.offer.json"
    assert sealing(place, "plain", "-o", package).exit_code == 0
    offered = ("verify", package, "--offer", told)
    assert run(*offered).exit_code == 2
    assert is_right("no-origin", str(run(*offered, "--unauthenticated").exit_code))
    offer = json.loads(told.read_text())
    recovery = (place / "shares" / "recovery.txt").read_text()
    assert len(offer["recipients"]) == 2
    assert any(one in recovery for one in offer["recipients"])
    assert offer["block_size_bytes"] == BLOCK_BYTES
    assert 2 * BLOCK_BYTES < offer["sealed_size_bytes"] < 3 * BLOCK_BYTES  # as in the question
    assert is_right("blocks", str(-(-offer["sealed_size_bytes"] // offer["block_size_bytes"])))


def test_no_further_share_may_be_lost(place: Path) -> None:
    shares = [place / "shares" / f"share-{number}.txt" for number in (1, 3, 5)]
    recovery = ("--recipient", place / "shares" / "recovery.txt")
    few = run("recovery", "combine", *shares[:2], "-o", place / "few.key", *recovery)
    assert few.exit_code == 2
    enough = run("recovery", "combine", *shares, "-o", place / "all.key", *recovery)
    assert enough.exit_code == 0
    assert is_right("burnt", "0")
    assert not is_right("burnt", "1")
