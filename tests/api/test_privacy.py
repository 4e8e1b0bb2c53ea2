"""Data protection over HTTP and from the command line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.api.nodes import Pair, text
from tests.forked import run as forked_run
from tests.privacy import said as entered

from comity.node.privacy.retention_periods import CLASSES


def run(pair: Pair, folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    token = folder / "token"
    token.write_text(pair.asking.tokens["approver"], "ascii")
    at = ["--node", pair.asking.url, "--token-file", str(token)]
    return forked_run(
        [sys.executable, "-m", "comity", *map(str, words), *at],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def do(pair: Pair, act: str, said: dict[str, Any], who: str = "author", item: str = "") -> Any:
    path = f"/docket/{item}" if item else "/docket"
    return pair.asking.ok(who, "POST", path, json={"act": act, "said": said})


def breach(pair: Pair) -> str:
    return str(do(pair, "breach.found", entered.breach(pair.asked.party))["item"])


def test_classes_without_a_period_are_named_and_nothing_of_them_is_due(pair: Pair) -> None:
    found = pair.asking.ok("auditor", "GET", "/privacy/due", params={"on": "2100-01-01T00:00:00Z"})
    assert (found["records"], found["unset"]) == ([], list(CLASSES))


def test_what_will_be_due_is_a_dry_run_on_a_day(pair: Pair, tmp_path: Path) -> None:
    said = {"record_class": "audit", "days": 10, "rule": "Rule 7", "remark": None}
    item = do(pair, "retention.set", said, "approver")["item"]
    try:
        now = json.loads(run(pair, tmp_path, "privacy", "due", "--json").stdout)
        assert now["records"] == []
        later = run(pair, tmp_path, "privacy", "due", "--on", "2100-01-01", "--json", "--all")
        (row,) = json.loads(later.stdout)["records"]
        assert (row["subject"], row["held"]) == ("rows:audit", False)
        told = run(pair, tmp_path, "privacy", "due", "--on", "2100-01-01")
        assert "rows:audit" in told.stdout
        assert "never due" in told.stdout
        told = run(pair, tmp_path, "privacy", "record", "rows", "audit")
        assert "against: rows" in told.stdout
    finally:
        removed = {"reasons": text("Only a test.")}
        do(pair, "retention.removed", removed, "approver", item)


def test_a_breach_says_who_was_told_and_its_notice_is_a_paper(pair: Pair, tmp_path: Path) -> None:
    item = breach(pair)
    found = pair.asking.ok("author", "GET", f"/privacy/breaches/{item}")
    assert (found["late"], found["untold"], found["people_told"]) == (
        True,
        [pair.asked.party],
        False,
    )
    out = tmp_path / "breach.pdf"
    done = run(pair, tmp_path, "privacy", "paper", "breach", item, out, "--lang", "fr")
    assert (done.returncode, out.read_bytes()[:4]) == (0, b"%PDF")
    assert pair.asking.call("auditor", "GET", f"/privacy/breaches/{item}").status_code == 403


def test_what_is_held_is_found_and_the_words_are_not_in_the_audit(pair: Pair) -> None:
    breach(pair)
    body = {"words": ["LAPTOP", "stolen"]}
    found = pair.asking.ok("author", "POST", "/privacy/holdings", json=body)
    assert any(one["what"] == "breach" for one in found["holdings"])
    for wrong in ([], ["x"], ["a"] * 9):
        answer = pair.asking.call("author", "POST", "/privacy/holdings", json={"words": wrong})
        assert answer.status_code in (400, 409, 422)


def test_registers_show_a_title_to_whoever_reads_content_alone(pair: Pair) -> None:
    said = {
        "name": "Nguyễn Thị Lan",
        "contact": None,
        "on_behalf_of": None,
        "right": "access",
        "asked": text("What do you hold?"),
        "identity": "document",
        "identity_shown_by": "passport",
        "received_at": "2026-11-20T00:00:00Z",
        "due": "2026-12-20T00:00:00Z",
    }
    do(pair, "subject-request.received", said)
    asked = {"kind": "subject-request"}
    for who, title in (("approver", "Nguyễn Thị Lan"), ("auditor", "")):
        found = pair.asking.ok(who, "GET", "/privacy/register", params=asked)
        assert {one["title"] for one in found["items"]} == {title}


def test_a_register_or_a_class_that_is_none_is_refused(pair: Pair) -> None:
    for path, params in (
        ("/privacy/register", {"kind": "note"}),
        ("/privacy/due", {"record_class": "people"}),
        ("/privacy/due", {"after": "x"}),
    ):
        answer = pair.asking.call("approver", "GET", path, params=params)
        assert 400 <= answer.status_code < 500, path
        assert answer.json()["code"] in ("privacy-unfit", "due-place")


def test_codes_are_told_in_the_language_that_is_asked(pair: Pair, tmp_path: Path) -> None:
    found = pair.asking.ok("auditor", "GET", "/privacy/codes")
    assert {one["code"] for one in found["exemptions"]} >= {"E1", "E12"}
    assert not any(one["verified"] for one in found["grounds"])
    assert run(pair, tmp_path, "privacy", "codes").stdout.count("Directive") > 5
    assert run(pair, tmp_path, "privacy", "status").returncode == 0
    assert run(pair, tmp_path, "privacy", "list", "breach").returncode == 0
    assert run(pair, tmp_path, "privacy", "find", "laptop").returncode == 0
