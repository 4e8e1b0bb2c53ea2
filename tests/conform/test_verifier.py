"""Verifiers of bundles, through the vectors: ours, one that lies, one that knows nothing."""

import json
import shlex
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from tests.repository.sources import REPOSITORY

from comity.canonical import MisuseError
from comity.cli.states.conform import conform
from comity.conform.report import junit, value
from comity.conform.tally import STATUS_RULES, Report
from comity.conform.verifier import (
    Case,
    Said,
    disagreement,
    read_cases,
    run_cases,
    select_cases,
    words,
)

VECTORS = REPOSITORY / "vectors" / "bundle"
OURS = f"{shlex.quote(sys.executable)} -m comity verify {{bundle}} --trust {{trust}} --json"
FAILED = {"exit": 1, "step": 4, "code": "bundle-chain"}


def cases() -> tuple[Case, ...]:
    return read_cases(VECTORS)


def test_every_vector_is_a_case() -> None:
    told = json.loads((VECTORS / "vectors.json").read_text("utf-8"))["vectors"]
    assert [case.name for case in cases()] == [vector["name"] for vector in told]
    assert {case.expect["exit"] for case in cases()} == {0, 1, 3, 4}


def some(every: int) -> tuple[Case, ...]:
    return cases()[::every]


def test_our_verifier_agrees_with_a_sample() -> None:
    found = run_cases(some(16), OURS)
    assert [r.reason for r in found if r.word != "pass"] == []


@pytest.mark.long  # each in one process: tests/bundle, and in a browser: tests/verifier
@pytest.mark.timeout(900)  # a process for each of hundreds of bundles, on a busy machine
def test_our_verifier_agrees_with_every_vector() -> None:
    found = run_cases(cases(), OURS)
    assert [f"{r.probe.id}: {r.reason}" for r in found if r.word != "pass"] == []


def test_a_verifier_that_says_yes_to_all_is_found_out() -> None:
    found = run_cases(some(4), "true {bundle} {trust}")
    words_of = {case.name: r.word for case, r in zip(some(4), found, strict=True)}
    assert words_of == {
        case.name: "pass" if case.expect["exit"] == 0 else "fail" for case in some(4)
    }
    assert "fail" in words_of.values()


def test_a_case_names_its_file_and_the_rules_that_it_shows() -> None:
    told = json.loads((VECTORS / "vectors.json").read_text("utf-8"))["vectors"]
    for case, vector in zip(cases(), told, strict=True):
        probe = case.probe
        assert probe.requirements == tuple(vector["requirements"])
        assert probe.place == "bundle/vectors.json"
        assert probe.title.startswith("bundle/vectors.json: exit status ")
        assert case.name not in probe.title, "said twice"
    (result,) = run_cases(some(300), "false {bundle} {trust}")
    tree = ET.fromstring(junit(Report("false", [result])))  # noqa: S314 - our own
    (found,) = tree.iter("testcase")
    assert found.get("file") == "bundle/vectors.json"
    assert all(rule in found.get("name", "") for rule in result.probe.requirements)
    assert str(result.probe.requirements[0]) in result.reason


def test_only_selects_vectors_by_name_rule_and_file() -> None:
    found = select_cases(cases(), ["C-16-65"])
    assert 0 < len(found) < len(cases())
    assert all("C-16-65" in case.requirements for case in found)
    one = found[0]
    assert select_cases(cases(), [one.name]) == select_cases(cases(), [f"bundle.{one.name}"])
    assert select_cases(cases(), ["bundle/vectors.json"]) == cases() == select_cases(cases(), [])
    with pytest.raises(MisuseError, match="no vector is called values"):
        select_cases(cases(), ["values"])
    options = ["--verifier", "true {bundle} {trust}", "--vectors", str(VECTORS), "--only", one.name]
    done = CliRunner().invoke(conform, options)
    assert "1 vector in " in done.output
    assert f"INCOMPLETE: {len(cases()) - 1} vectors of {len(cases())} not tried" in done.output
    done = CliRunner().invoke(conform, [*options, "--list"])
    assert done.output.count("\n") == 1
    assert done.output.startswith(f"bundle.{one.name}  MUST  16  bundle/vectors.json: ")


def test_a_verifier_that_prints_no_json_is_said_to_be_compared_by_exit_status_alone() -> None:
    damaged = [case for case in cases() if case.expect["exit"] == 1][:2]
    report = Report("false", run_cases(tuple(damaged), "false {bundle} {trust}"))
    assert report.verdict().startswith("false: COMPARED IN PART: 2 vectors of 2, ")
    assert "conforms to each" not in report.verdict()
    good = select_cases(cases(), [damaged[0].name])
    report = Report("ours", run_cases(good, OURS))
    assert report.verdict().endswith("all tried: it conforms to each")


def test_an_exit_status_alone_shows_only_rules_about_it_whole() -> None:
    chosen = select_cases(cases(), ["C-16-34", "C-16-54", "C-16-60"])
    report = Report("true", run_cases(chosen, "true {bundle} {trust}"))
    good = Report("true", [one for one in report.results if one.good])
    assert set(report.requirements["shown"]) <= STATUS_RULES
    assert {"C-16-34", "C-16-54"} <= set(good.requirements["shown in part"])
    assert not value(report)["complete"]
    assert not good.failed(strict=False, complete=False)
    assert good.failed(strict=False, complete=True)


