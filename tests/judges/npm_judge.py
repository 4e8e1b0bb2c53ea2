"""A judge from npm, installed once for each lock under ``build/judges/npm``."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conftest import REPOSITORY, needs

SOURCES = REPOSITORY / "tests" / "judges" / "npm"
OPENAPI = REPOSITORY / "tests" / "judges" / "openapi"
CACHE = REPOSITORY / "build" / "judges" / "npm"


def installed(sources: Path = SOURCES) -> Path:
    """Return the folder with the judges and what they need, at the versions of the lock.

    Args:
        sources: folder with ``package.json`` and its lock.
    """
    npm = needs("npm")
    files = sorted(path for path in sources.iterdir() if path.is_file())
    name = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
    folder = CACHE / name
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, ignore_cleanup_errors=True) as part:
        made = Path(part) / "made"
        made.mkdir()
        for path in files:
            shutil.copy(path, made)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=made, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        try:
            made.rename(folder)
        except OSError:  # another worker was faster
            assert folder.is_dir()
    return folder


def verdicts(program: str, cases: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the verdict of ``program`` (a name in `SOURCES`) on each case."""
    node = needs("node")
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run(
        [node, os.fspath(installed() / program)],
        input=lines,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(cases)
    return found
