"""Forms of triggers, questions and exhibits: what breaks is refused, and nothing typed is lost."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.exercise.editing import hidden
from tests.exercise.forming import (
    EXHIBIT,
    HOME,
    MADE,
    TASK,
    TRIGGER,
    beside,
    files,
    post,
    scenario,
    taken_out,
)

from comity.drills.reading import MAX_BYTES, edition

pytestmark = pytest.mark.full  # every form of a scenario; test_scenarios.py has one of each

NASTY = (
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "{% load x %}",
    "a {stray brace",
    "right\u202eleft",
)


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
        assert re.search("(Nothing you entered|nothing else) is lost", page)
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
    assert "wait for each other" in beside(answer, "after")
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
        ({"points": "0"}, "points", "whole number from 1 to 1000"),
        ({"points": "1001"}, "points", "whole number from 1 to 1000"),
        ({"tries": "11"}, "tries", "whole number from 0 to 10"),
        ({"hint:+1": "9"}, "points", "cost more than it brings"),
        ({"hint:+1": ""}, "hint:+1", "Enter the cost"),
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
    assert "not text in UTF-8" in beside(answer, "file")


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
    assert "Another person saved this scenario after you opened it" in page
    assert edition(files()) == before
    assert all(value.strip().partition("\n")[0] in unescape(page) for value in fields.values())
    again = trainer.post(HOME + path, {"edition": hidden(page), **fields})
    assert again.status_code == 302, again.content.decode()
    assert scenario().plan.injects["handover"].minute == 7
