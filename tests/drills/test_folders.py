"""Reading scenarios from disk: shipped ones, a trainer's own, and what is no scenario."""

import os
from pathlib import Path

import pytest

from comity.canonical import MisuseError
from comity.drills import DrillError, read_scenario
from comity.drills.blank import blank
from comity.drills.reading import MAX_BYTES
from comity.files.drills import names_in, read_folder, read_shipped, shipped_names
from comity.files.errors import NotFoundError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, data in blank("small").items():
        place = tmp_path / "small" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return tmp_path / "small"


def test_a_folder_is_read_as_it_was_written(folder: Path) -> None:
    assert read_folder(folder) == blank("small")
    assert names_in(folder.parent) == ("small",)


def test_hidden_files_pipes_and_deeper_folders_are_passed_over(folder: Path) -> None:
    (folder / ".swp").write_bytes(b"x")
    (folder / "texts" / "old").mkdir()
    (folder / "texts" / "old" / "en.toml").write_bytes(b"x")
    os.mkfifo(folder / "texts" / "pipe.toml")
    assert read_folder(folder) == blank("small")


def test_a_file_that_is_too_large_is_not_read_to_its_end(folder: Path) -> None:
    (folder / "exhibits").mkdir()
    (folder / "exhibits" / "a.txt").write_bytes(b"x" * (MAX_BYTES * 3))
    files = read_folder(folder)
    assert len(files["exhibits/a.txt"]) == MAX_BYTES + 1
    with pytest.raises(DrillError):
        read_scenario("small", files)


def test_no_more_files_are_read_than_are_needed_to_refuse_them(folder: Path) -> None:
    (folder / "exhibits").mkdir()
    for number in range(200):
        (folder / "exhibits" / f"{number}.txt").write_bytes(b"x")
    files = read_folder(folder)
    assert len(files) == 65
    with pytest.raises(DrillError):
        read_scenario("small", files)


def test_what_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_folder(tmp_path / "none")
    with pytest.raises(MisuseError, match="first-night"):
        read_shipped("none")


def test_what_ships_has_its_folder_name() -> None:
    assert [read_scenario(name, read_shipped(name)).plan.name for name in shipped_names()] == list(
        shipped_names()
    )
