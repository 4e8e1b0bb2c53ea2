"""What the pages of a draft, an alarm and a translator do, done by commands."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.api.nodes import Pair, preservation_request, text

from comity.cli import main

type Run = Callable[..., Result]


@pytest.fixture
def run(pair: Pair, tmp_path: Path) -> Run:
    """Run a command as somebody of the office that asks."""

    def done(who: str, *words: object) -> Result:
        token = tmp_path / f"{who}.token"
        token.write_text(pair.asking.tokens[who], "ascii")
        at = ["--node", pair.asking.url, "--token-file", str(token)]
        return CliRunner().invoke(main, [*map(str, words), *at])

    return done


def read(result: Result) -> Any:
    return json.loads(result.stdout)


@pytest.fixture
def draft(pair: Pair) -> str:
    body = preservation_request()
    basis = {"instrument": "un-2024", "article": "42", "status": "signed-not-in-force"}
    body["sections"]["request"]["basis"] = [basis]
    return str(pair.asking.ok("author", "POST", "/drafts", json=body)["id"])


def test_the_rules_judge_a_draft_and_the_status_says_whether_it_may_go(
    run: Run, draft: str
) -> None:
    told = run("author", "draft", "findings", draft, "--json")
    found = read(told)
    assert told.exit_code == (1 if found["outcome"] == "not-sendable" else 0)
    shown = run("author", "draft", "findings", draft, "--lang", "ar").output
    assert shown.splitlines()[0] == found["outcome"]
    rules = [one for part in found["instruments"] for one in part["findings"]]
    assert rules
    assert all(one["digest"] in shown for one in rules)


def test_facts_of_a_file_are_added_and_the_draft_is_judged_anew(
    run: Run, draft: str, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("no table at all", encoding="utf-8")
    assert "[act-file]" in run("author", "draft", "facts", draft, "--file", wrong).stderr
    unknown = tmp_path / "unknown.toml"
    unknown.write_text('"no.such" = true\n', encoding="utf-8")
    assert run("author", "draft", "facts", draft, "--file", unknown).exit_code == 1
    good = tmp_path / "good.toml"
    good.write_text('"case.transnational" = true\n', encoding="utf-8")
    done = run("author", "draft", "facts", draft, "--file", good, "--json")
    assert "outcome" in read(done), done.output


def test_nobody_overrides_what_does_not_hold_a_draft_back(run: Run, draft: str) -> None:
    words = ["draft", "override", draft, "--rule", "sha256:" + "0" * 64, "--reasons", "x"]
    assert "[not-allowed]" in run("author", *words).stderr
    refused = run("approver", *words, "--json")
    assert refused.exit_code in (1, 2)
    assert "error" in read(refused)


def test_a_draft_without_evidence_hands_nothing_on(run: Run, draft: str) -> None:
    told = run("author", "draft", "onward", draft)
    assert (told.exit_code, told.output) == (0, "it hands on nothing that needs consent\n")
    refused = run("author", "draft", "onward", draft, "--except", "x")
    assert "[not-allowed]" in refused.stderr


def test_who_signs_what_is_listed(run: Run) -> None:
    found = read(run("author", "draft", "policy", "--json"))["rules"]
    shown = run("author", "draft", "policy").output
    assert "request.submitted" in {one["type"] for one in found}
    assert len(shown.splitlines()) == len(found)


def test_a_request_that_came_is_judged(pair: Pair, run: Run) -> None:
    sent = pair.asking.say(preservation_request())
    told = run("author", "case", "findings", sent["conversation"], "--json")
    assert told.exit_code in (0, 1)
    assert set(read(told)) >= {"outcome", "instruments"}
    assert run("author", "case", "findings", "sha256:" + "0" * 64).exit_code == 1


def test_an_alarm_that_is_not_there_is_told(run: Run) -> None:
    assert "[not-here]" in run("duty", "duty", "alarm", 99999).stderr


def test_a_translator_takes_a_job_by_commands(pair: Pair, run: Run, tmp_path: Path) -> None:
    sent = pair.asking.say(preservation_request())
    said = {
        "source": sent["content"],
        "what": "grounds/facts",
        "source_language": "en",
        "target_language": "fr",
        "due": None,
        "cost": None,
        "assigned": pair.asking.ok("translator", "GET", "/me")["officer"],
    }
    body = {"act": "translation.asked", "said": said, "case": sent["case"]}
    item = pair.asking.ok("author", "POST", "/docket", json=body)["item"]
    assert item in run("translator", "translation", "list").output
    shown = run("translator", "translation", "show", item).output
    assert "translation.taken" in shown
    none = run("translator", "translation", "show", item, "-o", tmp_path / "paper")
    assert (none.exit_code, "no paper" in none.stderr) == (2, True)
    act = tmp_path / "act.json"
    act.write_text('{"translator": "Ana Ruiz"}', encoding="ascii")
    words = ["translation", "do", "translation.taken", "--item", item, "--file", act, "--json"]
    assert run("author", *words).exit_code == 1
    assert read(run("translator", *words))["state"] == "taken"
    over = {"act": "translation.withdrawn", "said": {"reasons": text("x")}}
    pair.asking.ok("author", "POST", f"/docket/{item}", json=over)
    gone = read(run("translator", "translation", "show", item, "--json"))
    assert gone["texts"] == [], "nothing of it is shown once it is over"


def test_a_certificate_of_a_strange_authority_is_not_kept(
    pair: Pair, run: Run, tmp_path: Path
) -> None:
    who = pair.asking.ok("author", "GET", "/me")["officer"]
    strange = tmp_path / "strange.certificate"
    person = pair.asked.officers["author"]
    strange.write_bytes(person.certificate.record)
    refused = run("approver", "people", "certificate", who, strange, "--json")
    assert refused.exit_code == 1
    assert "error" in read(refused)
    own = tmp_path / "own.certificate"
    own.write_bytes(pair.asking.officers["author"].certificate.record)
    kept = run("approver", "people", "certificate", who, own, "--json")
    assert (kept.exit_code, read(kept).get("officer")) == (0, who), kept.output