def test_claims_that_are_not_said_are_not_compared(tmp_path: Path) -> None:
    flat = tmp_path / "flat.py"
    flat.write_text("print('{\"step\": 0}')", "utf-8")
    command = f"{shlex.quote(sys.executable)} {shlex.quote(str(flat))} {{bundle}} {{trust}}"
    (case,) = [c for c in cases() if c.expect.get("shows") and c.expect["exit"] == 0][:1]
    (result,) = run_cases((case,), command)
    assert (result.word, result.in_part) == ("pass", True)
    assert "claims were not compared" in result.reason


def test_status_step_and_code_are_compared_where_they_are_said() -> None:
    assert disagreement(FAILED, Said(1, b"no JSON")) == ""
    assert "Received 0" in disagreement(FAILED, Said(0, b""))
    right = {"number": 4, "status": "failed", "findings": [{"code": "bundle-chain"}]}
    other = {"number": 7, "status": "failed", "findings": [{"code": "bundle-fork"}]}
    assert disagreement(FAILED, Said(1, json.dumps({"steps": [right, other]}).encode())) == ""
    assert "Received step 7" in disagreement(
        FAILED, Said(1, json.dumps({"steps": [other]}).encode())
    )
    flat = {"step": 4, "code": "bundle-head"}
    assert "Received bundle-head" in disagreement(FAILED, Said(1, json.dumps(flat).encode()))


def claimed(*claims: tuple[str, str, list[str]]) -> Said:
    told = [{"claim": claim, "word": word, "by": by} for claim, word, by in claims]
    return Said(4, json.dumps({"claims": told}).encode())


def test_claims_at_odds_are_compared_where_they_are_said() -> None:
    expect = {"exit": 4, "step": 0, "code": "", "claims": ["receipt disputed vn/a za/b"]}
    assert disagreement(expect, Said(4, b"no JSON")) == ""
    assert disagreement(expect, Said(4, b'{"verdict": "disputed"}')) == ""
    assert disagreement(expect, claimed(("receipt", "disputed", ["za/b", "vn/a"]))) == ""
    other = ("log-heard", "contradicted", ["vn/a"])
    assert disagreement(expect, claimed(other, ("receipt", "disputed", ["vn/a", "za/b"]))) == ""
    for wrong in (
        other,
        ("receipt", "disputed", ["vn/a"]),
        ("receipt", "contradicted", ["vn/a", "za/b"]),
        ("receipt", "proved", ["vn/a", "za/b"]),
    ):
        odd = disagreement(expect, claimed(wrong))
        assert odd.startswith("Expected the claim receipt disputed vn/a za/b. Received ")
    assert "Received log-heard contradicted vn/a" in disagreement(expect, claimed(other))
    assert disagreement(expect, claimed()).endswith("Received none")
    assert disagreement({**expect, "claims": []}, claimed(other)) == ""


def test_a_claim_surer_than_it_may_be_is_seen() -> None:
    expect = {"exit": 4, "step": 0, "code": ""}
    proved = claimed(("approval", "proved", ["vn/a"]))
    assert "no surer than attested" in disagreement(expect, proved)
    later = claimed(("nothing-later", "attested", ["vn/a"]))
    assert "no surer than unknown" in disagreement(expect, later)
    assert disagreement(expect, claimed(("approval", "attested", ["vn/a"]))) == ""
    failed = {"exit": 4, "step": 7, "code": ""}
    assert "where a step fails" in disagreement(failed, claimed(("receipt", "proved", ["vn/a"])))


def test_without_a_trust_file_its_option_is_left_out(tmp_path: Path) -> None:
    command = "check --trust {trust} --deep {bundle} --trust={trust}"
    bundle, trust = tmp_path / "b", tmp_path / "t"
    assert list(words(command, bundle, trust)) == [
        *("check", "--trust", str(trust), "--deep", str(bundle), f"--trust={trust}")
    ]
    assert list(words(command, bundle, None)) == ["check", "--deep", str(bundle)]


def test_a_command_that_names_no_bundle_or_is_not_there_is_misuse() -> None:
    with pytest.raises(MisuseError, match="must say"):
        run_cases(some(60), "true")
    with pytest.raises(MisuseError, match=r"must say \{trust\} where"):
        run_cases(some(60), "true {bundle}")
    with pytest.raises(MisuseError, match="no shell runs it"):
        run_cases(some(60), "no-such-program {bundle} {trust}")
    with pytest.raises(MisuseError, match="quotation"):
        run_cases(some(60), "true '{bundle}")
    with pytest.raises(MisuseError, match="could not be run"):
        run_cases(some(60), "/no/such/verifier {bundle} {trust}")
    with pytest.raises(MisuseError, match=r"no vectors\.json"):
        read_cases(REPOSITORY / "docs")


def test_the_command_reports_a_liar(tmp_path: Path) -> None:
    place = tmp_path / "bundle"
    place.mkdir()
    told = json.loads((VECTORS / "vectors.json").read_text("utf-8"))
    short = [vector for vector in told["vectors"] if vector["base"] == "short"][:6]
    (place / "vectors.json").write_text(json.dumps({**told, "vectors": short}), "utf-8")
    (place / "short.json").write_bytes((VECTORS / "short.json").read_bytes())
    options = ["--verifier", "true {bundle} {trust}", "--vectors", str(place)]
    done = CliRunner().invoke(conform, options)
    assert done.exit_code == 1
    assert "Expected exit status 1. Received 0" in done.output
    wrong = [vector["name"] for vector in short if vector["expect"]["exit"]]
    known = tmp_path / "xfail"
    known.write_text("".join(f"bundle.{name} # it lies\n" for name in wrong), "utf-8")
    done = CliRunner().invoke(conform, [*options, "--xfail", str(known)])
    assert done.exit_code == 0, done.output
