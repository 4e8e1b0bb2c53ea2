"""The watch, calls and shifts over HTTP and from the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.api.nodes import PASSWORD, Pair, preservation_request
from tests.forked import run as forked_run

from comity.demo.world import ASKED, PHONES

TEXT = {"lang": "en", "text": "Keep one mailbox."}


def run(pair: Pair, folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    token = folder / "token"
    token.write_text(pair.asking.tokens["duty"], "ascii")
    at = ["--node", pair.asking.url, "--token-file", str(token)]
    return forked_run(
        [sys.executable, "-m", "comity", *map(str, words), *at],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "COLUMNS": "200"},
    )


def call(**told: Any) -> dict[str, Any]:
    return {
        "caller": "A. Nkosi",
        "office": None,
        "party": ASKED,
        "number_shown": None,
        "at": "2026-11-24T03:00:00Z",
        "urgency": "urgent",
        "measure": "preservation",
        "asked": TEXT,
        "accounts": [],
        "not_called_back": "Busy.",
        **told,
    }


def test_the_watch_lists_what_needs_a_person(pair: Pair) -> None:
    sent = pair.asking.say(preservation_request())
    found = pair.asking.ok("duty", "GET", "/watch")
    (line,) = [one for one in found["alerts"] if one["subject"] == sent["conversation"]]
    assert (line["kind"], line["party"], line["case"]) == ("unanswered", ASKED, sent["case"])
    assert found["overdue"] == sum(one["overdue"] for one in found["alerts"])


def test_a_call_is_noted_with_its_hour_and_called_back_on_their_number(pair: Pair) -> None:
    at = "2026-11-24T03:05:00Z"
    back = {"at": at, "number": PHONES[ASKED], "spoke_with": "A. Nkosi"}
    body = {"said": call(), "back": {"act": "call.called-back", "said": back}}
    made = pair.asking.ok("duty", "POST", "/calls", json=body)
    assert made["state"] == "called-back"
    assert made["due_at"] is not None, "by the setting oral_hours"
    body["back"] = {"act": "call.called-back", "said": {**back, "number": "+27 99"}}
    answer = pair.asking.call("duty", "POST", "/calls", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "call-number")
    listed = pair.asking.ok("auditor", "GET", "/calls")["items"]
    assert made["item"] in [one["item"] for one in listed]
    assert pair.asking.ok("duty", "GET", "/calls?day=2001-01-01")["items"] == []


def test_a_shift_goes_from_one_to_the_other(pair: Pair) -> None:
    for who in ("duty", "approver"):  # the walk of rights begins shifts too
        if begun := pair.asking.ok(who, "GET", "/watch")["shift"]:
            pair.asking.ok(who, "POST", f"/shifts/{begun}/end", json={"reasons": TEXT})
    item = pair.asking.ok("duty", "POST", "/shifts", json={})["item"]
    assert pair.asking.ok("duty", "GET", "/watch")["shift"] == item
    successor = pair.asking.ok("approver", "GET", "/me")["officer"]
    body = {"to": successor, "notes": TEXT}
    pair.asking.ok("duty", "POST", "/shifts/hand-over", json=body)
    for who, wanted in (("duty", "given"), ("approver", "taken-over")):
        path = f"/shifts/{item}/confirm"
        wrong = pair.asking.call(who, "POST", path, json={"password": "no"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "password-wrong")
        both = pair.asking.call(who, "POST", path, json={"password": "no", "approval": {}})
        assert both.json()["code"] == "shift-unfit"
        done = pair.asking.ok(who, "POST", path, json={"password": PASSWORD})
        assert done["state"] == wanted
    begun = pair.asking.ok("approver", "GET", "/watch")["shift"]
    ended = pair.asking.ok("approver", "POST", f"/shifts/{begun}/end", json={"reasons": TEXT})
    assert ended["state"] == "ended"
    told = [one["item"] for one in pair.asking.ok("duty", "GET", "/shifts")["items"]]
    assert {item, begun} <= set(told)


@pytest.mark.parametrize("act", ["shift.begun", "shift.taken-over"])
def test_a_shift_is_not_moved_on_by_the_docket_alone(pair: Pair, act: str) -> None:
    answer = pair.asking.call("duty", "POST", "/docket", json={"act": act, "said": {}})
    assert (answer.status_code, answer.json()["code"]) == (409, "docket-elsewhere")


def test_commands_note_a_call_and_tell_by_their_status_how_it_is(
    pair: Pair, tmp_path: Path
) -> None:
    about = ["--caller", "A. Nkosi", "--party", ASKED, "--measure", "preservation"]
    about += ["--asked", "Keep one mailbox"]
    neither = run(pair, tmp_path, "call", "new", *about)
    assert neither.returncode == 2
    made = run(pair, tmp_path, "call", "new", *about, "--why-not", "Busy")
    assert made.returncode == 0, made.stderr
    assert made.stdout.strip() in run(pair, tmp_path, "call", "list").stdout
    assert PHONES[ASKED] in run(pair, tmp_path, "call", "number", ASKED).stdout
    worse = [*about, "--urgency", "emergency", "--why-not", "Busy"]
    assert run(pair, tmp_path, "call", "new", *worse).returncode == 0
    looked = run(pair, tmp_path, "watch", "--once")
    assert looked.returncode == 1, "an emergency that was not called back needs a person"
    assert "not called back" in looked.stdout
    value = json.loads(run(pair, tmp_path, "watch", "--json").stdout)
    assert made.stdout.strip() in [one["subject"] for one in value["alerts"]]
    good = run(pair, tmp_path, "call", "new", *about, "--called-back", "A. Nkosi")
    assert "called-back" in good.stderr
