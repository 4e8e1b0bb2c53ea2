"""Round tables by command: what is no file is refused, and what another State wrote stays text."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.api.nodes import Pair
from tests.exchange.makers import TABLES, ahead

from comity.cli import main
from comity.demo.world import ASKED

type Run = Callable[..., Result]


@pytest.fixture
def run(pair: Pair, tmp_path: Path) -> Run:
    """Run a command as somebody of the office that asks."""

    def done(who: str, *words: object) -> Result:
        token = tmp_path / f"{who}.token"
        token.write_text(pair.asking.tokens[who], "ascii")
        at = ["--node", pair.asking.url, "--token-file", str(token)]
        return CliRunner().invoke(main, ["assistance", "table", *map(str, words), *at])

    return done


@pytest.fixture(scope="module")
def digest(pair: Pair) -> str:
    agenda = [{"number": 1, "title": "[Forms](x)\n# and marks", "duration_minutes": 20}]
    table = {**ahead("table"), "agenda": agenda, "matter": "Logs, hours"}
    sent = pair.asking.say({"type": "table.called", "to": [ASKED], "sections": {"table": table}})
    found: str = sent["conversation"]
    minutes = {"minutes": TABLES["minutes"]}
    said = {"type": "table.minutes-proposed", "conversation": found, "sections": minutes}
    pair.asking.say(said)
    return found


def test_what_cannot_be_given_says_why_and_writes_nothing(
    run: Run, digest: str, tmp_path: Path
) -> None:
    wrong = run("author", "export", digest, tmp_path / "minutes.docx")
    assert wrong.exit_code == 2
    assert "FILE ends in .json or .md" in wrong.output
    nobody = "sha256:" + "00" * 32
    assert "[not-here]" in run("author", "show", nobody).stderr
    assert run("author", "export", nobody, tmp_path / "none.md").exit_code != 0
    assert run("auditor", "list").exit_code != 0
    assert not list(tmp_path.glob("*.docx")) + list(tmp_path.glob("*.md"))


def test_minutes_to_which_nobody_answered_are_listed_as_open(run: Run, digest: str) -> None:
    listed = json.loads(run("author", "list", "--json").stdout)["tables"]
    (one,) = [row for row in listed if row["conversation"] == digest]
    assert (one["stands"], one["open_actions"]) == ("waiting", 0)  # nothing is due of what is open
    assert "Logs, hours" in run("author", "list").output
    shown = run("author", "show", digest).output
    assert "no reply" in shown
    assert ": open\n" in shown
    assert "these count" not in shown


def test_the_file_says_what_is_open_and_has_no_mark_of_another_state(
    run: Run, digest: str, tmp_path: Path, pair: Pair
) -> None:
    file = tmp_path / "minutes.md"
    assert run("author", "export", digest, file).exit_code == 0
    page = file.read_text("utf-8")
    assert "## Minutes: open" in page
    assert "### 1. \\[Forms\\](x) \\# and marks" in page
    assert f"- {ASKED} (not waited for): has not spoken" in page
    assert run("author", "export", digest, file).exit_code != 0  # a file that is there stays
    rows = pair.asking.call("auditor", "GET", "/audit", params={"action": "table.exported"})
    assert f"author,table.exported,{digest},md" in rows.text
