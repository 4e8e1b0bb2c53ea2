"""`comity health` as its guide prints it, and in words."""

import os
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.typed import check_typed

from comity.cli import main
from comity.evidence import age_keys
from comity.node.health.check_labels import DO, DO_LACKING, DO_STILL, LACKING, OPERATOR, TITLE
from comity.node.health.checks import KEYS, Check
from comity.node.health.findings import told
from comity.node.operations import selftest_labels

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "log-health.md"


class Node:
    """Answers with what it was given."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer

    def get(self, _path: str) -> dict[str, Any]:
        return self.answer


def test_the_line_of_the_watchdog_names_all_that_the_command_asks_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (block,) = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    told = dict(re.findall(r"^export (\w+)=(\S+)$", block, re.MULTILINE))
    assert told["COMITY_NODE_CERTIFICATE"].endswith("keys/tls.pem")
    token = tmp_path / Path(told.get("COMITY_TOKEN_FILE", "none")).name
    token.write_text("x", "ascii")
    (words,) = re.findall(r"^comity (health[^>]*) >", block, re.MULTILINE)
    answer = {"good": True, "checks": [], "partners": []}
    monkeypatch.setattr("comity.cli.office.session", lambda *_: Node(answer))
    set_ = {**told, **({"COMITY_TOKEN_FILE": str(token)} if "COMITY_TOKEN_FILE" in told else {})}
    done = CliRunner().invoke(main, words.split(), env=set_)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("do", ["Ask the operator to make one.", "Open X."])
def test_the_operator_is_told_that_the_operator_is_meant(
    monkeypatch: pytest.MonkeyPatch, do: str
) -> None:
    checks = [{"key": "backup", "stands": "soon", "found": "None.", "do": do}]
    answer = {"good": True, "checks": checks, "partners": []}
    monkeypatch.setattr("comity.cli.office.session", lambda *_: Node(answer))
    done = CliRunner().invoke(main, ["health", "--node", "x", "--token-file", __file__])
    assert ("If that is you" in done.output) is ("operator" in do)


def test_each_line_that_is_not_in_order_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = [
        {"key": "officers", "stands": "bad", "found": "Officers cannot sign.", "do": "Open X."},
        {"key": "deliveries", "stands": "soon", "found": "3 wait; since noon.", "do": "Call."},
        {"key": "promises", "stands": "good", "found": "None was found.", "do": ""},
    ]
    answer = {"good": False, "checks": checks, "partners": []}
    monkeypatch.setattr("comity.cli.office.session", lambda *_: Node(answer))
    words = ["health", "--node", "x", "--token-file", __file__]
    done = CliRunner().invoke(main, words)
    printed = " ".join(done.output.split())
    assert done.exit_code == 1
    assert printed.startswith(
        "ACT NOW Officers who can sign [officers] Officers cannot sign. "
        "What to do: Open X. Needs attention "
    )
    assert "[deliveries] 3 wait; since noon. What to do: Call. OK" in printed
    assert printed.endswith("Messages that say two different things [promises] None was found.")


class _Facts(dict[str, str]):
    """Facts of a check; those that stand in no command are all the same."""

    def __missing__(self, name: str) -> str:
        return name


_FACTS = _Facts({
    "folder": "/srv/node", "party": "vn/contact-point", "use": "message",
    "node": "/srv/node", "command": "comity backup /srv/node -r RECIPIENT -o FILE",
})  # fmt: skip


def _printed() -> list[str]:
    texts = [
        *DO.values(),
        *DO_LACKING.values(),
        *DO_STILL.values(),
        *OPERATOR.values(),
        *selftest_labels.DO.values(),
    ]
    found = [one for text in texts for one in re.findall("“(comity .*?)”", text % _FACTS)]
    assert len(found) > 9
    return [*found, "comity backups make /srv/node"]


@pytest.mark.parametrize("command", _printed())
def test_each_command_that_a_check_prints_can_be_typed(command: str, tmp_path: Path) -> None:
    recipient = str(age_keys.generate(os.urandom).recipient)
    given = {"NUMBER": "1", "RECIPIENT": recipient, "/srv/node": str(tmp_path)}
    given |= {"TRUST-FILE": __file__, "NEW-FOLDER": str(tmp_path / "made"), "USE": "message"}
    given |= {"STATE-FOLDER": str(tmp_path), "FILE": str(tmp_path / "new")}
    check_typed([given.get(word, word) for word in shlex.split(command)[1:]])


def test_the_api_and_the_page_tell_one_check_in_the_same_words() -> None:
    facts = {"free": 1024, "total": 2048}
    assert told(Check("disk", "bad", facts))["found"] == "Only 1.0 KiB of 2.0 KiB are free."
    one = told(Check("officers", "bad", {"lacking": "instruments-none", "party": "vn/court"}))
    assert one["found"] == LACKING["instruments-none"]
    assert "STATE-FOLDER vn/court --instrument un-2024=" in one["do"]
    late = datetime(2026, 5, 1, tzinfo=UTC)
    waits = told(Check("deliveries", "soon", {"given_up": 0, "waiting": 2, "since": late}))
    assert waits["found"] == "2 wait; the oldest since 2026-05-01T00:00:00Z."
    assert waits["facts"]["since"] == "2026-05-01T00:00:00Z"
    call = [{"party": "za/court", "phone": "+27 1"}, {"party": "un/office", "phone": ""}]
    apart = told(Check("logs", "bad", {"number": 2, "call": call}))
    assert apart["do"].startswith("za/court: call +27 1. un/office: call a number")


def test_every_check_has_words_and_every_call_to_act_says_how() -> None:
    assert set(TITLE) == set(KEYS)
    assert {key.partition(".")[0] for key in DO} <= set(KEYS)


def test_whatever_is_asked_of_the_operator_is_said_to_the_operator_as_an_act() -> None:
    asked = {key for one in (DO, DO_LACKING, DO_STILL) for key in one if "operator" in one[key]}
    assert asked <= set(OPERATOR) <= {*DO, *DO_LACKING, *DO_STILL}
    assert not [text for text in OPERATOR.values() if "operator" in text]
