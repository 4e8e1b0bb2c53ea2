"""`comity health` as its guide prints it, and in words."""

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from comity.cli import main
from comity.node.health.check_words import DO, TITLE
from comity.node.health.checking import KEYS

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
    monkeypatch.setattr("comity.cli.health.session", lambda *_: Node(answer))
    set_ = {**told, **({"COMITY_TOKEN_FILE": str(token)} if "COMITY_TOKEN_FILE" in told else {})}
    done = CliRunner().invoke(main, words.split(), env=set_)
    assert done.exit_code == 0, done.output


def test_each_line_that_is_not_in_order_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = [
        {"key": "officers", "stands": "bad"},
        {"key": "own-editions", "stands": "soon"},
        {"key": "promises", "stands": "good"},
    ]
    answer = {"good": False, "checks": checks, "partners": []}
    monkeypatch.setattr("comity.cli.health.session", lambda *_: Node(answer))
    words = ["health", "--node", "x", "--token-file", __file__]
    done = CliRunner().invoke(main, words)
    told = " ".join(done.output.split())
    assert done.exit_code == 1
    assert "ACT NOW Officers who can sign [officers] Open the page Officer certificates" in told
    assert "Editions in our own entry [own-editions] Ask the operator for “comity keys" in told
    assert told.endswith("in order Messages that say two different things [promises]")


def test_every_check_has_words_and_every_call_to_act_says_how() -> None:
    assert set(TITLE) == set(KEYS)
    assert {key for key, _ in DO} <= set(KEYS)
