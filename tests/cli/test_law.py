"""The command law shows instruments and judges requests, and obeys nothing in their texts."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.cli.lawful import BLOCKS, KEY, law, own_law, told
from tests.conftest import REPOSITORY

from comity.cli.law.printing import Speaker
from comity.files.instruments import shipped

HOSPITAL = REPOSITORY / "tests" / "cases" / "un-hospital-preservation.toml"
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return own_law(tmp_path)


@pytest.fixture
def request_file(ours: Path) -> Path:
    return ours.parent / "request.toml"


def case(tmp_path: Path, path: Path = HOSPITAL) -> Path:
    """Write the facts of a case without what a test expects of it."""
    text = path.read_text(encoding="utf-8").split("[expected]")[0]
    kept = text[text.index("instrument = ") :]
    file = tmp_path / "case.toml"
    file.write_text(kept, encoding="utf-8")
    return file


# ------------------------------------------------------------------ list and show


def test_the_list_counts_what_is_there_and_what_is_verified() -> None:
    rows = {row["key"]: row for row in told("list")["instruments"]}
    assert set(rows) == set(shipped().instruments)
    for key, one in shipped().instruments.items():
        assert (rows[key]["articles"], rows[key]["rules"]) == (len(one.articles), len(one.rules))
        assert rows[key]["verified"] == 0  # a release ships none
    assert rows["coe-2001"]["entry"]["latest"] == "2004-07-01"
    assert rows["un-2024"]["entry"]["latest"] is None
    assert rows["reciprocity"]["entry"] is None


def test_the_list_does_not_say_of_a_treaty_that_it_is_in_force_unless_it_is() -> None:
    text = law("list").stdout
    assert "not in force before" in text
    assert "in force from 2004-07-01" in text
    assert "0 verified" in text


def test_a_measure_shows_limits_grounds_outputs_and_rules_with_their_places() -> None:
    text = law("show", "un-2024", "preservation").stdout
    for shown in (
        "preservation min days = 60",
        "42-6",
        "not-a-ground",
        "Confirmation of preservation",
        "Art. 42(3)(f), 42(1); confidence: high; warns until it is verified",
        "no lawyer has read this rule yet",
    ):
        assert shown in text


def test_an_article_shows_only_what_rests_on_it() -> None:
    value = told("show", "un-2024", "42")
    assert value["articles"].keys() == {"42"}
    assert {rule["key"] for rule in value["rules"]} == {
        rule.key
        for rule in shipped().instruments["un-2024"].rules.values()
        if any(re.fullmatch(r"42(\(.*)?", cite) for cite in rule.cite)
    }


def test_what_a_request_has_to_say_is_marked_where_it_depends_on_other_facts() -> None:
    required = told("show", "un-2024", "preservation")["required"]
    assert required["request.necessity"] is True
    assert required["case.protection_marked"] is False  # only with a witness, a victim or a child


@pytest.mark.parametrize("words", [("show", "un-2042"), ("show", "un-2024", "999"), ("show", KEY)])
def test_what_is_not_there_is_not_shown(words: tuple[str, ...]) -> None:
    result = law(*words)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_a_language_without_words_shows_english_and_says_so(ours: Path) -> None:
    words = ("show", KEY, "2", "--instruments", ours, "--lang")
    assert "Preservation [en]" in law(*words, "vi").stdout
    assert "[en]" not in law(*words, "en").stdout


# ------------------------------------------------------------------ check


def test_what_no_verified_rule_judged_is_never_called_ready(tmp_path: Path) -> None:
    value = told("check", case(tmp_path), status=3)
    breached = [f["rule"]["key"] for f in value["findings"] if f["outcome"] == "breach"]
    assert (value["outcome"], breached) == ("not-judged", [])


def test_the_request_of_the_how_to_breaks_the_rule_it_names_and_only_warns(
    ours: Path, request_file: Path
) -> None:
    value = told("check", request_file, "--instruments", ours, status=3)
    assert value["outcome"] == "not-judged"
    (finding,) = value["findings"]
    assert (finding["rule"]["key"], finding["outcome"], finding["effective"]) == (
        "RG-01",
        "breach",
        "warn",
    )
    assert finding["rule"]["verified"] is False
    text = law("check", request_file, "--instruments", ours).stdout
    assert "State why the data must be preserved now." in text
    assert "RG-01 would stop it once two people have confirmed the rule" in text


def test_what_is_not_given_is_asked_for_and_not_assumed(tmp_path: Path) -> None:
    file = case(tmp_path)
    text = file.read_text(encoding="utf-8").replace("in_force = true\n", "", 1)
    file.write_text(text, encoding="utf-8")
    value = told("check", file, status=3)
    asked = {one["fact"]: one["ask"] for f in value["findings"] for one in f["missing"]}
    assert asked["basis.in_force"] == "Is the treaty in force for both States today?"
    assert value["outcome"] == "not-judged"
    assert "cannot be judged yet" in law("check", file).stdout


def test_facts_come_from_standard_input_too_and_as_json(ours: Path) -> None:
    facts = {
        "instrument": KEY, "measure": "preservation", "step": "draft",
        "facts": {"at": "2026-03-01T09:00:00Z", "request": {"necessity": "They expire."}},
    }  # fmt: skip
    value = told("check", "-", "--instruments", ours, stdin=json.dumps(facts).encode(), status=3)
    assert value["outcome"] == "not-judged"


def test_options_say_what_the_file_does_not(ours: Path) -> None:
    bare = b"[facts]\nat = 2026-03-01T09:00:00Z\n"
    options = ("--instruments", ours, "--instrument", KEY, "--measure", "preservation")
    assert told("check", "-", *options, "--step", "draft", stdin=bare, status=3)["step"] == "draft"
    result = law("check", "-", *options, stdin=bare)
    assert result.exit_code == 2
    assert "--step" in result.stderr


def test_a_file_without_a_moment_is_judged_as_of_now_and_says_so(ours: Path) -> None:
    bare = BLOCKS[2].replace("at = 2026-03-01T09:00:00Z", "").encode()
    assert told("check", "-", "--instruments", ours, stdin=bare, status=3)["at_given"] is False
    assert "judged as of now" in law("check", "-", "--instruments", ours, stdin=bare).stdout


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("data = ", "dat = ", "law-fact-unknown"),
        ('"Mailbox of one customer"', "7", "law-fact-type"),
        ("[facts]", "[facts", "law-facts"),
        ('"preservation"', '"extradition"', "misuse"),
        ('"draft"', '"drafts"', "misuse"),
        ('"ruritania-2019"', '"ruritania"', "misuse"),
        ("[facts]", 'other = "x"\n[facts]', "law-facts"),
    ],
)
def test_a_file_that_cannot_be_judged_ends_with_two_and_no_result(
    ours: Path, request_file: Path, before: str, after: str, code: str
) -> None:
    spoilt = request_file.read_text(encoding="utf-8").replace(before, after, 1)
    request_file.write_text(spoilt, encoding="utf-8")
    error = told("check", request_file, "--instruments", ours, status=2)["error"]
    assert error["code"] == code


def test_a_misspelt_fact_is_told_the_closest_name(ours: Path, request_file: Path) -> None:
    spoilt = request_file.read_text(encoding="utf-8").replace("data = ", "datta = ")
    request_file.write_text(spoilt, encoding="utf-8")
    result = law("check", request_file, "--instruments", ours)
    assert "did you mean request.data?" in result.stderr


# ------------------------------------------------------------------ hostile input

HOSTILE = "\x1b]0;owned\x07\x1b[2J\u009b31m\u202egnp.exe"


def _hostile_files() -> list[tuple[str, dict[str, Any] | str]]:
    named = {"instrument": KEY, "measure": "preservation", "step": "draft"}
    return [
        ("a name", {**named, "facts": {HOSTILE: "x"}}),
        ("a value", {**named, "facts": {"request.data": HOSTILE, "case.scope": HOSTILE}}),
        ("an instrument", {**named, "instrument": HOSTILE, "facts": {}}),
        ("a measure", {**named, "measure": HOSTILE, "facts": {}}),
        ("a member", {**named, HOSTILE: 1, "facts": {}}),
        ("a broken file", "[facts\n" + HOSTILE),
        ("a broken name", f"{HOSTILE} = 1"),
        ("broken JSON", '{"facts": ' + HOSTILE),
        ("a doubled name", '{"a' + "\u009b" + '": 1, "a' + "\u009b" + '": 1}'),
    ]


@pytest.mark.parametrize(
    ("name", "value"), _hostile_files(), ids=lambda v: v[:12] if isinstance(v, str) else ""
)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_nothing_in_a_file_steers_the_terminal(
    ours: Path, tmp_path: Path, name: str, value: dict[str, Any] | str, form: tuple[str, ...]
) -> None:
    file = tmp_path / "hostile"
    file.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    result = law("check", file, "--instruments", ours, *form)
    assert result.exit_code == 2, name
    assert not STEERING.search(result.stdout + result.stderr), name


def test_a_name_given_as_an_argument_is_not_echoed_raw() -> None:
    for words in (("show", HOSTILE), ("show", "un-2024", HOSTILE), ("explain", HOSTILE)):
        result = law(*words)
        assert result.exit_code == 2
        assert not STEERING.search(result.stdout + result.stderr)


@pytest.mark.parametrize("words", [("show", KEY), ("lint",), ("list",)])
@pytest.mark.parametrize("escaped", ["\\u001b[2J", "\\u009b2J", "\\u202e"])
def test_an_instrument_whose_words_would_steer_the_terminal_is_refused(
    ours: Path, words: tuple[str, ...], escaped: str
) -> None:
    file = ours / KEY / "words" / "en.toml"
    spoilt = file.read_text("utf-8").replace("Ruritania agreement", f"Ruritania {escaped}")
    file.write_text(spoilt, encoding="utf-8")
    result = law(*words, "--instruments", ours)
    assert result.exit_code == (1 if words == ("lint",) else 2)
    assert "law-text" in result.stdout + result.stderr
    assert not STEERING.search(result.stdout + result.stderr)


# ------------------------------------------------------------------ explain


def test_a_rule_is_explained_by_its_own_condition() -> None:
    value = told("explain", "R-030")
    assert value["broken_when"] == [
        "at least one of these holds:",
        "  “Request for assistance will follow” is not given",
        "  “Request for assistance will follow” is: no",
    ]
    assert value["facts"] == ["request.mla_intended"]
    assert "request.mla_intended" not in value["examples"]["broken"]
    assert value["examples"]["kept"]["request.mla_intended"] == "yes"


def test_every_shipped_rule_can_be_said_and_names_every_fact_by_its_label() -> None:
    laws = shipped()
    for one in laws.instruments.values():
        speaker = Speaker(laws, one)
        for rule in one.rules.values():
            said = "\n".join(speaker.lines(rule.when))
            for fact in rule.when.facts():
                if not fact.startswith("item."):
                    assert laws.text(None, f"facts.{fact}.label", "en").text in said, rule.key


def test_a_rule_is_found_by_its_instrument_and_an_unknown_one_is_not() -> None:
    assert told("explain", "coe-2001/B-001")["instrument"] == "coe-2001"
    assert told("explain", "B-001", "--instrument", "coe-2001")["key"] == "B-001"
    assert law("explain", "un-2024/B-001").exit_code == 2
    assert law("explain", "R-999").exit_code == 2


def test_a_key_that_two_instruments_have_is_not_guessed(ours: Path) -> None:
    file = ours / KEY / "instrument.toml"
    file.write_text(file.read_text("utf-8").replace("RG-02", "R-030"), encoding="utf-8")
    result = law("explain", "R-030", "--instruments", ours)
    assert result.exit_code == 2
    assert f"{KEY}/R-030, un-2024/R-030" in result.stderr


# ------------------------------------------------------------------ lint


def test_the_folder_of_the_how_to_lacks_only_languages(ours: Path) -> None:
    assert told("lint", ours, "--lang", "en") == {"problems": []}
    problems = told("lint", ours, status=1)["problems"]
    assert {one["code"] for one in problems} == {"language-missing"}
    assert all(one["file"].startswith(f"{KEY}/") for one in problems)


@pytest.mark.parametrize(
    ("before", "after", "key", "code"),
    [
        ('cite = ["2(1)"]', 'cite = ["9(1)"]', "RG-01", "article-unknown"),
        ('end", 30]', 'end", 31]', "RG-02", "limit-differs"),
        ('{missing = "request.necessity"}', '{missing = "request.why"}', "", "law-reference"),
        ("number = 1", 'number = "1"', "", "law-member"),
    ],
)
def test_lint_names_the_place_of_what_is_wrong(
    ours: Path, before: str, after: str, key: str, code: str
) -> None:
    file = ours / KEY / "instrument.toml"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    problems = told("lint", ours, "--lang", "en", status=1)["problems"]
    assert [(one["file"], one["code"]) for one in problems] == [(f"{KEY}/instrument.toml", code)]
    assert key in problems[0]["key"]
    if key:
        assert problems[0]["line"] == line_with(text, f'key = "{key}"')


def test_lint_names_the_line_of_a_word_and_of_what_is_no_toml(ours: Path) -> None:
    words, rules = ours / KEY / "words" / "en.toml", ours / KEY / "instrument.toml"
    text = words.read_text("utf-8")
    words.write_text(text.replace('"RG-02" =', '"RG-99" ='), encoding="utf-8")
    problems = told("lint", ours, "--lang", "en", status=1)["problems"]
    assert {(one["code"], one["line"]) for one in problems} == {
        ("text-foreign", line_with(text, '"RG-02"')),
        ("text-missing", line_with(text, "[rules]")),
    }
    spoilt = rules.read_text("utf-8").replace('key = "RG-01"', "")
    rules.write_text(spoilt, encoding="utf-8")
    (problem,) = told("lint", ours, "--lang", "en", status=1)["problems"]
    assert (problem["key"], problem["line"]) == ("rule no. 1", line_with(spoilt, "[[rule]]"))
    rules.write_text("number = 1\nx = = 3\n" + rules.read_text("utf-8"), encoding="utf-8")
    (problem,) = told("lint", ours, "--lang", "en", status=1)["problems"]
    assert (problem["code"], problem["line"]) == ("law-file", 2)
    assert law("lint", ours).stdout.startswith(f"{KEY}/instrument.toml:2: ")


def line_with(text: str, part: str) -> int:
    """Return the number, from 1, of the first line that holds a part."""
    return 1 + next(n for n, line in enumerate(text.split("\n")) if part in line)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("number = 1\n", "number = 1\nformat = 2\n", "law-member"),
        ('{missing = "request.necessity"}', '{near = "request.necessity"}', "law-condition"),
        ('{missing = "request.necessity"}', '{missing = "request.quantum"}', "law-reference"),
    ],
)
def test_an_instrument_made_for_a_newer_program_is_refused_and_says_what_to_do(
    ours: Path, request_file: Path, before: str, after: str, code: str
) -> None:
    file = ours / KEY / "instrument.toml"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    result = law("check", request_file, "--instruments", ours)
    assert result.exit_code == 2
    assert f"error [{code}]: {KEY}/instrument.toml: " in result.stderr
    assert "newer" in result.stderr
    assert "comity law lint" in result.stderr


def test_an_own_fact_without_a_label_and_a_question_is_named(ours: Path) -> None:
    fact = '[[fact]]\nkey = "ruritania.seal"\ntype = "flag"\n'
    (ours / "facts.toml").write_text(fact, encoding="utf-8")
    problems = told("lint", ours, "--lang", "en", status=1)["problems"]
    assert {(one["file"], one["key"]) for one in problems} == {
        ("words/en.toml", "facts.ruritania.seal.ask"),
        ("words/en.toml", "facts.ruritania.seal.label"),
    }
    (ours / "words").mkdir()
    words = '[facts."ruritania.seal"]\nlabel = "Sealed"\nask = "Is it sealed?"\n'
    (ours / "words" / "en.toml").write_text(words, encoding="utf-8")
    assert told("lint", ours, "--lang", "en") == {"problems": []}


def test_the_installed_command_ends_with_the_status_of_its_result(
    ours: Path, request_file: Path
) -> None:
    command = [sys.executable, "-m", "comity", "law", "check", "--instruments", str(ours)]
    done = subprocess.run([*command, request_file], capture_output=True, check=False)
    assert done.returncode == 3
    assert b"not judged by a verified rule" in done.stdout
    assert subprocess.run([*command, ours], capture_output=True, check=False).returncode == 2


def test_a_folder_in_which_nothing_is_read_is_not_in_order(tmp_path: Path) -> None:
    result = law("lint", tmp_path)
    assert result.exit_code == 2
    assert "nothing to mend" not in result.output


def test_lint_names_the_place_once(ours: Path) -> None:
    file = ours / KEY / "instrument.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"RG-02"', '"RG-01"'), encoding="utf-8")
    lines = law("lint", ours, "--lang", "en").stdout.splitlines()
    place = f"{KEY}/instrument.toml:{line_with(text, 'RG-01')}: rule RG-01"
    assert lines[0] == f"{place}: stands here twice [law-duplicate]"
