"""Scenarios on pages: what is kept can be told, read and played."""

import pytest
from django.test import Client
from tests.exercise.conftest import T0, minute
from tests.exercise.editing import NAME, edition_now, hidden, post, text_of

from comity.drills.reading import edition, read_scenario
from comity.files.drills import read_shipped, shipped_names
from comity.node.exercise import exercises, scenario_editing, scenario_library, team_events
from comity.node.exercise.pages.scenario import labels as scenario_labels
from comity.node.models import AuditRow, ScenarioEdition, Team

pytestmark = pytest.mark.full  # a whole exercise for each test

# ------------------------------------------------------------------ what is kept


def test_a_copy_of_every_shipped_scenario_is_sound_and_says_nothing_else(
    db: None, config: object
) -> None:
    for name in shipped_names():
        scenario_editing.copy(name, f"my-{name}", at=T0, by="trainer")
        mine, theirs = scenario_library.files_of(f"my-{name}"), read_shipped(name)
        assert (
            mine["scenario.toml"].decode().replace(f"my-{name}", name)
            == theirs["scenario.toml"].decode()
        )
        assert scenario_editing.findings(f"my-{name}", mine) == []


def test_the_library_tells_what_is_to_mend(trainer: Client, border: str) -> None:
    files = scenario_library.files_of(NAME)
    foreign = files["texts/ar.toml"] + b'\n[injects.nothing]\ntitle = "x"\n'
    scenario_editing.change(
        NAME, {**files, "texts/ar.toml": foreign}, began=edition(files), at=minute(1), by="trainer"
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


def test_an_emptied_text_is_kept_as_missing_and_english_stands_in_for_it(
    trainer: Client, border: str
) -> None:
    path = f"/scenarios/{NAME}/texts/fr/injects"
    assert post(trainer, path, **{"t:injects.handover.text": ""}).status_code == 302
    page = trainer.get(path).content.decode()
    assert "The text is missing." in page
    assert "English replaces 1 missing text" in page
    assert "1 error" not in trainer.get("/scenarios").content.decode()
    assert exercises.make(NAME, teams=["A"], at=T0, by="trainer").pk


def test_an_english_text_that_is_emptied_keeps_the_scenario_from_being_played(
    trainer: Client, border: str
) -> None:
    path = f"/scenarios/{NAME}/texts/en/injects"
    assert post(trainer, path, **{"t:injects.handover.text": ""}).status_code == 302
    assert "The text is missing." in trainer.get(path).content.decode()
    with pytest.raises(Exception, match="not sound"):
        exercises.make(NAME, teams=["A"], at=T0, by="trainer")


def test_a_value_in_braces_that_is_not_there_is_found(trainer: Client, border: str) -> None:
    path = f"/scenarios/{NAME}/texts/fr/injects"
    post(trainer, path, **{"t:injects.handover.text": "Tout est calme, {nobody}."})
    page = trainer.get(path).content.decode()
    assert "names a value in braces that is not there" in page
    assert "names other values in braces than the English one" in page


def test_a_ring_of_triggers_is_kept_and_found(trainer: Client, border: str) -> None:
    toml = scenario_library.files_of(NAME)["scenario.toml"].decode()
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
    path = f"/scenarios/{NAME}/sources/scenario.toml"
    assert post(trainer, path, text=toml + ring).status_code == 302
    assert "These wait for each other and never come." in trainer.get(path).content.decode()
    assert trainer.get(f"/scenarios/{NAME}/run").status_code == 200  # says that it cannot
    with pytest.raises(Exception, match="not sound"):
        exercises.make(NAME, teams=["A"], at=T0, by="trainer")


def test_comments_of_a_plan_stay_when_a_form_changes_it(trainer: Client, border: str) -> None:
    fields = {"kind": "note", "minute": "2", "title": "Evening", "text": "Quiet so far."}
    post(trainer, f"/scenarios/{NAME}/injects/handover", **fields)
    plan = scenario_library.files_of(NAME)["scenario.toml"].decode()
    assert "# what happens" not in plan  # never was there
    assert "# our own request: Belmora has preserved" in plan
    assert "# ---" in plan
    assert text_of(NAME, "en", "injects.handover.title") == "Evening"


def test_an_inject_is_added_written_in_each_language_and_taken_out(
    trainer: Client, border: str
) -> None:
    fields = {
        "key": "second-call", "kind": "call", "minute": "33", "sender": "police", "to": "duty",
        "title": "The police call again", "text": "Any news of {kept}?",
    }  # fmt: skip
    assert post(trainer, f"/scenarios/{NAME}/add-inject", **fields).status_code == 302
    plan = read_scenario(NAME, scenario_library.files_of(NAME)).plan
    assert plan.injects["second-call"].minute == 33
    assert plan.injects["second-call"].to == ("duty",)
    assert (
        len(scenario_editing.findings(NAME, scenario_library.files_of(NAME))) == 12
    )  # two texts, six languages
    for lang in ("ar", "es", "fr", "ru", "vi", "zh-hans"):
        texts = {"t:injects.second-call.title": "X", "t:injects.second-call.text": "{kept}?"}
        post(trainer, f"/scenarios/{NAME}/texts/{lang}/injects", **texts)
    assert scenario_editing.findings(NAME, scenario_library.files_of(NAME)) == []
    path = f"/scenarios/{NAME}/injects/second-call/remove"
    assert post(trainer, path, confirmed="1").status_code == 302
    assert scenario_editing.findings(NAME, scenario_library.files_of(NAME)) == []
    assert "second-call" not in scenario_library.files_of(NAME)["texts/ar.toml"].decode()


def test_answers_points_and_the_cost_of_hints_are_changed(trainer: Client, border: str) -> None:
    path = f"/scenarios/{NAME}/tasks/find-address"
    fields = {
        "kind": "find", "form": "ip", "exhibit": "gateway",
        "ask": "Which address?", "learn": "The one that came in.", "answers": "198.51.100.23\n",
        "points": "12", "tries": "", "roles": "examiner", "opens": "gateway-log",
        "cite": "42(3)(c)\n", "hint:first-success": "1", "hint:not-the-scanner": "2",
        "hint-text:first-success": "Look for success.", "hint-text:not-the-scanner": "Not 203.",
    }  # fmt: skip
    assert post(trainer, path, **fields).status_code == 302
    plan = read_scenario(NAME, scenario_library.files_of(NAME)).plan
    assert plan.tasks["find-address"].points == 12
    assert (plan.hints["first-success"].cost, plan.hints["not-the-scanner"].cost) == (1, 2)
    assert scenario_editing.findings(NAME, scenario_library.files_of(NAME)) == []
    answer = post(trainer, path, **fields | {"answers": "203.0.113.99"})
    assert answer.status_code == 422
    assert "does not hold the answer" in answer.content.decode()


def test_a_file_is_added_and_removed_after_a_question(trainer: Client, border: str) -> None:
    answer = trainer.get(f"/scenarios/{NAME}/sources?new=exhibits/second.txt")
    assert answer.status_code == 302
    path = answer.headers["Location"]
    assert post(trainer, path, text="line\r\n").status_code == 302
    assert scenario_library.files_of(NAME)["exhibits/second.txt"] == b"line\n"
    asked = trainer.post(path, {"remove": "1"}).content.decode()
    assert "exhibits/second.txt" in scenario_library.files_of(NAME)
    form = {"remove": "1", "confirmed": "1", "edition": hidden(asked)}
    assert trainer.post(path, form).status_code == 302
    assert "exhibits/second.txt" not in scenario_library.files_of(NAME)


def test_our_own_edition_is_dropped_after_a_question_and_what_was_made_goes_on(
    trainer: Client, db: None
) -> None:
    path = "/scenarios/first-night/texts/en/frame"
    post(trainer, path, **{"t:title": "Our first night"})
    assert scenario_library.is_own("first-night")
    made = exercises.make("first-night", teams=["A"], at=T0, by="trainer")
    assert trainer.post("/scenarios/first-night/drop", {}).status_code == 200
    assert scenario_library.is_own("first-night")
    trainer.post("/scenarios/first-night/drop", {"confirmed": "1"})
    assert not scenario_library.is_own("first-night")
    assert text_of("first-night", "en", "title") == "First night"
    assert exercises.scenario_in(made).texts["en"]["title"] == "Our first night"
    assert AuditRow.objects.filter(action="scenario.dropped", subject="first-night").exists()


def test_a_changed_scenario_is_played_as_it_was_changed(trainer: Client, border: str) -> None:
    english = text_of(NAME, "en", "injects.handover.text")
    fields = {"kind": "note", "minute": "3", "title": "Late watch", "text": english}
    post(trainer, f"/scenarios/{NAME}/injects/handover", **fields)
    made = exercises.make(NAME, teams=["A"], at=T0, by="trainer")
    exercises.begin(made, at=T0, by="trainer")
    team = Team.objects.select_related("exercise__edition").get(exercise=made)
    assert "handover" not in [one.inject for one in team_events.look_at(team, minute(2)).delivered]
    assert "handover" in [one.inject for one in team_events.look_at(team, minute(3)).delivered]


def test_old_editions_that_nobody_played_are_forgotten(border: str) -> None:
    for number in range(scenario_editing.EDITIONS_KEPT + 5):
        files = {**scenario_library.files_of(NAME), "exhibits/more.txt": str(number).encode()}
        scenario_editing.change(NAME, files, began=edition_now(), at=minute(number), by="trainer")
        if number == 0:
            exercises.make("first-night", teams=["A"], at=T0, by="trainer")  # another name's
    kept = ScenarioEdition.objects.filter(name=NAME)
    assert kept.count() == scenario_editing.EDITIONS_KEPT + 1
    assert kept.get(current=True).files["exhibits/more.txt"] == str(
        scenario_editing.EDITIONS_KEPT + 4
    )


@pytest.mark.parametrize("name", shipped_names())
def test_every_page_of_every_shipped_scenario_can_be_read_in_arabic(
    trainer: Client, name: str
) -> None:
    trainer.cookies["django_language"] = "ar"
    paths = ["", "/run", "/files", "/timeline", "/tasks", "/sources", "/exhibits"]
    paths += [f"/texts/ar/{part}" for part in scenario_labels.PART]
    for path in paths:
        answer = trainer.get(f"/scenarios/{name}{path}")
        assert answer.status_code == 200, path
    told = trainer.get(f"/scenarios/{name}").content.decode()
    assert read_scenario(name, read_shipped(name)).texts["ar"]["title"] in told


def test_every_finding_has_words() -> None:
    from comity.drills.findings import NEXT

    assert set(scenario_labels.FINDING) == set(NEXT)


def test_pages_speak_in_words_and_say_of_which_scenario_they_are(
    trainer: Client, border: str
) -> None:
    home = f"/scenarios/{NAME}"
    told = trainer.get(f"{home}/timeline").content.decode()
    assert "Contact point of Belmora" in told
    assert "Duty officer" in told
    assert "all roles" in told
    texts = trainer.get(f"{home}/texts/en/frame").content.decode()
    assert "Role duty: what it does" in texts
    assert "Party belmora: its name" in texts
    run = trainer.get(f"{home}/run").content.decode()
    assert "Extension request" in run
    assert "request.extension-asked" not in run
    for path, tab in (
        ("add-inject", "timeline"),
        ("add-task", "tasks"),
        ("table", "files"),
        ("sources/texts/ar.toml", "sources"),
    ):
        page = trainer.get(f"{home}/{path}").content.decode()
        assert f'href="{home}/{tab}" aria-current="true"' in page
        assert f'<a href="{home}">{NAME}</a>' in page
