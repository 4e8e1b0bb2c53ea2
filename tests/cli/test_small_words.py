"""Small words of commands: numbers of things, what is cut, what is unknown, what is refused."""

import re
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import comity.cli
from comity.canonical.amounts import counted
from comity.cli import main
from comity.cli.evidence.age import parsed_recipients
from comity.client.api import NodeRefusedError

AT = ["--node", "x", "--token-file", __file__]
_UNCOUNTED = re.compile(r"\{len\([^{}]*\)(?: [-+] \d+)?\} [a-z ]*?[a-z]+s\b")
_OF_SEVERAL = ("{len(shown)} events", "{len(told)} characters", "{len(told['not_sealed'])} of its")
"""What stands only where there are several: a whole of which a part is told, a limit passed."""


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0 entries"), (1, "1 entry"), (2, "2 entries"), (1000, "1,000 entries")],
)
def test_a_number_of_things_is_in_the_right_number(number: int, told: str) -> None:
    assert counted(number, "entry", "entries") == told
    assert counted(1, "sealed package") == "1 sealed package"


@pytest.mark.parametrize("room", ["cli", "bundle"])
def test_no_line_of_a_command_or_a_verdict_counts_one_as_several(room: str) -> None:
    places = Path(comity.cli.__file__).parent.parent / room
    for path in sorted(places.rglob("*.py")):
        if path.name in {"readme.py", "paths.py", "redaction.py"}:  # parts of bundles; limits
            continue
        for found in _UNCOUNTED.findall(path.read_text("utf-8")):
            assert any(one in found for one in _OF_SEVERAL), f"{path.name}: {found}; use counted()"


@pytest.mark.parametrize("text", ["age1...", "age1qqqqqqqqqqqqqqqqq", "age1qqqqqqq....."])
def test_what_is_cut_is_marked_once(text: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        parsed_recipients(click.Context(main), click.Option(["-r"]), (text,))
    assert caught.value.message.count("...") == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "name a recipient with -r, or say --plain"),
        (["--plain", "-r", "{key}"], "-r seals the backup and --plain does not"),
    ],
)
def test_a_backup_names_the_option_that_is_wrong(
    tmp_path: Path, options: list[str], told: str
) -> None:
    from comity.evidence import age_keys

    key = str(age_keys.generate(lambda size: bytes(range(size))).recipient)
    words = [one.format(key=key) for one in options]
    done = CliRunner().invoke(main, ["backup", str(tmp_path), "-o", str(tmp_path / "b"), *words])
    assert done.exit_code == 2
    assert told in done.stderr


class Node:
    """A node that answers as it is told."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def get(self, _path: str) -> Any:
        """Answer, or refuse."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    post = get

    def call(self, _method: str, path: str, _said: object) -> Any:
        """Answer, or refuse."""
        return self.get(path)


def test_health_says_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = [{"stands": "unknown", "key": "sealing"}]
    answer = {"good": True, "checks": checks, "partners": []}
    monkeypatch.setattr("comity.cli.office.session", lambda *_: Node(answer))
    assert CliRunner().invoke(main, ["health", *AT]).output == "not known       sealing\n"


def test_a_test_of_a_webhook_says_what_happened_or_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: dict[str, Any] = {"delivery": 4, "happened_at": "2026-11-25T03:00:00Z", "data": {}}
    sent |= {"event": "hook.test", "stage": "failed", "fault": "hook-silent"}
    monkeypatch.setattr("comity.cli.office.session", lambda *_: Node(sent))
    done = CliRunner().invoke(main, ["webhook", "test", "1", *AT])
    assert done.exit_code == 1
    assert "the receiver does not answer" in done.output
    refused = NodeRefusedError("there is no such thing here [not-here]", said="not-here")
    monkeypatch.setattr("comity.cli.office.session", lambda *_: Node(refused))
    done = CliRunner().invoke(main, ["webhook", "test", "1", *AT])
    assert "closed to you" in done.stderr
    assert "comity webhook list" in done.stderr


def test_the_rights_of_a_token_have_lines_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"token": 3, "name": "backup of statistics", "rights": ["audit", "read-content"]}
    row |= {"used_at": None, "expires_at": "2027-02-25T03:00:00Z"}
    monkeypatch.setattr("comity.cli.office.session", lambda *_: Node({"tokens": [row]}))
    done = CliRunner().invoke(main, ["token", "list", *AT])
    assert done.output.splitlines() == [
        "3  backup of statistics  used never  until 2027-02-25T03:00:00Z",
        "    audit, read-content",
    ]
