"""Where every test must run, a skip fails with its reason; elsewhere it is only told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.repository.sources import REPOSITORY

SKIPPING = """
import pytest

@pytest.mark.skip(reason="no reason counts")
def test_marked():
    pass

def test_called():
    pytest.skip("needs Debian package nowhere")

@pytest.mark.xfail(reason="an expected failure is no skip")
def test_expected():
    raise ValueError
"""


def outcome(folder: Path, **environment: str) -> tuple[int, str]:
    (folder / "test_skipping.py").write_text(SKIPPING, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    clean = {
        key: value for key, value in os.environ.items() if key not in {"CI", "COMITY_NO_SKIPS"}
    }
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-ra"],
        cwd=folder,
        env=clean | environment | {"PYTHONPATH": str(REPOSITORY), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return result.returncode, result.stdout


@pytest.mark.parametrize("variable", [{"COMITY_NO_SKIPS": "1"}, {"CI": "true"}])
def test_a_skip_fails_where_every_test_must_run(tmp_path: Path, variable: dict[str, str]) -> None:
    code, output = outcome(tmp_path, **variable)
    assert code == 1
    assert "skipped where every test must run: no reason counts" in output
    assert "skipped where every test must run: needs Debian package nowhere" in output
    assert "1 xfailed" in output


def test_a_skip_is_only_told_elsewhere(tmp_path: Path) -> None:
    code, output = outcome(tmp_path)
    assert code == 0
    assert "2 skipped, 1 xfailed" in output
