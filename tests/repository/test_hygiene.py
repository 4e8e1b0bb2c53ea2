"""What is tracked names no machine, no registry and no secret."""

import re
import stat
import subprocess
from pathlib import Path

import pytest
from tests.repository.sources import REPOSITORY, name, tracked

# Written with "~" between pieces, so that this file does not hold what it looks for.
FORBIDDEN = {
    kind: pattern.replace("~", "")
    for kind, pattern in {
        "a path of one machine": r"(?<![\w./>}-])/(?:wo~rk|ro~ot|tm~p/brief)/",
        "an interpreter by its place": r"/usr/bin/pyth~on3\.\d",
        "a registry's host": r"py~pi\.org|pythonho~sted|registry\.np~mjs|deb\.deb~ian\.org",
    }.items()
}
HOSTILE_DATA = ("vectors/",)  # hostile names are data there


def texts() -> list[Path]:
    return [
        path
        for path in tracked()
        if not name(path).startswith(HOSTILE_DATA) and b"\0" not in path.read_bytes()[:8192]
    ]


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_tracked_file_holds(kind: str) -> None:
    pattern = re.compile(FORBIDDEN[kind])
    found = [
        f"{name(path)}:{number}"
        for path in texts()
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "spoilt", ["see /wo~rk/main", "at py~pi.org/simple", "/usr/bin/pyth~on3.13"]
)
def test_the_search_finds_what_it_looks_for(spoilt: str) -> None:
    text = spoilt.replace("~", "")
    assert any(re.search(pattern, text) for pattern in FORBIDDEN.values())


def test_no_private_key_is_tracked_outside_vectors_and_tests() -> None:
    key = re.compile(rb"PRIVATE KEY-----\s*[A-Za-z0-9+/]{40}|AGE-SECRET-KEY-1[A-Z0-9]{58}")
    outside = [path for path in tracked() if not name(path).startswith(("vectors/", "tests/"))]
    assert [name(path) for path in outside if key.search(path.read_bytes())] == []


def test_no_link_is_tracked_that_leaves_the_repository() -> None:
    """A link to a folder of one machine breaks `make install` on each other machine."""
    listing = subprocess.run(
        ["git", "ls-files", "-s", "-z"], cwd=REPOSITORY, check=True, capture_output=True
    ).stdout.decode()
    links = [row.split("\t")[1] for row in listing.split("\0") if row.startswith("120000")]
    outside = [
        link for link in links if not (REPOSITORY / link).resolve().is_relative_to(REPOSITORY)
    ]
    assert outside == []


@pytest.mark.parametrize("script", [".ci/run", "scripts/bootstrap", "scripts/lock"])
def test_a_script_can_be_run(script: str) -> None:
    assert (REPOSITORY / script).stat().st_mode & stat.S_IXUSR
