"""The composer asks what matters first, at a real terminal, and writes nothing half."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.cli.lawful import KEY, law, own_law, told

from comity.cli.law.ask import answer, choices, questions
from comity.files.instruments import library, shipped
from comity.instruments import Fact, FactsError, check_facts, judge, read_facts

pytestmark = pytest.mark.full  # a terminal of its own for each question

PROMPT = "> "
MOMENT = datetime(2027, 5, 12, tzinfo=UTC)


class Terminal:
    """A person at a terminal: reads until the prompt, types a line."""

    started: ClassVar[list["Terminal"]] = []

    def __init__(self, *words: object) -> None:
        self._master, slave = pty.openpty()
        command = [sys.executable, "-m", "comity", "law", *map(str, words)]
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, close_fds=True
        )
        os.close(slave)
        self.text = ""
        self.started.append(self)

    def read(self, *, to_end: bool = False) -> str:
        """Return what was shown since; until a prompt stands there, or the command ends."""
        shown, until = "", time.monotonic() + 60
        while to_end or not shown.endswith(PROMPT):
            assert time.monotonic() < until, shown
            if not select.select([self._master], [], [], 1)[0]:
                if self.process.poll() is not None:
                    break
                continue
            try:
                piece = os.read(self._master, 4096)
            except OSError:  # Linux: the other side is closed
                break
            if not piece:
                break
            shown += piece.decode()
        self.text += shown
        return shown

    def type(self, line: str) -> str:
        """Type a line and return what is shown then."""
        os.write(self._master, line.encode() + b"\n")
        return self.read()

    def interrupt(self) -> str:
        """Press Ctrl-C, again where it fell just before the program began to read."""
        for _ in range(10):
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(2)
            except subprocess.TimeoutExpired:
                continue
            break
        return self.read(to_end=True)

    def end(self) -> int:
        """Return the status."""
        return self.process.wait(30)

    def close(self) -> None:
        """Leave nothing running."""
        self.process.kill()
        self.process.wait(30)
        os.close(self._master)


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    yield
    while Terminal.started:
        Terminal.started.pop().close()


def talk(words: Sequence[object], *lines: str) -> tuple[int, Terminal]:
    """Type the lines, then blank ones until the command ends."""
    terminal = Terminal(*words)
    shown = terminal.read()
    waiting = list(lines)
    while shown.endswith(PROMPT):
        shown = terminal.type(waiting.pop(0) if waiting else "")
    assert not waiting, f"nobody asked for: {waiting}"
    return terminal.end(), terminal


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return own_law(tmp_path)


def own(ours: Path, *more: object) -> tuple[object, ...]:
    return ("ask", ours.parent / "request.toml", "--instruments", ours, *more)


# ------------------------------------------------------------------ which questions


def test_questions_that_settle_a_blocking_rule_come_first() -> None:
    laws = shipped()
    one = laws.instruments["un-2024"]
    judgement = judge(
        laws, one, measure="preservation", step="draft", facts={"at": MOMENT},
        verified={one.rules["R-030"].digest},
    )  # fmt: skip
    found = questions(judgement, {"at": MOMENT})
    assert found[0].fact == "request.mla_intended"  # the one verified rule
    weights = [min(rule.effect for rule in question.rules) for question in found]
    assert weights == sorted(weights)  # "block" before "warn"


def test_every_question_gives_a_reason_and_a_place() -> None:
    value = told("ask", "--instrument", "un-2024", "--measure", "preservation")
    assert value["step"] == "draft"
    for question in value["questions"]:
        assert question["ask"].endswith("?")
        assert question["rules"], question["fact"]
        assert all(rule["text"] and rule["cite"] for rule in question["rules"])


def test_what_is_given_is_not_asked_again(ours: Path) -> None:
    asked = [question["fact"] for question in told(*own(ours))["questions"]]
    assert asked == ["request.necessity"]
    file = ours.parent / "request.toml"
    file.write_text(file.read_text("utf-8") + 'necessity = "They expire."\n', encoding="utf-8")
    value = told(*own(ours))
    assert (value["questions"], value["outcome"]) == ([], "not-judged")


def test_an_offence_is_chosen_from_those_of_the_instrument() -> None:
    value = told("ask", "--instrument", "un-2024", "--measure", "stored-data")
    (offence,) = [q for q in value["questions"] if q["fact"] == "case.offence"]
    offences = shipped().instruments["un-2024"].offences
    assert [choice["key"] for choice in offence["choices"]] == list(offences)


# ------------------------------------------------------------------ typed answers


@pytest.mark.parametrize(
    ("key", "line", "value"),
    [
        ("request.data", " logs ", "logs"),
        ("request.mla_intended", "Y", True),
        ("request.mla_intended", "no", False),
        ("case.max_penalty_years", "10", 10),
        ("case.max_penalty_years", "2.5", 2.5),
        ("request.deadline", "2027-05-12", "2027-05-12T00:00:00Z"),
        ("request.deadline", "2027-05-12 03:04", "2027-05-12T03:04:00Z"),
        ("request.deadline", "2027-05-12T03:04:05Z", "2027-05-12T03:04:05Z"),
        ("case.scope", "2", "serious-crime"),
        ("case.scope", "serious-crime", "serious-crime"),
        ("request.data_classes", "1, content", ["subscriber", "content"]),
        ("request.identifiers", "type=ip; value=192.0.2.1", [{"type": "ip", "value": "192.0.2.1"}]),
        ("request.persons", "A. N. Other", [{"value": "A. N. Other"}]),
    ],
)
def test_an_answer_becomes_the_value_of_its_fact(key: str, line: str, value: object) -> None:
    laws = shipped()
    listed = choices(laws.facts[key], laws.instruments["un-2024"], "preservation")
    assert answer(laws, laws.facts[key], line, listed) == value


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("request.mla_intended", "perhaps"),
        ("case.max_penalty_years", "ten"),
        ("case.max_penalty_years", "nan"),
        ("case.max_penalty_years", "inf"),
        ("request.deadline", "tomorrow"),
        ("request.deadline", "2027-02-30"),
        ("case.scope", "9"),
        ("case.scope", "0"),
        ("case.scope", "²"),
        ("case.scope", "everything"),
        ("request.data_classes", "1, all"),
        ("case.offence", "\x1b[2J"),
        ("request.identifiers", "kind=ip"),
        ("request.identifiers", "type=ip; period_start=soon"),
    ],
)
def test_an_answer_that_is_no_value_is_refused(key: str, line: str) -> None:
    laws = shipped()
    fact: Fact = laws.facts[key]
    listed = choices(fact, laws.instruments["un-2024"], "preservation")
    with pytest.raises(FactsError):
        answer(laws, fact, line, listed)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(shipped().facts)), st.text(min_size=1, max_size=60))
@example("case.scope", "1" * 5000)
@example("case.max_penalty_years", "1" * 5000)
@example("case.max_penalty_years", "1e400")
def test_whatever_is_typed_is_a_value_of_its_fact_or_refused(key: str, line: str) -> None:
    laws = shipped()
    listed = choices(laws.facts[key], laws.instruments["un-2024"], "preservation")
    try:
        value = answer(laws, laws.facts[key], line, listed)
    except FactsError:
        return
    check_facts({key: value}, laws.facts)


# ------------------------------------------------------------------ at the terminal


def test_the_answers_are_written_with_all_that_the_file_held(ours: Path, tmp_path: Path) -> None:
    output = tmp_path / "done.toml"
    status, terminal = talk(own(ours, "-o", output), "?", "They expire.")
    assert status == 0, terminal.text
    seen = " ".join(terminal.text.split())
    assert "RG-01: State why the data must be preserved now. (Art. 2(1))" in seen
    assert "“Necessity” is not given" in terminal.text  # ? explains
    laws = library(ours)
    before = read_facts((ours.parent / "request.toml").read_bytes(), laws.facts)
    after = read_facts(output.read_bytes(), laws.facts)
    assert after.facts == {**before.facts, "request.necessity": "They expire."}
    assert (after.instrument, after.measure, after.step) == (KEY, "preservation", "draft")


def test_json_is_written_for_programs(ours: Path, tmp_path: Path) -> None:
    output = tmp_path / "done.json"
    assert talk(own(ours, "-o", output), 'They "expire"')[0] == 0
    value: dict[str, Any] = json.loads(output.read_bytes())
    assert value["facts"]["request.necessity"] == 'They "expire"'
    assert told("check", output, "--instruments", ours)["outcome"] == "not-judged"


def test_a_scope_that_is_too_broad_is_put_in_question(tmp_path: Path) -> None:
    output = tmp_path / "done.toml"
    facts = tmp_path / "facts.toml"
    facts.write_text('[facts]\n"case.electronic_evidence" = true\n', encoding="utf-8")
    words = ("ask", facts, "--instrument", "un-2024", "--measure", "preservation", "-o", output)
    terminal = Terminal(*words)
    shown = terminal.read()
    while "(case.scope)" not in shown:
        shown = terminal.type("")
    shown = terminal.type("any-offence")
    assert "this breaks R-003" in shown
    assert "(Art. 35(1), 3)" in " ".join(shown.split())  # folded at the terminal's width
    shown = terminal.type("convention-offence")
    assert "this breaks" not in shown
    while shown.endswith(PROMPT):
        shown = terminal.type("")
    assert terminal.end() == 0
    text = output.read_text(encoding="utf-8")
    assert '"case.scope" = "convention-offence"' in text
    assert "any-offence" not in text


def test_a_wrong_answer_is_asked_again(tmp_path: Path) -> None:
    output = tmp_path / "done.toml"
    words = ("ask", "--instrument", "un-2024", "--measure", "preservation", "-o", output)
    terminal = Terminal(*words)
    assert "(basis.in_force)" in terminal.read()
    assert "answer yes or no" in terminal.type("perhaps")
    shown = terminal.type("yes")
    while shown.endswith(PROMPT):
        shown = terminal.type("")
    assert terminal.end() == 0
    assert '"basis.in_force" = true' in output.read_text(encoding="utf-8")


def test_an_interruption_leaves_nothing(ours: Path, tmp_path: Path) -> None:
    output = tmp_path / "done.toml"
    terminal = Terminal("ask", "--instrument", "un-2024", "--measure", "preservation", "-o", output)
    terminal.read()
    terminal.type("yes")
    before = sorted(tmp_path.iterdir())
    assert "nothing was written" in terminal.interrupt()
    assert terminal.end() == 130
    assert sorted(tmp_path.iterdir()) == before


def test_without_a_terminal_nothing_is_asked_and_nothing_written(
    ours: Path, tmp_path: Path
) -> None:
    output = tmp_path / "done.toml"
    result = law(*own(ours, "-o", output), stdin=b"They expire.\n")
    assert result.exit_code == 2
    assert "--json" in result.stderr
    assert not output.exists()


def test_a_file_that_is_there_is_not_written_over_and_no_answer_is_lost(
    ours: Path, tmp_path: Path
) -> None:
    output = tmp_path / "done.toml"
    output.write_text("mine", encoding="utf-8")
    status, terminal = talk(own(ours, "-o", output))
    assert (status, output.read_text(encoding="utf-8")) == (2, "mine")
    assert "output-exists" in terminal.text


def test_an_answer_with_escapes_reaches_the_screen_only_as_typed(
    ours: Path, tmp_path: Path
) -> None:
    file = ours.parent / "request.toml"
    text = file.read_text("utf-8").replace("Mailbox", "\\u001b[2JMailbox\\u007f")
    file.write_text(text, encoding="utf-8")
    output = tmp_path / "done.toml"
    status, terminal = talk(own(ours, "-o", output), "They expire.")
    assert status == 0, terminal.text
    assert not re.search("[\x1b\x7f\x9b]", terminal.text)
    laws = library(ours)
    after = read_facts(output.read_bytes(), laws.facts)
    assert after.facts["request.data"] == "\x1b[2JMailbox\x7f of one customer"


def test_an_answer_that_the_file_could_not_hold_is_asked_again(tmp_path: Path) -> None:
    output = tmp_path / "done.json"
    file = tmp_path / "case.toml"
    file.write_text(
        'instrument = "un-2024"\nmeasure = "stored-data"\nstep = "draft"\n[facts]\n'
        'basis.in_force = true\ncase.scope = "serious-crime"\ncase.electronic_evidence = true\n'
        'case.penalty = "term"\n',
        encoding="utf-8",
    )
    status, terminal = talk(("ask", file, "-o", output), "4.5", "5")
    assert status == 0, terminal.text
    assert "fractions" in terminal.text
    assert json.loads(output.read_bytes())["facts"]["case.max_penalty_years"] == 5


@pytest.mark.parametrize("output", ["no/such/folder/done.toml", "done.json"])
def test_what_could_not_be_written_is_said_before_the_first_question(
    tmp_path: Path, output: str
) -> None:
    file = tmp_path / "case.toml"
    file.write_text(
        'instrument = "un-2024"\nmeasure = "stored-data"\n[facts]\ncase.max_penalty_years = 4.5\n',
        encoding="utf-8",
    )
    status, terminal = talk(("ask", file, "-o", tmp_path / output))
    assert status == 2
    assert PROMPT not in terminal.text
