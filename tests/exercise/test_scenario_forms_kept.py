"""Forms of triggers, questions and exhibits: what is kept is what is played."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.exercise.conftest import T0, minute
from tests.exercise.editing import NAME, hidden
from tests.exercise.forming import (
    EXHIBIT,
    HOME,
    LATE,
    MADE,
    TASK,
    TRIGGER,
    codes,
    files,
    post,
    scenario,
    taken_out,
)

from comity.drills.editing import comments_lost, with_texts
from comity.drills.exhibits import exhibit_bytes, exhibit_digest, exhibit_text
from comity.drills.making import FORMS
from comity.drills.reading import edition, read_scenario
from comity.files.drills import read_shipped, shipped_names
from comity.node.exercise import exercises, scenario_editing, scenario_library, team_events
from comity.node.models import Team

pytestmark = pytest.mark.full  # every form of a scenario; test_scenarios.py has one of each


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/add-trigger", "Team actions"),
        ("/triggers/midnight", 'value="44"'),
        ("/add-task", "New hint, in English"),
        ("/tasks/answer-press", "procedure: "),
        ("/add-exhibit", "Upload a file"),
        ("/make-exhibit", "A small story to begin with"),
        ("/exhibits/gateway", "</textarea>"),
        ("/exhibits/stick", 'value="rules.txt" id="id_listed_3" checked'),
    ],
)
def test_a_page_that_nobody_filled_in_yet_shows_what_stands_and_no_fault(
    trainer: Client, border: str, path: str, told: str
) -> None:
    answer = trainer.get(HOME + path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert told in page
    assert 'class="wrong"' not in page
    if path == "/exhibits/gateway":
        assert files()["exhibits/gateway.txt"].decode()[:80] in unescape(page)


def test_a_trigger_is_added_changed_and_taken_out(trainer: Client, border: str) -> None:
    assert post(trainer, "/add-trigger", TRIGGER).status_code == 302
    plan = scenario().plan
    made = plan.triggers["called-police"]
    assert (made.when, made.did.kind, dict(made.did.names)) == ("done", "called", {"to": "police"})
    assert made.after == "inject unit-call"
    assert plan.injects["ministry-asks"].trigger == "called-police"
    assert plan.injects["ministry-asks"].minute is None
    assert codes() == set()
    sent = {
        "when": "not-done", "did": "sent to=tessany thread=asked", "type": "request.refused",
        "ground": "40-22", "after": "inject tessany-request", "within_minutes": "20",
    }  # fmt: skip
    assert post(trainer, "/triggers/called-police", sent).status_code == 302
    made = scenario().plan.triggers["called-police"]
    assert made.did.names == {
        "type": "request.refused", "to": "tessany", "thread": "asked", "ground": "40-22",
    }  # fmt: skip
    assert made.within_minutes == 20
    assert codes() == set()
    back = {"kind": "call", "minute": "46", "sender": "ministry", "title": "T", "text": "T"}
    assert post(trainer, "/injects/ministry-asks", back).status_code == 302
    assert codes() == {"trigger-unused"}  # said, and kept: the next step uses it or takes it out
    assert taken_out(trainer, "/triggers/called-police/remove").status_code == 302
    assert codes() == set()


@pytest.mark.full
def test_every_trigger_that_ships_is_shown_and_saved_as_it_was(
    trainer: Client, db: None, config: object
) -> None:
    for shipped in shipped_names():
        scenario_editing.copy(shipped, f"my-{shipped}", at=T0, by="trainer")
        plan = read_scenario(f"my-{shipped}", scenario_library.files_of(f"my-{shipped}")).plan
        for key, one in plan.triggers.items():
            page = trainer.get(f"/scenarios/my-{shipped}/triggers/{key}").content.decode()
            picked = dict(
                re.findall(
                    r'<select name="(\w+)".*?<option value="([^"]*)" selected', page, re.DOTALL
                )
            )
            picked = {name: unescape(value) for name, value in picked.items()}
            assert picked["did"].partition(" ")[0] == one.did.kind
            fields = {"edition": hidden(page), **picked, "brings": ""}
            fields["within_minutes"] = str(one.within_minutes or "")
            answer = trainer.post(f"/scenarios/my-{shipped}/triggers/{key}", fields)
            assert answer.status_code == 302, (shipped, key, picked)
        after = scenario_library.files_of(f"my-{shipped}")
        assert after["scenario.toml"].decode().replace(f"my-{shipped}", shipped) == (
            read_shipped(shipped)["scenario.toml"].decode()
        )


def test_a_question_with_hints_is_added_changed_and_taken_out(trainer: Client, border: str) -> None:
    choice = TASK | {
        "kind": "choice", "answers": "wait",
        "options": "wait: Wait for the letter: always.\ngo: Go",
        "hint-text:+2": "Or ask counsel.", "hint:+2": "0",
    }  # fmt: skip
    assert post(trainer, "/add-task", choice).status_code == 302
    read = scenario()
    made = read.plan.tasks["which-line"]
    assert (made.kind, made.options, made.answers) == ("choice", ("wait", "go"), ("wait",))
    english = read.texts["en"]
    assert english["tasks.which-line.options.wait"] == "Wait for the letter: always."
    assert english["hints.which-line-hint-1"] == "Read the third column."
    costs = {one.key: one.cost for one in read.plan.hints.values() if one.task == "which-line"}
    assert costs == {"which-line-hint-1": 2, "which-line-hint-2": 0}
    assert codes() == {"text-missing"}  # in the other six languages
    scenario_editing.change(
        NAME, with_texts(files(), "fr", {"tasks.which-line.options.go": "Partir"}),
        began=edition(files()), at=T0, by="trainer",
    )  # fmt: skip
    changed = choice | {
        "options": "wait: Wait.\nstay: Stay", "hint-text:which-line-hint-1": "Third.",
        "hint:which-line-hint-1": "3", "hint-out:which-line-hint-2": "on",
        "hint-text:which-line-hint-2": "x", "hint:which-line-hint-2": "0",
        "hint-text:+1": "", "hint:+1": "", "hint-text:+2": "", "hint:+2": "",
    }  # fmt: skip
    assert post(trainer, "/tasks/which-line", changed).status_code == 302
    read = scenario()
    assert read.plan.tasks["which-line"].options == ("wait", "stay")
    assert all("tasks.which-line.options.go" not in read.texts[one] for one in ("en", "fr"))
    assert "which-line-hint-2" not in read.plan.hints
    assert read.plan.hints["which-line-hint-1"].cost == 3
    assert taken_out(trainer, "/tasks/which-line/remove").status_code == 302
    assert codes() == set()
    assert b"which-line" not in b"".join(files().values())


def test_a_text_is_uploaded_looked_at_kept_and_changed(trainer: Client, border: str) -> None:
    before = edition(files())
    up = SimpleUploadedFile("field-notes.txt", b"who,when\r\nMina,06:15\r\n")
    first = {"key": "notes", "form": "text", "file": up, "preview": "1"}
    answer = post(trainer, "/add-exhibit", first)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Nothing is saved yet" in page
    assert edition(files()) == before
    digest = re.search(r"sha256:[0-9a-f]{64}</code>", page)
    assert digest
    assert 'value="field-notes.txt"' in page  # the name that it had is kept with its text
    kept = {**EXHIBIT, "file_name": "field-notes.txt"}
    assert post(trainer, "/add-exhibit", kept).status_code == 302
    exhibit = scenario().plan.exhibits["notes"]
    assert exhibit.files == ("field-notes.txt",)
    assert f"{exhibit_digest(scenario(), exhibit)}</code>" == digest[0]
    assert codes() == {"exhibit-unused"}
    assert post(trainer, "/exhibits/notes", {"text": "nothing\n"}).status_code == 302
    assert files()["exhibits/field-notes.txt"] == b"nothing\n"
    assert taken_out(trainer, "/exhibits/notes/remove").status_code == 302
    assert "exhibits/field-notes.txt" not in files()  # it was there for this alone
    assert codes() == set()


def test_line_ends_of_a_file_that_was_not_changed_stay(trainer: Client, border: str) -> None:
    dos = {**files(), "exhibits/gateway.txt": b"auth=failed 198.51.100.23\r\n"}
    scenario_editing.change(NAME, dos, began=edition(files()), at=T0, by="trainer")
    text = {"text": "auth=failed 198.51.100.23\r\n"}
    assert post(trainer, "/exhibits/gateway", text).status_code == 302
    assert files()["exhibits/gateway.txt"] == b"auth=failed 198.51.100.23\r\n"


def test_an_answer_that_an_exhibit_no_longer_holds_stops_its_change(
    trainer: Client, border: str
) -> None:
    answer = post(trainer, "/exhibits/gateway", {"text": "all is quiet\n"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "task find-address" in page
    assert "all is quiet" in page
    assert b"198.51.100.23" in files()["exhibits/gateway.txt"]


def test_a_disk_holds_files_that_are_there_and_a_new_one(trainer: Client, border: str) -> None:
    disk = EXHIBIT | {"form": "disk", "listed": ["rules.txt"], "file_name": "memo.txt"}
    assert post(trainer, "/add-exhibit", disk).status_code == 302
    exhibit = scenario().plan.exhibits["notes"]
    assert exhibit.files == ("rules.txt", "memo.txt")
    page = trainer.get(f"{HOME}/exhibits/notes").content.decode()
    assert "1.4 MiB" in page
    assert "<bdi>rules.txt</bdi>, <bdi>memo.txt</bdi>" in page


@pytest.mark.full
@pytest.mark.parametrize(
    ("kind", "of"),
    [
        ("web-log", "portal"), ("auth-log", "portal"), ("mailbox", "mina"), ("disk", "desk"),
        ("capture", "outside"), ("history", "outside"),
    ],
)  # fmt: skip
def test_the_exhibit_maker_builds_each_kind_from_a_story(
    trainer: Client, border: str, kind: str, of: str
) -> None:
    fields = {"key": "trace", "made": kind, "whose": f"- {of}"}
    looked = post(trainer, "/make-exhibit", {**fields, "preview": "1"})
    assert looked.status_code == 200
    assert "stories/trace.toml" not in files()
    assert post(trainer, "/make-exhibit", fields).status_code == 302
    exhibit = scenario().plan.exhibits["trace"]
    assert (exhibit.form, exhibit.story) == (FORMS[kind][0], "trace.toml")
    assert exhibit_bytes(scenario(), exhibit)
    assert exhibit_digest(scenario(), exhibit) in looked.content.decode()
    assert codes() == {"exhibit-unused"}
    more = {"key": "second", "made": "auth-log", "whose": "trace.toml portal"}
    assert post(trainer, "/make-exhibit", more).status_code == 302
    assert scenario().plan.exhibits["second"].story == "trace.toml"
    assert "m.adeyemi" in exhibit_text(scenario(), scenario().plan.exhibits["second"])
    assert taken_out(trainer, "/exhibits/second/remove").status_code == 302
    assert "stories/trace.toml" in files()
    assert taken_out(trainer, "/exhibits/trace/remove").status_code == 302
    assert "stories/trace.toml" not in files()
    assert codes() == set()


def test_what_is_made_can_be_made_of_something_else(trainer: Client, border: str) -> None:
    assert post(trainer, "/make-exhibit", MADE).status_code == 302
    other = {"made": "mailbox", "whose": "portal-log.toml mina"}
    assert post(trainer, "/exhibits/portal-log", other).status_code == 302
    exhibit = scenario().plan.exhibits["portal-log"]
    assert exhibit.form == "mailbox"
    assert "Your mailbox is full" in exhibit_text(scenario(), exhibit)
    assert b"# another number gives" in files()["stories/portal-log.toml"]  # comments stay


def test_comments_stay_and_those_that_cannot_are_counted(trainer: Client, border: str) -> None:
    path = "/triggers/midnight"
    plan = files()["scenario.toml"].decode()
    marked = plan.replace('key = "midnight"\n', 'key = "midnight"\n# the last moment\n')
    marked = marked.replace("within_minutes = 44\n", "within_minutes = 44 # as agreed\n")
    scenario_editing.change(
        NAME, {**files(), "scenario.toml": marked.encode()},
        began=edition(files()), at=T0, by="trainer",
    )  # fmt: skip
    fields = {
        "when": "not-done", "did": "sent to=belmora thread=kept",
        "type": "request.extension-asked", "after": "inject at-risk", "within_minutes": "43",
    }  # fmt: skip
    began = files()
    answer = post(trainer, path, fields)
    assert answer.status_code == 302, answer.content.decode()
    assert b"# the last moment" in files()["scenario.toml"]
    assert b"# our own request: Belmora has preserved" in files()["scenario.toml"]
    assert comments_lost(began, files()) == 1
    assert "1 comment of the files" in trainer.get(answer.headers["Location"]).content.decode()


def test_looking_first_saves_nothing(trainer: Client, border: str) -> None:
    before = edition(files())
    told = post(trainer, "/add-trigger", {**LATE, "preview": "1"})
    assert told.status_code == 200
    assert "Fires at minute 15 at the earliest." in told.content.decode()
    asked = post(trainer, "/add-task", {**TASK, "preview": "1"})
    assert asked.status_code == 200
    assert "Player view" in asked.content.decode()
    assert edition(files()) == before


def test_what_was_added_by_forms_is_played(trainer: Client, border: str) -> None:
    assert post(trainer, "/add-trigger", LATE).status_code == 302
    made = exercises.make(NAME, teams=["A"], at=T0, by="trainer")
    exercises.begin(made, at=T0, by="trainer")
    team = Team.objects.select_related("exercise__edition").get(exercise=made)
    came = [
        {one.inject for one in team_events.look_at(team, minute(n)).delivered} for n in (14, 15)
    ]
    assert ["ministry-asks" in one for one in came] == [False, True]
