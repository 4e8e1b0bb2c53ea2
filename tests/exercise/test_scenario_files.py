"""A scenario that comes in as a file: hostile ones leave nothing, ours come back as they went."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from comity.files.drills import read_shipped
from comity.node.exercise import scenario_library
from comity.node.models import ScenarioEdition


def zipped(files: dict[str, bytes], before: str = "mine/") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(before + path, data)
    return out.getvalue()


def renamed() -> dict[str, bytes]:
    files = read_shipped("first-night")
    plan = files["scenario.toml"].replace(b'"first-night"', b'"mine"')
    return {**files, "scenario.toml": plan}


def upload(client: Client, data: bytes, name: str = "") -> Any:
    file = SimpleUploadedFile("mine.zip", data)
    return client.post("/scenarios/upload", {"file": file, "name": name})


HOSTILE = {
    "no ZIP": b"PK\x03\x04 and nothing more",
    "empty": b"",
    "a path that leads elsewhere": zipped({"../../node.toml": b"x", **renamed()}),
    "an absolute path": zipped({"/etc/x.txt": b"x", **renamed()}, ""),
    "a path of another system": zipped({"exhibits\\x.txt": b"x", **renamed()}),
    "a bomb": zipped({**renamed(), "exhibits/bomb.txt": b"a" * (600 * 1024)}),
    "more than a scenario": zipped(
        {**renamed(), **{f"exhibits/e{n}.txt": b"a" * 500_000 for n in range(9)}}
    ),
    "too many files": zipped({**renamed(), **{f"exhibits/e{n}.txt": b"a" for n in range(65)}}),
    "a program": zipped({**renamed(), "run.py": b"print()"}),
    "no plan": zipped({"texts/en.toml": b'title = "x"'}),
    "a plan that is none": zipped({**renamed(), "scenario.toml": b"[scenario]\nname = 'mine'"}),
    "letters that are none": zipped({**renamed(), "exhibits/rules.txt": b"\xff\xfe\xfd"}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_and_nothing_is_kept(trainer: Client, what: str) -> None:
    answer = upload(trainer, HOSTILE[what])
    assert answer.status_code == 422, what
    assert not ScenarioEdition.objects.exists()


def test_a_file_larger_than_any_scenario_is_not_even_read(trainer: Client) -> None:
    answer = upload(trainer, b"x" * (9 * 1024 * 1024))
    assert answer.status_code == 413


def test_an_upload_replaces_nothing_and_can_take_another_name(trainer: Client) -> None:
    data = zipped(read_shipped("first-night"), "")
    assert upload(trainer, data).status_code == 422
    assert upload(trainer, data, "second-night").status_code == 302
    assert scenario_library.is_own("second-night")
    assert not scenario_library.is_own("first-night")


def test_what_was_downloaded_can_be_taken_in_again(trainer: Client) -> None:
    data = trainer.get("/scenarios/first-night/files/zip").content
    assert upload(trainer, data, "again").status_code == 302
    mine, shipped = scenario_library.files_of("again"), read_shipped("first-night")
    assert {**mine, "scenario.toml": b""} == {**shipped, "scenario.toml": b""}
    assert scenario_library.findings("again", mine) == []
