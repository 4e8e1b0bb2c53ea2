"""The second run of CI: it forgives a test that passes alone, and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY

FLAKY = """
from pathlib import Path
def test_once():
    seen = Path("seen"); first = not seen.exists(); seen.touch()
    assert not first
"""
WRONG = "def test_{}():\n    assert False\n"


@pytest.mark.parametrize(
    ("source", "ends", "told"),
    [
        (FLAKY, 0, "UNSTABLE: failed in the first run and passed alone: test_it.py::test_once"),
        (WRONG.format("one"), 1, "second run: test_it.py::test_one"),
        (FLAKY + WRONG.format("one"), 1, "second run: test_it.py::test_one"),
        ("".join(map(WRONG.format, "abc")), 1, "3 tests failed; at most 2 are run again"),
        ("import nothing_of_this_name", 1, "a module of tests could not be read"),
        ("def test_one():\n    pass", 1, "the run failed otherwise than by a test"),
    ],
)
def test_a_test_that_failed_is_run_once_more(
    tmp_path: Path, source: str, ends: int, told: str
) -> None:
    (tmp_path / "test_it.py").write_text(source)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = full\n")
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTEST_ADDOPTS": ""}

    def run(*module: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", *module]
        return subprocess.run(
            command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )

    run("pytest", "-n", "1")
    second = run("scripts.second_run")
    assert second.returncode == ends, second.stdout
    assert told in second.stdout
    assert "UNSTABLE" in second.stdout or ends
