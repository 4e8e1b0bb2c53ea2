"""Triggers, questions and exhibits by forms: what breaks is refused, and nothing typed is lost."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.exercise.conftest import T0, minute

from comity.drills import Scenario
from comity.drills.editing import comments_lost, with_texts
from comity.drills.exhibits import exhibit_bytes, exhibit_digest, exhibit_text
from comity.drills.making import FORMS
from comity.drills.reading import MAX_BYTES, edition, read_scenario
from comity.files.drills import read_shipped, shipped_names
from comity.node.exercise import changing, house, library, playing
from comity.node.models import Team

NAME = "border-case"
HOME = f"/scenarios/{NAME}"
NASTY = (
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "{% load x %}",
    "a {stray brace",
    "right\u202eleft",
)
TRIGGER = {
    "key": "called-police",
    "when": "done",
    "did": "called to=police",
    "after": "inject unit-call",
    "brings": "ministry-asks",
}
LATE = TRIGGER | {"when": "not-done", "within_minutes": "10"}
TASK = {
    "key": "which-line",
    "kind": "text",
    "ask": "Whose line is it?",
    "answers": "scanner",
    "points": "8",
    "cite": "42(3)(c)",
    "learn": "Not every knock is an attack.",
    "hint-text:+1": "Read the third column.",
    "hint:+1": "2",
}
EXHIBIT = {"key": "notes", "form": "text", "text": "who,when\nMina,06:15\n"}
MADE = {"key": "portal-log", "made": "web-log", "whose": "- portal"}


@pytest.fixture
def border(db: None, config: object) -> str:
    """A copy of the first night."""
    changing.copy("first-night", NAME, at=T0, by="trainer")
    return NAME


def hidden(page: str) -> str:
    found = re.search(r'name="edition" value="(sha256:[0-9a-f]{64})"', page)
    assert found
    return found[1]


def post(client: Client, path: str, fields: Mapping[str, Any]) -> Any:
    began = hidden(client.get(HOME + path).content.decode())
    return client.post(HOME + path, {"edition": began, **fields})


def taken_out(client: Client, path: str) -> Any:
    return post(client, path, {"confirmed": "1"})


def files() -> dict[str, bytes]:
    return library.files_of(NAME)


def scenario() -> Scenario:
    return read_scenario(NAME, files())


def codes() -> set[str]:
    return {one.code for one in changing.findings(NAME, files())}


def beside(answer: Any, field: str) -> str:
    """Return what stands beside a field of a page."""
    page = answer.content.decode()
    found = re.search(rf'<div class="wrong" id="id_{re.escape(field)}_error">(.*?)</div>', page)
    return found[1] if found else ""


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("path", "good", "more"),
    [
        ("/add-trigger", TRIGGER, ("type", "ground", "about", "within_minutes")),
        ("/add-task", TASK, ("form", "exhibit", "counts", "options", "tries", "roles", "opens")),
        ("/add-exhibit", EXHIBIT, ("file_name", "listed")),
        ("/make-exhibit", MADE, ()),
    ],
)
def test_a_script_in_any_field_is_refused_and_shown_as_text_at_most(
    trainer: Client, border: str, path: str, good: dict[str, str], more: tuple[str, ...]
) -> None:
    before = edition(files())
    for field in (*good, *more):
        answer = post(trainer, path, good | {field: NASTY[0]})
        page = answer.content.decode()
        assert answer.status_code == 422, field
        assert "Nothing was saved" in page
        assert "<script>alert" not in page
        others = [value for name, value in good.items() if name != field and "\n" not in value]
        assert all(value in unescape(page) for value in others)
    assert edition(files()) == before


@pytest.mark.parametrize("nasty", NASTY[1:])
@pytest.mark.parametrize("field", ["ask", "answers", "learn", "hint-text:+1", "counts"])
def test_no_text_of_a_question_holds_what_a_page_could_run_or_no_eye_sees(
    trainer: Client, border: str, field: str, nasty: str
) -> None:
    before = edition(files())
    answer = trainer.post(f"{HOME}/add-task", {**TASK, field: nasty, "edition": before})
    assert answer.status_code == 422
    assert edition(files()) == before


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"did": "sent to=belmora thread=kept"}, "type", "Say which message"),
        (
            {"did": "sent to=belmora thread=kept", "type": "request.refused"},
            "type",
            "no player can do",
        ),
        ({"type": "request.refused"}, "type", "Only a message has this"),
        ({"when": "not-done"}, "within_minutes", "Say in how many minutes"),
        ({"within_minutes": "5"}, "within_minutes", "Leave it empty"),
        ({"did": "called to=us"}, "did", "called to=us"),
        ({"did": "called"}, "did", "called"),
        ({"after": "inject no-such"}, "after", "no-such"),
        ({"after": "trigger called-police"}, "after", "called-police"),
        ({"when": "not-done", "within_minutes": "59"}, "within_minutes", "after the end"),
        ({"key": "midnight"}, "key", "There is an entry of this key already"),
        ({"brings": "no-such"}, "brings", "no-such"),
    ],
)
def test_an_impossible_trigger_is_said_beside_its_field(
    trainer: Client, border: str, changed: dict[str, str], field: str, told: str
) -> None:
    before = edition(files())
    answer = post(trainer, "/add-trigger", TRIGGER | changed)
    assert answer.status_code == 422
    assert told in beside(answer, field), answer.content.decode()
    assert 'value="called-police"' in answer.content.decode() or "key" in changed
    assert edition(files()) == before


def test_a_loop_is_refused_and_nothing_is_saved(trainer: Client, border: str) -> None:
    before = edition(files())
    ring = TRIGGER | {"did": "called to=police", "after": "inject ministry-asks"}
    answer = post(trainer, "/add-trigger", ring)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "These wait for each other and never come." in page
    assert "inject ministry-asks" in page
    assert edition(files()) == before


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"kind": "find"}, "form", "lacks what its kind needs"),
        ({"kind": "find", "form": "ip"}, "exhibit", "lacks what its kind needs"),
        ({"kind": "find", "form": "ip", "exhibit": "gateway"}, "answers", "none of the kind"),
        (
            {"kind": "find", "form": "ip", "exhibit": "gateway", "answers": "192.0.2.99"},
            "answers",
            "does not hold the answer",
        ),
        ({"kind": "count", "exhibit": "gateway"}, "answers", "lacks what its kind needs"),
        (
            {"kind": "count", "exhibit": "gateway", "answers": "", "counts": "no such words"},
            "answers",
            "does not hold the answer",
        ),
        ({"kind": "choice", "options": "a: One\nb: Two"}, "answers", "none of the kind"),
        ({"kind": "choice", "options": "no text here"}, "options", "Each line is a key"),
        ({"kind": "choice", "options": "a: One\na: Two"}, "options", "Each line is a key"),
        ({"options": "\n".join(f"o{n}: x" for n in range(21))}, "options", "At most 20 lines"),
        ({"answers": "\n".join(f"a{n}" for n in range(21))}, "answers", "At most 20 lines"),
        ({"kind": "ground"}, "answers", "no such ground"),
        ({"kind": "measure"}, "answers", "does not provide"),
        ({"kind": "time"}, "answers", "none of the kind"),
        ({"cite": "999"}, "cite", "no such article"),
        ({"cite": ""}, "cite", "required"),
        ({"points": "0"}, "points", "greater than or equal"),
        ({"points": "1001"}, "points", "less than or equal"),
        ({"tries": "11"}, "tries", "less than or equal"),
        ({"hint:+1": "9"}, "points", "cost more than it brings"),
        ({"hint:+1": ""}, "hint:+1", "Say what it costs"),
        ({"hint-text:+1": ""}, "hint-text:+1", "Write the hint"),
        ({"hint-text:+1": "Ask {nobody}."}, "hint-text:+1", "value in braces that is not there"),
        ({"ask": "Ask {nobody}."}, "ask", "value in braces that is not there"),
        ({"key": "how-often"}, "key", "There is an entry of this key already"),
    ],
)
def test_a_question_that_cannot_be_answered_is_said_beside_its_field(
    trainer: Client, border: str, changed: dict[str, str], field: str, told: str
) -> None:
    before = edition(files())
    answer = post(trainer, "/add-task", TASK | changed)
    assert answer.status_code == 422
    assert told in beside(answer, field), answer.content.decode()
    assert "Not every knock is an attack." in answer.content.decode()
    assert edition(files()) == before


@pytest.mark.parametrize(
    "name",
    [
        "run.exe",
        "a.txt.exe",
        "con.txt",
        "NUL.txt",
        "über.txt",
        "x/../y.txt",
        ".hidden.txt",
        "a b.txt",
    ],
)
def test_an_exhibit_with_a_dangerous_name_is_refused_and_its_text_stays(
    trainer: Client, border: str, name: str
) -> None:
    before = edition(files())
    answer = post(trainer, "/add-exhibit", EXHIBIT | {"file_name": name})
    assert answer.status_code == 422
    assert "Small letters, digits and hyphens, and .txt" in beside(answer, "file_name")
    assert "Mina,06:15" in answer.content.decode()
    assert edition(files()) == before


def test_an_uploaded_file_with_a_dangerous_name_stays_as_text_on_the_page(
    trainer: Client, border: str
) -> None:
    up = SimpleUploadedFile("../../etc/cron.d/Run me.sh", b"line of evidence\n")
    answer = post(trainer, "/add-exhibit", {"key": "log", "form": "text", "file": up})
    assert answer.status_code == 422
    assert "Small letters" in beside(answer, "file_name")
    assert "line of evidence" in answer.content.decode()
    again = {"key": "log", "form": "text", "text": "line of evidence\n", "file_name": ""}
    assert post(trainer, "/add-exhibit", again).status_code == 302
    assert files()["exhibits/log.txt"] == b"line of evidence\n"


def test_ten_megabytes_are_refused_beside_the_field_and_what_was_typed_stays(
    trainer: Client, border: str
) -> None:
    before = edition(files())
    up = SimpleUploadedFile("big.txt", b"x" * 10_000_000)
    answer = post(trainer, "/add-exhibit", {"key": "big-log", "form": "disk", "file": up})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "larger than 512 KiB" in beside(answer, "file")
    assert 'value="big-log"' in page
    assert len(page) < 100_000
    assert edition(files()) == before


def test_more_than_any_exhibit_is_not_even_read(trainer: Client, border: str) -> None:
    up = SimpleUploadedFile("big.txt", b"x" * (16 * 1024 * 1024))
    answer = trainer.post(f"{HOME}/add-exhibit", {"key": "big-log", "form": "text", "file": up})
    assert answer.status_code == 413
    assert "exhibits/big.txt" not in files()


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"text": "", "form": "text"}, "text", "A text is one file"),
        ({"text": "", "form": "disk"}, "text", "at least one file"),
        ({"text": "x" * (MAX_BYTES + 1)}, "text", "larger than 512 KiB"),
        ({"file_name": "gateway.txt"}, "file_name", "There is a file of this name already"),
        ({"key": "gateway"}, "key", "There is an entry of this key already"),
        ({"listed": ["gateway.txt", "rules.txt"]}, "text", "A text is one file"),
    ],
)
def test_an_exhibit_of_nothing_or_of_too_much_is_refused(
    trainer: Client, border: str, changed: dict[str, Any], field: str, told: str
) -> None:
    before = edition(files())
    answer = post(trainer, "/add-exhibit", EXHIBIT | changed)
    assert answer.status_code == 422
    assert told in beside(answer, field)
    assert edition(files()) == before


def test_bytes_that_are_no_text_are_no_exhibit(trainer: Client, border: str) -> None:
    up = SimpleUploadedFile("wire.txt", b"\xff\xfe\x00MZ")
    answer = post(trainer, "/add-exhibit", {"key": "wire", "form": "text", "file": up})
    assert answer.status_code == 422
    assert "no text in UTF-8" in beside(answer, "file")


def test_a_mailbox_of_a_machine_is_refused_beside_whose_it_is(trainer: Client, border: str) -> None:
    before = edition(files())
    answer = post(trainer, "/make-exhibit", MADE | {"made": "mailbox"})
    assert answer.status_code == 422
    assert "does not hold together" in beside(answer, "whose")
    assert edition(files()) == before


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/triggers/midnight/remove", "inject data-lapse"),
        ("/exhibits/gateway/remove", "inject gateway-log"),
        ("/tasks/find-address/remove", "good find-address"),
        ("/injects/usb-stick/remove", "score stick-in-custody"),
    ],
)
def test_what_something_else_still_names_is_not_taken_out_and_it_is_said_by_what(
    trainer: Client, border: str, path: str, told: str
) -> None:
    before = edition(files())
    answer = taken_out(trainer, path)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert edition(files()) == before


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/add-trigger", TRIGGER),
        ("/triggers/second-asked", {"when": "done", "did": "called to=police"}),
        ("/add-task", TASK),
        ("/add-exhibit", EXHIBIT),
        ("/make-exhibit", MADE),
        ("/exhibits/gateway", {"text": "auth=failed 198.51.100.23\n"}),
    ],
)
def test_who_saves_second_is_refused_and_keeps_what_was_typed(
    trainer: Client, border: str, path: str, fields: dict[str, str]
) -> None:
    began = hidden(trainer.get(HOME + path).content.decode())
    note = {"kind": "note", "minute": "7", "title": "Mine", "text": "Quiet."}
    assert post(trainer, "/injects/handover", note).status_code == 302
    before = edition(files())
    answer = trainer.post(HOME + path, {"edition": began, **fields})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else saved this scenario meanwhile" in page
    assert edition(files()) == before
    assert all(value.strip().partition("\n")[0] in unescape(page) for value in fields.values())
    again = trainer.post(HOME + path, {"edition": hidden(page), **fields})
    assert again.status_code == 302, again.content.decode()
    assert scenario().plan.injects["handover"].minute == 7


# ------------------------------------------------------------------ what is kept


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


def test_every_trigger_that_ships_is_shown_and_saved_as_it_was(
    trainer: Client, db: None, config: object
) -> None:
    for shipped in shipped_names():
        changing.copy(shipped, f"my-{shipped}", at=T0, by="trainer")
        plan = read_scenario(f"my-{shipped}", library.files_of(f"my-{shipped}")).plan
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
        after = library.files_of(f"my-{shipped}")
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
    changing.change(
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
    assert "tasks.which-line.options.go" not in read.texts["en"] | read.texts["fr"]
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
    changing.change(NAME, dos, began=edition(files()), at=T0, by="trainer")
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
    assert "rules.txt, memo.txt" in page


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
    changing.change(
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
    assert "It fires at minute 15 at the earliest." in told.content.decode()
    asked = post(trainer, "/add-task", {**TASK, "preview": "1"})
    assert asked.status_code == 200
    assert "As players read it" in asked.content.decode()
    assert edition(files()) == before


def test_what_was_added_by_forms_is_played(trainer: Client, border: str) -> None:
    assert post(trainer, "/add-trigger", LATE).status_code == 302
    made = house.make(NAME, teams=["A"], at=T0, by="trainer")
    house.begin(made, at=T0, by="trainer")
    team = Team.objects.select_related("exercise__edition").get(exercise=made)
    came = [{one.inject for one in playing.look_at(team, minute(n)).delivered} for n in (14, 15)]
    assert ["ministry-asks" in one for one in came] == [False, True]
