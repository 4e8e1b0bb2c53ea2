"""The command verify needs a bundle and a trust file, and nothing else of the world."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.bundle.makers import (
    VN,
    case_of,
    private,
    short_bundle,
    short_story,
    trust_file,
    whole_bundle,
)
from tests.conftest import REPOSITORY

from comity.bundle import verify
from comity.bundle.folder import FolderReader, write_folder

pytestmark = pytest.mark.full  # each step is a command of its own

_RUN = "from comity.cli.verify import verify_bundle; verify_bundle()"


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        full = folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(data)
    return folder


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    path = tmp_path / "trust.json"
    path.write_bytes(trust_file().data)
    return path


def run(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process that has an empty home and knows of no node."""
    home.mkdir(exist_ok=True)
    environment = {"HOME": str(home), "PATH": "", "PYTHONPATH": str(REPOSITORY / "src")}
    assert "COMITY_DIR" not in environment
    return subprocess.run(
        [sys.executable, "-c", _RUN, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=home,
        check=False,
    )


def test_a_stranger_with_bundle_and_trust_file_gets_the_verdict(
    tmp_path: Path, trust: Path
) -> None:
    bundle = put(tmp_path / "bundle", whole_bundle())
    done = run(tmp_path / "home", bundle, "--trust", trust)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("PROVED")
    assert "complete up to these heads:" in done.stdout
    assert "An exporter that lies can sign its own receipts again" in done.stdout
    assert "Compare this bundle with one that another party exports" in done.stdout
    assert not list((tmp_path / "home").iterdir())


def test_the_exit_status_tells_consistent_from_proved(tmp_path: Path) -> None:
    bundle = put(tmp_path / "bundle", short_bundle())
    done = run(tmp_path / "home", bundle)
    assert done.returncode == 3
    assert done.stdout.startswith("CONSISTENT; ORIGIN NOT PROVED")


def test_a_failure_names_step_and_file_first(tmp_path: Path, trust: Path) -> None:
    files = short_bundle()
    path = next(p for p in sorted(files) if "/receipts/" in p)
    files[path] = files[path].replace(b"a", b"b", 1)
    done = run(tmp_path / "home", put(tmp_path / "bundle", files), "--trust", trust)
    assert done.returncode == 1
    first = done.stdout.splitlines()[0]
    assert first.startswith("FAILED at step 1:")
    assert path in first
    assert "complete up to these heads" not in done.stdout
    assert "A failed check is not by itself a sign of forgery" in done.stdout


def test_json_is_complete(tmp_path: Path, trust: Path) -> None:
    bundle = put(tmp_path / "bundle", whole_bundle())
    done = run(tmp_path / "home", bundle, "--trust", trust, "--json")
    value: dict[str, Any] = json.loads(done.stdout)
    assert (value["verdict"], value["exit_status"], len(value["steps"])) == ("proved", 0, 11)


@pytest.mark.parametrize("where", ["data/trust.json", "trust.json", "link"])
def test_a_trust_file_inside_the_bundle_never_counts(
    tmp_path: Path, trust: Path, where: str
) -> None:
    bundle = put(tmp_path / "bundle", short_bundle())
    named = tmp_path / "outside.json" if where == "link" else bundle / where
    inside = bundle / "trust.json" if where == "link" else named
    inside.write_bytes(trust.read_bytes())
    if where == "link":
        named.symlink_to(inside)
    done = run(tmp_path / "home", bundle, "--trust", named)
    assert done.returncode == 2
    assert "[trust-inside]" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("path", "trusted"), [("absent", True), ("trust.json", True), ("bundle", False)]
)
def test_misuse_is_not_a_verdict(tmp_path: Path, trust: Path, path: str, trusted: bool) -> None:
    put(tmp_path / "bundle", short_bundle())
    named = trust if trusted else tmp_path / "no-such-trust.json"
    done = run(tmp_path / "home", tmp_path / path, "--trust", named)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error [")


def test_a_trust_file_that_is_none_is_misuse(tmp_path: Path, trust: Path) -> None:
    trust.write_bytes(b"{}")
    done = run(tmp_path / "home", put(tmp_path / "bundle", short_bundle()), "--trust", trust)
    assert done.returncode == 2


def test_a_root_that_is_no_certificate_is_the_trust_files_fault(
    tmp_path: Path, trust: Path
) -> None:
    empty = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    trust.write_bytes(trust_file(timestamp_roots=(empty,)).data)
    done = run(tmp_path / "home", put(tmp_path / "bundle", short_bundle()), "--trust", trust)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"[trust-file]: the trust file {trust} cannot be used" in done.stderr


def test_a_link_instead_of_a_file_is_foreign(tmp_path: Path, trust: Path) -> None:
    files = short_bundle()
    bundle = put(tmp_path / "bundle", files)
    readme = bundle / "data" / "README.txt"
    copy = tmp_path / "copy.txt"
    readme.rename(copy)
    readme.symlink_to(copy)
    done = run(tmp_path / "home", bundle, "--trust", trust)
    assert done.returncode == 1
    assert "data/README.txt" in done.stdout.splitlines()[0]


def test_a_name_that_is_no_text_is_foreign(tmp_path: Path, trust: Path) -> None:
    bundle = put(tmp_path / "bundle", short_bundle())
    descriptor = os.open(os.fsencode(bundle) + b"/data/\xff.json", os.O_CREAT | os.O_WRONLY)
    os.close(descriptor)
    done = run(tmp_path / "home", bundle, "--trust", trust)
    assert done.returncode == 1
    assert "bundle-file-foreign" in done.stdout.splitlines()[0]


def test_reading_and_writing_a_bundle_tell_how_far_they_are(tmp_path: Path) -> None:
    told: list[int] = []
    key = private(VN, "export")
    write_folder(
        tmp_path / "bundle", case_of(short_story()), key, evidence={}, progress=told.append
    )
    size = sum(p.stat().st_size for p in (tmp_path / "bundle").rglob("*") if p.is_file())
    assert told == sorted(told)
    assert told[-1] == size
    told.clear()
    verify(FolderReader(tmp_path / "bundle", told.append), trust=trust_file())
    assert told == sorted(told)
    assert told[-1] >= size


def test_what_is_no_bundle_is_misuse_and_not_a_bundle_that_fails(
    tmp_path: Path, trust: Path
) -> None:
    bundle = put(tmp_path / "outer" / "bundle", short_bundle())
    packed = tmp_path / "case.zip"
    with zipfile.ZipFile(packed, "w") as file:
        file.write(bundle / "bagit.txt", "case/bagit.txt")
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, said in (
        (packed, "is a ZIP file: unpack it"),
        (empty, "is no court bundle"),
        (bundle.parent, "is no court bundle"),
    ):
        done = run(tmp_path / "home", path, "--trust", trust)
        assert done.returncode == 2, path
        assert said in done.stderr
        assert done.stdout == "", "misuse is no verdict"
