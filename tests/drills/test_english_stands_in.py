"""A scenario with texts in English alone can be played; the rest is a warning and is marked."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from comity.cli.training.drill import drill
from comity.drills import Finding, lint, unplayable
from comity.drills.parse import FILE
from comity.files.courses import quizzes
from comity.files.drills import read_shipped
from comity.files.instruments import library

ADDED = """
[[inject]]
key = "radio"
kind = "note"
minute = 20
"""
WORDS = """
[injects.radio]
title = "The radio"
text = "The radio plays a waltz."
"""


def with_inject() -> dict[str, bytes]:
    """Return the first night with one inject more, which has English texts alone."""
    files = dict(read_shipped("first-night"))
    files[FILE] += ADDED.encode()
    files["texts/en.toml"] += WORDS.encode()
    return files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "first-night"
    for path, data in with_inject().items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    return place


def found(files: dict[str, bytes]) -> list[Finding]:
    return lint("first-night", files, library(), quizzes=quizzes())


def test_one_english_inject_keeps_nobody_from_playing() -> None:
    findings = found(with_inject())
    assert {one.code for one in findings} == {"text-missing"}
    assert len(findings) == 12, "title and text in six languages"
    assert all(one.is_warning for one in findings)
    assert unplayable(findings) == []


NO_ENGLISH = ("texts/en.toml", b"[injects.radio]", b"[injects.r]")
OF_NOTHING = ("texts/fr.toml", b"[injects.handover]", b"[injects.other]")
NEVER_COMES = (FILE, b"minute = 20", b'trigger = "none"')


@pytest.mark.parametrize("spoilt", [NO_ENGLISH, OF_NOTHING, NEVER_COMES])
def test_what_english_cannot_stand_in_for_is_to_mend(spoilt: tuple[str, bytes, bytes]) -> None:
    path, old, new = spoilt
    files = with_inject()
    assert old in files[path]
    assert unplayable(found(files | {path: files[path].replace(old, new)}))


def test_a_language_that_is_not_there_at_all_is_a_warning_too() -> None:
    files = {path: data for path, data in with_inject().items() if path != "texts/ar.toml"}
    findings = found(files)
    assert "language-missing" in {one.code for one in findings}
    assert unplayable(findings) == []


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(drill, [str(one) for one in words])
    return done.exit_code, done.output


def test_the_lint_says_it_as_a_warning_unless_the_language_is_asked_for(folder: Path) -> None:
    code, output = run("lint", folder)
    assert code == 0
    assert output.count("warning: has no text") == 12
    assert "nothing to mend; 12 warnings: English stands in" in output
    code, output = run("lint", folder, "--json")
    problems: list[dict[str, Any]] = json.loads(output)["problems"]
    assert {one["warning"] for one in problems} == {True}
    code, output = run("lint", folder, "--lang", "fr")
    assert code == 1
    assert "2 to mend" in output


def test_it_is_told_and_rehearsed_with_a_mark(folder: Path) -> None:
    code, output = run("show", folder, "--answers", "--lang", "fr")
    assert code == 0
    assert "The radio [en]" in output
    assert output.count("[en]") == 1
    (folder / "texts" / "fr.toml").unlink()
    code, output = run("rehearse", folder, "--players", "silent", "--lang", "fr")
    assert code == 0
    assert "[en]" in output
