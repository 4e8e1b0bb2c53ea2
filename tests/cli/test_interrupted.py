"""Ctrl-C: what a command says of it is true of what it leaves."""

from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner
from tests.nodes.offices import free_row

from comity.cli import faults, main

NOTHING = "nothing was kept"


def pressed(*_words: Any, **_named: Any) -> NoReturn:
    raise KeyboardInterrupt


def run(*words: object) -> str:
    done = CliRunner().invoke(main, [str(one) for one in words])
    assert done.exit_code == faults.INTERRUPTED, done.output
    return done.stderr


@pytest.mark.parametrize("keeps", [True, False])
def test_a_demonstration_that_keeps_its_folder_does_not_deny_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, keeps: bool
) -> None:
    monkeypatch.setattr("comity.demo.story.running", pressed)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    out = tmp_path / "out"
    told = run("demo", "--port-base", free_row(3), *(["--out", out] if keeps else []))
    assert told == f"interrupted: {f'{out} is kept as far as it was made' if keeps else NOTHING}\n"
    assert out.exists() is keeps
    assert keeps or not list(tmp_path.iterdir())


@pytest.mark.parametrize("keeps", [True, False])
def test_an_exercise_that_keeps_its_folder_does_not_deny_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, keeps: bool
) -> None:
    monkeypatch.setattr("comity.hall.founding.founded", pressed)
    out = tmp_path / "out"
    told = run("drill", "run", "first-night", *(["-o", out] if keeps else []))
    assert told == f"interrupted: {f'{out} is kept as far as it was made' if keeps else NOTHING}\n"


def test_a_set_up_says_that_it_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.node.operations.setup_wizard.server.prepare", pressed)
    place = tmp_path / "my node"
    assert run("setup", place) == (
        f"interrupted: what was done is kept. Try: comity setup '{place}'\n"
    )


def test_a_command_interrupted_while_it_is_loaded_ends_with_the_same_status(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("comity.cli.importlib.import_module", pressed)
    assert run("drill", "list") == "\ninterrupted: no unfinished file was left under its name\n"
