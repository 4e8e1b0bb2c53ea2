"""A file that cannot be read or made is told in one form: whole path, why, what to do."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.bundle.folder import read_trust
from comity.canonical import ComityError
from comity.cli import main
from comity.cli.papers import bytes_of
from comity.cli.states.directory_files import read_file, write_file
from comity.node.federation.offline.archive_source import open_source
from comity.node.operations.restore import restore

READ: dict[str, Callable[[Path], object]] = {
    "trust": lambda path: read_trust(path, bundle=path.parent.parent / "bundle"),
    "directory": read_file,
    "letter": lambda path: bytes_of(path, 10),
    "exchange": open_source,
    "backup": lambda path: restore(path, path.parent / "new", identities=()),
}


@pytest.mark.parametrize("what", READ)
def test_a_missing_file_is_told_with_its_folder(tmp_path: Path, what: str) -> None:
    (tmp_path / "bundle").mkdir()
    path = tmp_path / "some-folder" / "missing.json"
    with pytest.raises(ComityError) as caught:
        READ[what](path)
    assert caught.value.code == "not-found"
    assert str(caught.value) == f"reading {path}: no such file or folder"


def test_a_folder_in_place_of_a_file_is_told_as_one(tmp_path: Path) -> None:
    with pytest.raises(ComityError, match="it is a folder, not a file") as caught:
        bytes_of(tmp_path, 10)
    assert str(tmp_path) in str(caught.value)


def test_what_exists_is_not_replaced_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "taken.json"
    path.write_text("old", "ascii")
    with pytest.raises(ComityError) as caught:
        write_file(path, b"new")
    assert (caught.value.code, path.read_text("ascii")) == ("output-exists", "old")
    assert str(caught.value) == f"writing {path}: it exists already"


def test_a_command_says_why_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "some-folder" / "missing"
    done = CliRunner().invoke(main, ["verify", str(path), "--json"])
    assert done.exit_code == 2
    told = json.loads(done.stdout)["error"]
    assert told["detail"] == f"reading {path}: no such file or folder"
    assert told["why"]
    assert "Check the path" in told["next"]


def test_a_token_file_that_is_another_file_is_named_and_its_bytes_are_not(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_bytes("gehäuse".encode())
    done = CliRunner().invoke(main, ["health", "--node", "http://x", "--token-file", str(path)])
    assert done.exit_code == 2, done.output
    assert f"{path} is not the file of an API token" in done.stderr
    assert "geh" not in done.stderr.replace(str(path), "")
