"""Scenarios on pages: what is refused keeps what was typed; what is kept can be played."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.exercise.conftest import T0, minute

from comity.drills.reading import edition, read_scenario
from comity.files.drills import read_shipped, shipped_names
from comity.node.desk.exercise import scenario_words
from comity.node.exercise import changing, house, library, playing
from comity.node.exercise.errors import (
    ExerciseLiveError,
    ScenarioStaleError,
    ScenarioTakenError,
    ScenarioUnknownError,
)
from comity.node.models import AuditRow, ScenarioEdition, Team

NAME = "border-case"


@pytest.fixture
def border(db: None, config: object) -> str:
    """A copy of the first night."""
    changing.copy("first-night", NAME, at=T0, by="trainer")
    return NAME


def hidden(page: str) -> str:
    found = re.search(r'name="edition" value="(sha256:[0-9a-f]{64})"', page)
    assert found
    return found[1]


def post(client: Client, path: str, **more: str) -> Any:
    """Post a form as it stands on the page, with some fields changed."""
    began = hidden(client.get(path).content.decode())
    return client.post(path, {"edition": began, **more})


def edition_now(name: str = NAME) -> str:
    return edition(library.files_of(name))


def text_of(name: str, lang: str, key: str) -> str:
    return read_scenario(name, library.files_of(name)).texts[lang][key]


# ------------------------------------------------------------------ who, and where


PATHS = [
    "/scenarios",
    "/scenarios/new",
    "/scenarios/upload",
    "/scenarios/first-night",
    "/scenarios/first-night/run",
    "/scenarios/first-night/drop",
    "/scenarios/first-night/files",
    "/scenarios/first-night/files/zip",
    "/scenarios/first-night/table",
    "/scenarios/first-night/texts/ar/injects",
    "/scenarios/first-night/sources",
    "/scenarios/first-night/sources/scenario.toml",
    "/scenarios/first-night/timeline",
    "/scenarios/first-night/add-inject",
    "/scenarios/first-night/injects/handover",
    "/scenarios/first-night/injects/handover/remove",
    "/scenarios/first-night/tasks",
    "/scenarios/first-night/tasks/find-address",
    "/scenarios/first-night/add-task",
    "/scenarios/first-night/tasks/find-address/remove",
    "/scenarios/first-night/add-trigger",
    "/scenarios/first-night/triggers/midnight",
    "/scenarios/first-night/triggers/midnight/remove",
    "/scenarios/first-night/exhibits",
    "/scenarios/first-night/add-exhibit",
    "/scenarios/first-night/make-exhibit",
    "/scenarios/first-night/exhibits/gateway",
    "/scenarios/first-night/exhibits/gateway/remove",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_live_node_says_that_there_are_no_exercises_at_whatever_address(
    trainer: Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    answer = trainer.get(path)
    assert answer.status_code == 404
    assert b"This node is live" in answer.content
    assert b"Seafarers" not in answer.content


def test_nothing_is_changed_on_a_live_node(border: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files, began = library.files_of(NAME), edition_now()
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    for wrong in (
        lambda: changing.change(NAME, files, began=began, at=T0, by="x"),
        lambda: changing.copy("first-night", "other", at=T0, by="x"),
        lambda: changing.take_in("other", files, at=T0, by="x"),
        lambda: changing.summaries("en"),
    ):
        with pytest.raises(ExerciseLiveError):
            wrong()


@pytest.mark.parametrize("role", ["case", "duty", "operator", "auditor", "trainee"])
@pytest.mark.parametrize("path", ["/scenarios", "/scenarios/first-night/sources/scenario.toml"])
def test_who_may_not_train_sees_no_scenario(
    add: Callable[..., Any], sign_in: Callable[[str], Client], role: str, path: str
) -> None:
    add("somebody", role)
    answer = sign_in("somebody").get(path)
    assert answer.status_code == 403
    assert b"tessany" not in answer.content


@pytest.mark.parametrize(
    "path",
    [
        "/scenarios/no-such",
        "/scenarios/no-such/run",
        "/scenarios/first-night/injects/no-such",
        "/scenarios/first-night/tasks/no-such",
        "/scenarios/first-night/tasks/no-such/remove",
        "/scenarios/first-night/triggers/no-such",
        "/scenarios/first-night/triggers/no-such/remove",
        "/scenarios/first-night/exhibits/no-such",
        "/scenarios/first-night/exhibits/no-such/remove",
        "/scenarios/first-night/files/exe",
        "/scenarios/first-night/texts/en/no-such",
        "/scenarios/first-night/sources/run.py",
        "/scenarios/first-night/sources/../../node.toml",
        "/scenarios/first-night/run?players=no-such",
        "/scenarios/first-night/drop",
    ],
)
def test_what_is_not_there_is_not_there(trainer: Client, path: str) -> None:
    assert trainer.get(path).status_code == 404


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("first-night", ScenarioTakenError),
        ("new", ScenarioTakenError),
        ("blank", ScenarioTakenError),
    ],
)
def test_a_copy_replaces_nothing(
    db: None, config: object, name: str, code: type[Exception]
) -> None:
    with pytest.raises(code):
        changing.copy("first-night", name, at=T0, by="trainer")
    assert not ScenarioEdition.objects.exists()


@pytest.mark.parametrize("name", ["", "Border", "../x", "a b", "x" * 65, "-a"])
def test_a_copy_under_no_name_stays_on_the_page(trainer: Client, name: str) -> None:
    answer = trainer.post("/scenarios/new", {"source": "blank", "name": name})
    assert answer.status_code == 422
    assert not ScenarioEdition.objects.exists()


def test_nothing_is_copied_of_what_is_not_there(db: None, config: object) -> None:
    with pytest.raises(ScenarioUnknownError):
        changing.copy("no-such", "other", at=T0, by="trainer")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "{% load x %}",
        "a {stray brace",
        "right\u202eleft",
    ],
)
def test_a_script_in_a_text_is_refused_and_what_was_typed_stays(
    trainer: Client, border: str, text: str
) -> None:
    before = edition_now()
    path = f"/scenarios/{NAME}/texts/en/injects"
    answer = post(
        trainer, path, **{"t:injects.handover.text": text, "t:injects.at-risk.title": "New"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert "New</textarea>" in page  # the other text that was typed is not lost
    assert "<script>alert" not in page
    assert edition_now() == before


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("[scenario\n", "line 1"),
        ('[scenario]\nname = "border-case"\n', "version"),
        ("x = 1", "scenario"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused_with_why_and_where(
    trainer: Client, border: str, toml: str, told: str
) -> None:
    before = edition_now()
    answer = post(trainer, f"/scenarios/{NAME}/sources/scenario.toml", text=toml)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert "Nothing was saved" in page
    assert toml.strip().partition("\n")[0].replace('"', "&quot;") in page
    assert edition_now() == before


def test_the_name_inside_cannot_become_another(trainer: Client, border: str) -> None:
    toml = library.files_of(NAME)["scenario.toml"].decode().replace(NAME, "foreign")
    answer = post(trainer, f"/scenarios/{NAME}/sources/scenario.toml", text=toml)
    assert answer.status_code == 422
    assert "foreign" not in library.names()


def test_who_saves_second_is_refused_and_sees_both(trainer: Client, border: str) -> None:
    path = f"/scenarios/{NAME}/texts/en/frame"
    began = hidden(trainer.get(path).content.decode())
    assert post(trainer, path, **{"t:title": "The other trainer's"}).status_code == 302
    answer = trainer.post(path, {"edition": began, "t:title": "Mine"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else saved this scenario meanwhile" in page
    assert "Mine</textarea>" in page
    assert "The other trainer&#x27;s" in page
    assert text_of(NAME, "en", "title") == "The other trainer's"
    again = trainer.post(path, {"edition": hidden(page), "t:title": "Mine"})  # on purpose
    assert again.status_code == 302
    assert text_of(NAME, "en", "title") == "Mine"


def test_a_stale_inject_shows_what_stands_now(trainer: Client, border: str) -> None:
    path = f"/scenarios/{NAME}/injects/handover"
    fields = {"kind": "note", "minute": "0", "title": "From the evening watch", "text": "Quiet."}
    began = hidden(trainer.get(path).content.decode())
    assert post(trainer, path, **fields | {"minute": "7"}).status_code == 302
    answer = trainer.post(path, {"edition": began, **fields | {"minute": "9"}})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="9"' in page
    assert re.search(r"<dt>Minute</dt><dd>7<", page)
    assert read_scenario(NAME, library.files_of(NAME)).plan.injects["handover"].minute == 7


def test_a_stale_file_shows_what_stands_now(trainer: Client, border: str) -> None:
    path = f"/scenarios/{NAME}/sources/exhibits/rules.txt"
    began = hidden(trainer.get(path).content.decode())
    assert post(trainer, path, text="theirs").status_code == 302
    answer = trainer.post(path, {"edition": began, "text": "mine"})
    assert answer.status_code == 409
    assert b">theirs" in answer.content
    assert b"mine</textarea>" in answer.content


@pytest.mark.parametrize("began", ["", "sha256:0", "sha256:" + "0" * 64])
def test_a_save_that_names_no_edition_is_stale(border: str, began: str) -> None:
    files = {**library.files_of(NAME), "exhibits/more.txt": b"x"}
    with pytest.raises(ScenarioStaleError):
        changing.change(NAME, files, began=began, at=T0, by="trainer")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"minute": "", "trigger": ""}, "A minute, or a trigger"),
        ({"minute": "3", "trigger": "midnight"}, "A minute, or a trigger"),
        ({"minute": "-1"}, "greater than or equal"),
        ({"kind": "bomb"}, "bomb"),
        ({"to": "admiral"}, "admiral"),
        ({"thread": "kept"}, "thread and type go together"),
        ({"text": "<script>"}, "Plain text only"),
    ],
)
def test_an_inject_that_cannot_be_is_said_and_what_was_typed_stays(
    trainer: Client, border: str, changed: dict[str, str], told: str
) -> None:
    before = edition_now()
    fields = {"kind": "note", "minute": "3", "title": "My title", "text": "My text"}
    answer = post(trainer, f"/scenarios/{NAME}/injects/handover", **fields | changed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert "My title" in page
    assert edition_now() == before


def test_a_key_that_is_there_adds_nothing(trainer: Client, border: str) -> None:
    before = edition_now()
    fields = {"key": "handover", "kind": "note", "minute": "3", "title": "T", "text": "T"}
    answer = post(trainer, f"/scenarios/{NAME}/add-inject", **fields)
    assert answer.status_code == 422
    assert edition_now() == before


# ------------------------------------------------------------------ what is kept


def test_a_copy_of_every_shipped_scenario_is_sound_and_says_nothing_else(
    db: None, config: object
) -> None:
    for name in shipped_names():
        changing.copy(name, f"my-{name}", at=T0, by="trainer")
        mine, theirs = library.files_of(f"my-{name}"), read_shipped(name)
        assert (
            mine["scenario.toml"].decode().replace(f"my-{name}", name)
            == theirs["scenario.toml"].decode()
        )
        assert changing.findings(f"my-{name}", mine) == []


def test_the_library_tells_what_is_to_mend(trainer: Client, border: str) -> None:
    files = library.files_of(NAME)
    changing.change(
        NAME, {**files, "texts/ar.toml": b""}, began=edition(files), at=minute(1), by="trainer"
    )
    page = trainer.get("/scenarios").content.decode()
    row = page.partition(f"/scenarios/{NAME}")[2].partition("</tr>")[0]
    assert "1 thing to mend" in row
    assert "ours" in row
    assert page.count("can be played") >= len(shipped_names())
    assert "This language has no text at all" in trainer.get(f"/scenarios/{NAME}").content.decode()


def test_an_emptied_text_is_kept_as_missing_and_the_scenario_is_not_played(
    trainer: Client, border: str
) -> None:
    path = f"/scenarios/{NAME}/texts/fr/injects"
    assert post(trainer, path, **{"t:injects.handover.text": ""}).status_code == 302
    page = trainer.get(path).content.decode()
    assert "The text is missing." in page
    assert "1 thing to mend" in trainer.get("/scenarios").content.decode()
    with pytest.raises(Exception, match="not sound"):
        house.make(NAME, teams=["A"], at=T0, by="trainer")


def test_a_value_in_braces_that_is_not_there_is_found(trainer: Client, border: str) -> None:
    path = f"/scenarios/{NAME}/texts/fr/injects"
    post(trainer, path, **{"t:injects.handover.text": "Tout est calme, {nobody}."})
    page = trainer.get(path).content.decode()
    assert "names a value in braces that is not there" in page
    assert "names other values in braces than the English one" in page


def test_a_ring_of_triggers_is_kept_and_found(trainer: Client, border: str) -> None:
    toml = library.files_of(NAME)["scenario.toml"].decode()
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
        house.make(NAME, teams=["A"], at=T0, by="trainer")


def test_comments_of_a_plan_stay_when_a_form_changes_it(trainer: Client, border: str) -> None:
    fields = {"kind": "note", "minute": "2", "title": "Evening", "text": "Quiet so far."}
    post(trainer, f"/scenarios/{NAME}/injects/handover", **fields)
    plan = library.files_of(NAME)["scenario.toml"].decode()
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
    plan = read_scenario(NAME, library.files_of(NAME)).plan
    assert plan.injects["second-call"].minute == 33
    assert plan.injects["second-call"].to == ("duty",)
    assert len(changing.findings(NAME, library.files_of(NAME))) == 12  # two texts, six languages
    for lang in ("ar", "es", "fr", "ru", "vi", "zh-hans"):
        texts = {"t:injects.second-call.title": "X", "t:injects.second-call.text": "{kept}?"}
        post(trainer, f"/scenarios/{NAME}/texts/{lang}/injects", **texts)
    assert changing.findings(NAME, library.files_of(NAME)) == []
    path = f"/scenarios/{NAME}/injects/second-call/remove"
    assert post(trainer, path, confirmed="1").status_code == 302
    assert changing.findings(NAME, library.files_of(NAME)) == []
    assert "second-call" not in library.files_of(NAME)["texts/ar.toml"].decode()


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
    plan = read_scenario(NAME, library.files_of(NAME)).plan
    assert plan.tasks["find-address"].points == 12
    assert (plan.hints["first-success"].cost, plan.hints["not-the-scanner"].cost) == (1, 2)
    assert changing.findings(NAME, library.files_of(NAME)) == []
    answer = post(trainer, path, **fields | {"answers": "203.0.113.99"})
    assert answer.status_code == 422
    assert "does not hold the answer" in answer.content.decode()


def test_a_file_is_added_and_removed_after_a_question(trainer: Client, border: str) -> None:
    answer = trainer.get(f"/scenarios/{NAME}/sources?new=exhibits/second.txt")
    assert answer.status_code == 302
    path = answer.headers["Location"]
    assert post(trainer, path, text="line\r\n").status_code == 302
    assert library.files_of(NAME)["exhibits/second.txt"] == b"line\n"
    asked = trainer.post(path, {"remove": "1"}).content.decode()
    assert "exhibits/second.txt" in library.files_of(NAME)
    form = {"remove": "1", "confirmed": "1", "edition": hidden(asked)}
    assert trainer.post(path, form).status_code == 302
    assert "exhibits/second.txt" not in library.files_of(NAME)


def test_our_own_edition_is_dropped_after_a_question_and_what_was_made_goes_on(
    trainer: Client, db: None
) -> None:
    path = "/scenarios/first-night/texts/en/frame"
    post(trainer, path, **{"t:title": "Our first night"})
    assert library.is_own("first-night")
    made = house.make("first-night", teams=["A"], at=T0, by="trainer")
    assert trainer.post("/scenarios/first-night/drop", {}).status_code == 200
    assert library.is_own("first-night")
    trainer.post("/scenarios/first-night/drop", {"confirmed": "1"})
    assert not library.is_own("first-night")
    assert text_of("first-night", "en", "title") == "First night"
    assert house.scenario_in(made).texts["en"]["title"] == "Our first night"
    assert AuditRow.objects.filter(action="scenario.dropped", subject="first-night").exists()


def test_a_changed_scenario_is_played_as_it_was_changed(trainer: Client, border: str) -> None:
    english = text_of(NAME, "en", "injects.handover.text")
    fields = {"kind": "note", "minute": "3", "title": "Late watch", "text": english}
    post(trainer, f"/scenarios/{NAME}/injects/handover", **fields)
    made = house.make(NAME, teams=["A"], at=T0, by="trainer")
    house.begin(made, at=T0, by="trainer")
    team = Team.objects.select_related("exercise__edition").get(exercise=made)
    assert "handover" not in [one.inject for one in playing.look_at(team, minute(2)).delivered]
    assert "handover" in [one.inject for one in playing.look_at(team, minute(3)).delivered]


def test_old_editions_that_nobody_played_are_forgotten(border: str) -> None:
    for number in range(changing.EDITIONS_KEPT + 5):
        files = {**library.files_of(NAME), "exhibits/more.txt": str(number).encode()}
        changing.change(NAME, files, began=edition_now(), at=minute(number), by="trainer")
        if number == 0:
            house.make("first-night", teams=["A"], at=T0, by="trainer")  # another name's
    kept = ScenarioEdition.objects.filter(name=NAME)
    assert kept.count() == changing.EDITIONS_KEPT + 1
    assert kept.get(current=True).files["exhibits/more.txt"] == str(changing.EDITIONS_KEPT + 4)


@pytest.mark.parametrize("name", shipped_names())
def test_every_page_of_every_shipped_scenario_can_be_read_in_arabic(
    trainer: Client, name: str
) -> None:
    trainer.cookies["django_language"] = "ar"
    paths = ["", "/run", "/files", "/timeline", "/tasks", "/sources", "/exhibits"]
    paths += [f"/texts/ar/{part}" for part in scenario_words.PART]
    for path in paths:
        answer = trainer.get(f"/scenarios/{name}{path}")
        assert answer.status_code == 200, path
    told = trainer.get(f"/scenarios/{name}").content.decode()
    assert read_scenario(name, read_shipped(name)).texts["ar"]["title"] in told


def test_every_finding_has_words() -> None:
    from comity.drills.findings import NEXT

    assert set(scenario_words.FINDING) == set(NEXT)
