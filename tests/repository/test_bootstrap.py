"""A machine on which nothing fits is told what is missing, and is left as it was."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.repository.sources import REPOSITORY

NEEDED = ("cat", "cksum", "dirname", "sh")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A copy of the project beside a `bin` that holds only what the script itself calls."""
    (tmp_path / "bin").mkdir()
    for tool in NEEDED:
        path = shutil.which(tool)
        assert path, tool
        (tmp_path / "bin" / tool).symlink_to(path)
    project = tmp_path / "project"
    (project / "scripts").mkdir(parents=True)
    shutil.copy(REPOSITORY / "scripts" / "bootstrap", project / "scripts")
    for name in (
        "pyproject.toml",
        "requirements-build.lock",
        "requirements.lock",
        "requirements-full.lock",
        "requirements-dev.lock",
    ):
        shutil.copy(REPOSITORY / name, project)
    return tmp_path


def tool(machine: Path, name: str, script: str) -> None:
    path = machine / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def bootstrap(machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [machine / "project" / "scripts" / "bootstrap", *arguments],
        env={"PATH": str(machine / "bin"), "HOME": str(machine)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("kind", ["runtime", "full", "dev"])
def test_without_python_uv_and_pip_the_message_says_what_to_install(
    machine: Path, kind: str
) -> None:
    result = bootstrap(machine, kind)
    assert result.returncode == 1
    assert (
        "no uv, no Python >= 3.12 with venv and ensurepip, and no pip were found" in result.stderr
    )
    assert "apt-get install --no-install-recommends python3 python3-venv" in result.stderr
    assert not (machine / "project" / ".venv").exists()


def test_an_old_python_does_not_count(machine: Path) -> None:
    tool(machine, "python3", "exit 1")
    result = bootstrap(machine)
    assert result.returncode == 1
    assert "were found" in result.stderr


def test_a_uv_without_an_interpreter_says_so(machine: Path) -> None:
    tool(machine, "uv", '[ "$1" = --version ]')
    result = bootstrap(machine)
    assert result.returncode == 1
    assert "uv is here, and no Python 3.12 or newer for it to use" in result.stderr


def test_an_unknown_kind_is_refused(machine: Path) -> None:
    result = bootstrap(machine, "everything")
    assert result.returncode == 2
    assert result.stderr.startswith("usage: ")
