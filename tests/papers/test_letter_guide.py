"""The guide for a State without a node: what it shows is typed here."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.conftest import REPOSITORY
from tests.papers.letters import letter, request_record

from comity.cli import main
from comity.papers.translations import read_code

GUIDE = (REPOSITORY / "docs/how-to/ask-a-state-without-a-node.md").read_text("utf-8")


def typed(*words: object, status: int = 0) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == status, result.output
    return result.output


def command(beginning: str) -> list[str]:
    """Return the words after ``comity`` of the guide's line that begins so."""
    line = next(line for line in GUIDE.splitlines() if line.startswith(f"comity {beginning}"))
    return re.findall(r'"[^"]*"|\S+', line)[1:]


def test_a_state_lists_its_authority_with_the_key_list_of_the_guide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    block = re.search(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    assert block
    Path("keys.json").write_text(block[1], "utf-8")
    typed(*command("directory state-keys"))
    typed(*(word.strip('"') for word in command("directory entry new")), "--yes")
    told = typed("directory", "show", "sn", "--json")
    assert "sn/ministry-of-justice" in told
    assert "by-document" in told


def test_the_codes_in_the_guide_are_codes_and_are_compared_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("record.json").write_bytes(request_record().data)
    read_code(command("case record E")[-1])
    own = typed("paper", "code", "record.json").strip()
    heard = command("paper code record.json --heard")[-1].strip('"')
    same = read_code(heard) == own
    typed("paper", "code", "record.json", "--heard", heard, status=0 if same else 1)


def test_the_letter_of_the_guide_is_printed_and_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("record.json").write_bytes(request_record().data)
    typed(*command("paper letter"))
    from tests.bundle.parties import trust_file

    Path("trust.json").write_bytes(trust_file().data)
    assert typed(*command("verify letter.pdf --trust")).startswith("PROVED")
    Path("letter.pdf").write_bytes(letter())
    Path("trust.json").write_bytes(trust_file("za").data)
    told = typed(*command("verify letter.pdf --trust"), "--json", status=3)
    assert json.loads(told)["verdict"] == "consistent"
