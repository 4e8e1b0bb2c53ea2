"""What seals, opens and verifies needs nothing that macOS or Windows lacks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.bundle.makers import trust_file, whole_bundle
from tests.conftest import REPOSITORY


def run(system: str, *words: object, status: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.files.lacking", system, *map(str, words)],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("system", ["macos", "windows"])
def test_a_package_is_sealed_listed_verified_and_opened(tmp_path: Path, system: str) -> None:
    tree = tmp_path / "tree"
    (tree / "a" / "b").mkdir(parents=True)
    (tree / "a" / "b" / "mail.mbox").write_bytes(os.urandom(3_000_000))
    (tree / "empty").touch()
    (tree / "link").symlink_to("a")
    run(system, "keygen", "-o", tmp_path / "key.txt")
    recipient = (tmp_path / "key.txt").read_text().split("public key: ")[1].split()[0]
    run(system, "seal", tree, "-r", recipient, "-o", tmp_path / "tree.age")
    plain = [tmp_path / "tree.age", "-i", tmp_path / "key.txt", "--unauthenticated"]
    assert "mail.mbox" in run(system, "ls", *plain)
    run(system, "verify", *plain, status=3)
    run(system, "open", *plain, "-o", tmp_path / "opened")
    found = tmp_path / "opened" / "data" / "tree" / "a" / "b" / "mail.mbox"
    assert found.read_bytes() == (tree / "a" / "b" / "mail.mbox").read_bytes()


@pytest.mark.parametrize("system", ["macos", "windows"])
def test_a_court_bundle_is_verified(tmp_path: Path, system: str) -> None:
    for path, data in whole_bundle().items():
        place = tmp_path / "bundle" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (tmp_path / "trust.json").write_bytes(trust_file().data)
    told = run(system, "verify", "--trust", tmp_path / "trust.json", tmp_path / "bundle")
    assert told.startswith("INTACT")
