"""Scenarios of the office: what is kept can be told, read and played."""

import pytest
from django.test import Client
from tests.exercise.conftest import T0, minute
from tests.exercise.own_scenario import NAME, change, copied, edition_now, text_of, upload, zipped

from comity.drills.errors import NEXT
from comity.drills.reading import read_scenario
from comity.files.drills import read_shipped, shipped_names
from comity.node.exercise import exercises, scenario_library, team_events
from comity.node.exercise.errors import ExerciseError
from comity.node.exercise.pages.scenario import labels as scenario_labels
from comity.node.models import AuditRow, ScenarioEdition, Team

pytestmark = pytest.mark.full  # a whole exercise for each test


def findings() -> set[str]:
    return {one.code for one in scenario_library.findings(NAME, scenario_library.files_of(NAME))}


def test_a_copy_of_every_shipped_scenario_is_sound(trainer: Client) -> None:
    for name in shipped_names():
        mine = f"my-{name}"
        assert upload(trainer, zipped(copied(mine, name))).status_code == 302
        assert scenario_library.findings(mine, scenario_library.files_of(mine)) == []


def test_the_library_tells_what_is_to_mend(trainer: Client, border: str) -> None:
    change(
        "texts/ar.toml", "[injects.handover]", '[injects.nothing]\ntitle = "x"\n[injects.handover]'
    )
    page = trainer.get("/scenarios").content.decode()
    row = page.partition(f"/scenarios/{NAME}")[2].partition("</li>")[0]
    assert "1 error" in row
    assert "own" in row
    assert page.count("ready to play") >= len(shipped_names())
    assert (
        "This is the text of nothing that is there"
        in trainer.get(f"/scenarios/{NAME}").content.decode()
    )


def test_english_stands_in_for_a_text_that_is_missing(trainer: Client, border: str) -> None:
    change("texts/fr.toml", 'title = "Consignes de la permanence du soir"\n', "")
    page = trainer.get(f"/scenarios/{NAME}").content.decode()
    assert "The text is missing." in page
    assert "English replaces 1 missing text" in page
    assert "1 error" not in trainer.get("/scenarios").content.decode()
    assert exercises.make(NAME, teams=["A"], at=T0, by="trainer").pk


def test_an_english_text_that_is_missing_keeps_the_scenario_from_being_played(
    trainer: Client, border: str
) -> None:
    change("texts/en.toml", 'title = "From the evening watch"\n', "")
    assert "The text is missing." in trainer.get(f"/scenarios/{NAME}").content.decode()
    with pytest.raises(ExerciseError, match="not sound"):
        exercises.make(NAME, teams=["A"], at=T0, by="trainer")


def test_a_value_in_braces_that_is_not_there_is_found(border: str) -> None:
    change("texts/fr.toml", "Calme jusqu’ici.", "Calme jusqu’ici, {nobody}.")
    assert findings() == {"place-unknown", "place-differs"}


def test_a_ring_of_triggers_is_kept_and_found(trainer: Client, border: str) -> None:
    ring = """
[[inject]]
key = "hen"
kind = "note"
trigger = "egg"

[[trigger]]
key = "egg"
when = "done"
did = { kind = "acknowledged", inject = "hen" }
after = "inject hen"
"""
    change("scenario.toml", "[[trigger]]", f"{ring}\n[[trigger]]")
    page = trainer.get(f"/scenarios/{NAME}").content.decode()
    assert "These wait for each other and never come." in page
    assert trainer.get(f"/scenarios/{NAME}/run").status_code == 200  # says that it cannot
    with pytest.raises(ExerciseError, match="not sound"):
        exercises.make(NAME, teams=["A"], at=T0, by="trainer")


def test_our_own_edition_is_dropped_after_a_question_and_what_was_made_goes_on(
    trainer: Client, border: str
) -> None:
    made = exercises.make(NAME, teams=["A"], at=T0, by="trainer")
    assert trainer.post(f"/scenarios/{NAME}/drop", {}).status_code == 200
    assert scenario_library.is_own(NAME)
    trainer.post(f"/scenarios/{NAME}/drop", {"confirmed": "1"})
    assert not scenario_library.is_own(NAME)
    assert exercises.scenario_in(made).texts["en"]["title"] == "First night"
    assert AuditRow.objects.filter(action="scenario.dropped", subject=NAME).exists()


def test_a_shipped_scenario_is_shown_again_when_ours_of_its_name_is_dropped(
    trainer: Client, db: None
) -> None:
    change("texts/en.toml", "First night", "Our first night", name="first-night")
    assert text_of("first-night", "en", "title") == "Our first night"
    trainer.post("/scenarios/first-night/drop", {"confirmed": "1"})
    assert text_of("first-night", "en", "title") == "First night"


def test_a_changed_scenario_is_played_as_it_was_changed(border: str) -> None:
    change(
        "scenario.toml",
        """key = "handover"
kind = "note"
minute = 0""",
        """key = "handover"
kind = "note"
minute = 3""",
    )
    made = exercises.make(NAME, teams=["A"], at=T0, by="trainer")
    exercises.begin(made, at=T0, by="trainer")
    team = Team.objects.select_related("exercise__edition").get(exercise=made)
    assert "handover" not in [one.inject for one in team_events.look_at(team, minute(2)).delivered]
    assert "handover" in [one.inject for one in team_events.look_at(team, minute(3)).delivered]


def test_old_editions_that_nobody_played_are_forgotten(border: str) -> None:
    for number in range(scenario_library.EDITIONS_KEPT + 5):
        files = {**scenario_library.files_of(NAME), "exhibits/more.txt": str(number).encode()}
        scenario_library.change(NAME, files, began=edition_now(), at=minute(number), by="trainer")
        if number == 0:
            exercises.make("first-night", teams=["A"], at=T0, by="trainer")  # another name's
    kept = ScenarioEdition.objects.filter(name=NAME)
    assert kept.count() == scenario_library.EDITIONS_KEPT + 1
    assert kept.get(current=True).files["exhibits/more.txt"] == str(
        scenario_library.EDITIONS_KEPT + 4
    )


@pytest.mark.parametrize("name", shipped_names())
def test_every_page_of_every_shipped_scenario_can_be_read_in_arabic(
    trainer: Client, name: str
) -> None:
    trainer.cookies["django_language"] = "ar"
    for path in ("", "/run"):
        assert trainer.get(f"/scenarios/{name}{path}").status_code == 200, path
    told = trainer.get(f"/scenarios/{name}").content.decode()
    assert read_scenario(name, read_shipped(name)).texts["ar"]["title"] in told


def test_every_finding_has_words() -> None:
    assert set(scenario_labels.FINDING) == set(NEXT)


def test_pages_speak_in_words_and_say_of_which_scenario_they_are(
    trainer: Client, border: str
) -> None:
    home = f"/scenarios/{NAME}"
    run = trainer.get(f"{home}/run").content.decode()
    assert "Extension request" in run
    assert "request.extension-asked" not in run
    assert f'href="{home}/run" aria-current="page"' in run
    assert f'<a href="{home}">{NAME}</a>' in run
