"""The docket over HTTP and from the command line, against a running node."""

import json
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.api.nodes import Pair, preservation_request, text
from tests.forked import run as forked_run
from tests.walks import every

from comity.canonical import encode
from comity.cli.requests.docket_template import complete, template
from comity.docket import ACTS
from comity.docket.item import check_said

pytestmark = pytest.mark.full

SLIP = {"to": "Cyber unit", "task": text("Serve the order."), "due": "2027-01-10T00:00:00Z"}


@pytest.fixture(scope="module")
def case(pair: Pair) -> str:
    return str(pair.asking.say(preservation_request())["case"])


def do(pair: Pair, act: str, said: Any, **more: Any) -> Any:
    item = more.pop("item", "")
    path = f"/docket/{item}" if item else "/docket"
    return pair.asking.call("author", "POST", path, json={"act": act, "said": said, **more})


def command(pair: Pair, folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    token = folder / "token"
    token.write_text(pair.asking.tokens["author"], "ascii")
    at = ["--node", pair.asking.url, "--token-file", str(token)]
    return run(*words, *at)


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return forked_run(
        [sys.executable, "-m", "comity", "docket", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# ------------------------------------------------------------------ HTTP


def test_an_item_is_begun_moved_on_listed_and_read(pair: Pair, case: str) -> None:
    made = do(pair, "referral.sent", SLIP, case=case)
    assert made.status_code == 201
    item = made.json()["item"]
    taken = {"owner": "Lt Khumalo", "reference": None, "due": "2027-01-05T00:00:00Z"}
    assert do(pair, "referral.accepted", taken, item=item).status_code == 201
    (row,) = [
        one
        for one in pair.asking.ok("auditor", "GET", f"/docket?case={case}&open=true")["items"]
        if one["item"] == item
    ]
    assert (row["state"], row["due_at"], row["acts"]) == ("accepted", "2027-01-05T00:00:00Z", [])
    found = pair.asking.ok("approver", "GET", f"/docket/{item}")
    assert [entry["act"] for entry in found["entries"]] == ["referral.sent", "referral.accepted"]
    assert found["acts"] == ["referral.returned", "referral.done", "referral.recalled"]


@pytest.mark.parametrize(
    ("act", "said", "wanted"),
    [
        ("nobody.knows", {}, (422, "docket-act-unknown")),
        ("referral.done", {"result": text("x"), "reference": None}, (409, "docket-act-illegal")),
        ("referral.sent", {}, (422, "docket-malformed")),
        ("referral.sent", {**SLIP, "more": 1}, (422, "docket-malformed")),
        ("referral.sent", {**SLIP, "due": "soon"}, (422, "docket-malformed")),
        ("mail.received", {}, (409, "docket-elsewhere")),
        ("correspondence.transcribed", {}, (409, "docket-elsewhere")),
        ("mail.transcribed", {}, (409, "docket-elsewhere")),
        ("x", {}, (422, "request-malformed")),
    ],
)
def test_what_cannot_be_done_is_refused_by_a_code(
    pair: Pair, case: str, act: str, said: Any, wanted: tuple[int, str]
) -> None:
    answer = do(pair, act, said, case=case)
    assert (answer.status_code, answer.json()["code"]) == wanted


def test_an_item_needs_a_case_that_is_there(pair: Pair) -> None:
    answer = do(pair, "referral.sent", SLIP, case="2026-999999")
    assert (answer.status_code, answer.json()["code"]) == (409, "docket-case")
    assert do(pair, "referral.sent", SLIP).json()["code"] == "docket-act-illegal"


def test_an_item_that_is_not_there_is_not_here(pair: Pair) -> None:
    answer = do(pair, "referral.recalled", {"reasons": text("x")}, item="no-such-item")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-here")


def test_reading_an_item_is_written_down(pair: Pair, case: str) -> None:
    item = do(pair, "note.written", {"text": text("Called.")}, case=case).json()["item"]
    pair.asking.ok("approver", "GET", f"/docket/{item}")
    assert pair.asking.call("translator", "GET", f"/docket/{item}").status_code == 403
    with closing(sqlite3.connect(pair.asking.process.config.database_file, timeout=30)) as opened:
        rows = opened.execute(
            "SELECT actor, detail FROM node_auditrow WHERE action = 'docket.read' AND subject = ?",
            (item,),
        ).fetchall()
    assert rows == [("approver", "api")], "who was refused read nothing"


@pytest.mark.full
def test_the_list_is_paged_to_its_end(pair: Pair, case: str) -> None:
    for number in range(52):
        said = {"text": text(f"Note {number}")}
        assert do(pair, "note.written", said, case=case).status_code == 201
    first = pair.asking.ok("author", "GET", "/docket?kind=note")
    assert len(first["items"]) == 50
    rest = pair.asking.ok("author", "GET", f"/docket?kind=note&after={quote(first['next'])}")
    assert rest["next"] is None
    assert not {one["item"] for one in first["items"]} & {one["item"] for one in rest["items"]}


def test_a_translator_works_on_the_own_job_over_the_api(pair: Pair, case: str) -> None:
    found = pair.asking.ok("author", "GET", f"/cases/{case}")["conversations"][0]
    said = {
        "source": found["timeline"][0]["content"],
        "what": "grounds/facts",
        "source_language": "en",
        "target_language": "fr",
        "due": None,
        "cost": None,
        "assigned": pair.asking.ok("translator", "GET", "/me")["officer"],
    }
    item = do(pair, "translation.asked", said, case=case).json()["item"]
    jobs = pair.asking.ok("translator", "GET", "/translations")["jobs"]
    assert [one["item"] for one in jobs if one["open"]] == [item]
    job = pair.asking.ok("translator", "GET", f"/translations/{item}")
    assert [one["path"] for one in job["texts"]] == ["grounds/facts"]
    assert case not in json.dumps(job)
    taken = {"act": "translation.taken", "said": {"translator": "Ana Ruiz"}}
    pair.asking.ok("translator", "POST", f"/translations/{item}", json=taken)
    for act, said, wanted in (
        ("translation.accepted", {"remark": None}, (409, "docket-act-illegal")),
        ("translation.withdrawn", {"reasons": text("x")}, (403, "docket-hand")),
        ("mail.received", {}, (409, "docket-elsewhere")),
    ):
        body = {"act": act, "said": said}
        answer = pair.asking.call("translator", "POST", f"/translations/{item}", json=body)
        assert (answer.status_code, answer.json()["code"]) == wanted


# ------------------------------------------------------------------ commands


@every("act", sorted(ACTS))
def test_a_template_is_toml_and_names_every_member(act: str) -> None:
    told = template(ACTS[act])
    tomllib.loads(told)
    whole = "\n".join(line.removeprefix("# ") for line in told.splitlines()[2:])
    for name in ACTS[act].body.model_fields:
        assert any(name in line for line in whole.splitlines()), name


def test_what_a_filled_template_says_is_complete() -> None:
    said = tomllib.loads(
        'name = "Mail ZA"\ntells_its_users = "no"\nsource = "call"\n'
        'as_of = "2026-01-01T00:00:00Z"\n'
        '[[contacts]]\nchannel = "portal"\naddress = "https://orders.example"\n'
        '[[retention]]\ndata = "Logs"\nsource = "call"\n'
    )
    full = complete(ACTS["provider.entered"], said)
    check_said(ACTS["provider.entered"], full)
    assert full["retention"] == [{"data": "Logs", "days": None, "source": "call"}]
    assert full["accepts"] == []


def test_commands_write_a_file_do_the_act_and_show_it(
    pair: Pair, case: str, tmp_path: Path
) -> None:
    file = tmp_path / "slip.toml"
    assert run("new", "referral.sent", "-o", file).returncode == 0
    refused = command(pair, tmp_path, "do", "referral.sent", "--case", case, "--file", file)
    assert refused.returncode == 1, "nothing was filled in"
    file.write_text(
        'to = "Cyber unit"\ndue = 2027-02-01T00:00:00Z\n[task]\nlang = "en"\ntext = "Serve it"\n'
    )
    done = command(pair, tmp_path, "do", "referral.sent", "--case", case, "--file", file)
    assert done.returncode == 0, done.stderr
    item = done.stdout.strip()
    shown = command(pair, tmp_path, "show", item)
    assert "Cyber unit" in shown.stdout
    assert "due 2027-02-01T00:00:00Z" in shown.stdout
    listed = json.loads(command(pair, tmp_path, "list", "--open", "--json").stdout)
    assert item in [one["item"] for one in listed["items"]]


def test_an_officer_signs_a_rights_check_on_the_own_machine(
    pair: Pair, case: str, tmp_path: Path
) -> None:
    found = pair.asking.ok("author", "GET", f"/cases/{case}")["conversations"][0]
    said = {
        "conversation": found["conversation"],
        "answers": [{"question": "legality", "answer": "satisfied", "reasons": None}],
        "conclusion": "go-on",
        "reasons": text("Nothing stands against it."),
    }
    item = do(pair, "rights.recorded", said, case=case).json()["item"]
    person = pair.asking.officers["author"]
    key, certificate = tmp_path / "key.json", tmp_path / "certificate.json"
    key.write_bytes(encode({"jwk": person.key.private_jwk, "use": "officer"}))
    certificate.write_bytes(person.certificate.record)
    signing = ("sign", item, "--key", key, "--certificate", certificate)
    dry = command(pair, tmp_path, *signing, "--dry-run")
    assert "Nothing stands against it." in dry.stdout
    assert pair.asking.ok("author", "GET", f"/docket/{item}")["state"] == "recorded"
    done = command(pair, tmp_path, *signing, "--yes")
    assert done.returncode == 0, done.stderr
    assert pair.asking.ok("author", "GET", f"/docket/{item}")["state"] == "signed"
    again = command(pair, tmp_path, *signing, "--yes")
    assert again.returncode == 2, "there is nothing left to sign"


def test_verify_checks_a_nodes_docket_beside_the_running_node(pair: Pair, case: str) -> None:
    assert do(pair, "note.written", {"text": text("One.")}, case=case).status_code == 201
    found = run("verify", pair.asking.process.config.folder, "--json")
    told = json.loads(found.stdout)
    assert (found.returncode, told["faults"]) == (0, [])
    assert told["entries"] > 0


def test_verify_names_the_item_that_was_changed_in_the_database(pair: Pair, case: str) -> None:
    item = do(pair, "note.written", {"text": text("As it was.")}, case=case).json()["item"]
    config = pair.asking.process.config
    _rewrite(config.database_file, item, "As it was.", "As they like.")
    found = run("verify", config.folder, "--json")
    plain = run("verify", config.folder)
    _rewrite(config.database_file, item, "As they like.", "As it was.")
    assert found.returncode == plain.returncode == 1
    assert [(one["item"], one["code"]) for one in json.loads(found.stdout)["faults"]] == [
        (item, "docket-chain")
    ]
    assert item in plain.stdout
    assert "they like" not in plain.stdout + found.stdout
    assert run("verify", config.folder).returncode == 0


def _rewrite(database: Path, item: str, old: str, new: str) -> None:
    """Change a text beside the program, as whoever holds the disk can."""
    with closing(sqlite3.connect(database, timeout=30)) as opened, opened:
        done = opened.execute(
            "UPDATE node_docketentry SET value = replace(value, ?, ?) WHERE item = ?",
            (old, new, item),
        )
        assert done.rowcount == 1
