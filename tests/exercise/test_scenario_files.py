"""A scenario that comes in as a file: hostile ones leave nothing, ours come back as they went."""

import pytest
from django.test import Client
from tests.exercise.own_scenario import SAVED_AT, copied, upload, zipped

from comity.files.drills import read_shipped
from comity.intake.scenario_files import read_zip
from comity.node.exercise import exercises, scenario_library
from comity.node.exercise.errors import ExerciseError
from comity.node.models import ScenarioEdition

MINE = copied("mine")
HOSTILE = {
    "no ZIP": b"PK\x03\x04 and nothing more",
    "empty": b"",
    "a path that leads elsewhere": zipped({"../../node.toml": b"x", **MINE}),
    "an absolute path": zipped({"/etc/x.txt": b"x", **MINE}, ""),
    "a path of another system": zipped({"exhibits\\x.txt": b"x", **MINE}),
    "a bomb": zipped({**MINE, "exhibits/bomb.txt": b"a" * (600 * 1024)}),
    "more than a scenario": zipped(
        {**MINE, **{f"exhibits/e{n}.txt": b"a" * 500_000 for n in range(9)}}
    ),
    "too many files": zipped({**MINE, **{f"exhibits/e{n}.txt": b"a" for n in range(65)}}),
    "a program": zipped({**MINE, "run.py": b"print()"}),
    "no plan": zipped({"texts/en.toml": b'title = "x"'}),
    "a plan that is none": zipped({**MINE, "scenario.toml": b"[scenario]\nname = 'mine'"}),
    "letters that are none": zipped({**MINE, "exhibits/rules.txt": b"\xff\xfe\xfd"}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_and_nothing_is_kept(trainer: Client, what: str) -> None:
    answer = upload(trainer, HOSTILE[what])
    assert answer.status_code == 422, what
    assert not ScenarioEdition.objects.exists()


def test_a_file_larger_than_any_scenario_is_not_even_read(trainer: Client) -> None:
    answer = upload(trainer, b"x" * (9 * 1024 * 1024))
    assert answer.status_code == 413


def test_an_upload_replaces_nothing(trainer: Client) -> None:
    answer = upload(trainer, zipped(read_shipped("first-night"), ""))
    assert answer.status_code == 422
    assert b"There is a scenario of this name already" in answer.content
    assert upload(trainer, zipped(MINE)).status_code == 302
    assert upload(trainer, zipped(MINE)).status_code == 422
    assert scenario_library.is_own("mine")
    assert not scenario_library.is_own("first-night")


def test_no_upload_takes_a_name_that_a_page_needs(trainer: Client) -> None:
    assert upload(trainer, zipped(copied("upload"))).status_code == 422
    assert not ScenarioEdition.objects.exists()


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("[scenario\n", "line 1"),
        ('[scenario]\nname = "mine"\n', "version"),
        ("x = 1", "scenario"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused_with_why_and_where(
    trainer: Client, toml: str, told: str
) -> None:
    answer = upload(trainer, zipped({**MINE, "scenario.toml": toml.encode()}))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not ScenarioEdition.objects.exists()


def test_an_upload_with_errors_is_kept_with_its_findings_and_not_played(trainer: Client) -> None:
    texts = MINE["texts/en.toml"].replace(b"Quiet so far.", b"<script>alert(1)</script>")
    answer = upload(trainer, zipped({**MINE, "texts/en.toml": texts}))
    assert answer.status_code == 302
    page = trainer.get(answer.headers["Location"]).content.decode()
    assert "A text contains markup" in page
    assert "before it can be played" in page
    assert "<script>alert" not in page
    with pytest.raises(ExerciseError, match="not sound"):
        exercises.make("mine", teams=["A"], at=SAVED_AT, by="trainer")


def test_what_was_downloaded_is_changed_and_taken_in(trainer: Client) -> None:
    data = trainer.get("/scenarios/first-night/files/zip").content
    files = read_zip(data)
    assert files == read_shipped("first-night")
    plan = files["scenario.toml"].replace(b'"first-night"', b'"again"', 1)
    assert upload(trainer, zipped({**files, "scenario.toml": plan})).status_code == 302
    assert scenario_library.findings("again", scenario_library.files_of("again")) == []
