"""What a command prints is written, or said to be lost; never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", ["law list", "law show un-2024 --json", "--help", "--version"])
def test_a_full_disk_behind_the_output_has_its_code(words: str) -> None:
    with FULL.open("w") as full:
        told = subprocess.run(
            [sys.executable, "-m", "comity", *words.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert told.returncode == 1
    assert told.stderr.startswith("error [output-lost]")
    assert "Traceback" not in told.stderr


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m comity law show un-2024 | head -n 1"
    told = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")


def test_a_reader_that_leaves_early_is_told_from_a_check_that_failed() -> None:
    """A long verdict into a pager that ends early must not read as damaged, which is 1."""
    command = f"{sys.executable} -m comity law show un-2024 --json"
    with subprocess.Popen(command.split(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as told:
        assert told.stdout is not None
        assert told.stderr is not None
        told.stdout.close()
        assert (told.wait(), told.stderr.read()) == (141, b"")
