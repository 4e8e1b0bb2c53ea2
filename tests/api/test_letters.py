"""A message is taken out of a case for a letter, and found by the code at its foot."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.api.nodes import Pair, preservation_request
from tests.forked import run as forked_run

from comity.canonical import encode
from comity.papers.letter_record import read_letter_record
from comity.papers.translations import spoken_code


@pytest.fixture
def content(pair: Pair) -> str:
    """Return the content digest of a request that was sent."""
    return str(pair.asking.say(preservation_request())["content"])


def command(pair: Pair, folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    token = folder / "token"
    token.write_text(pair.asking.tokens["author"], "ascii")
    at = ["--node", pair.asking.url, "--token-file", str(token)]
    return forked_run(
        [sys.executable, "-m", "comity", "case", "record", *map(str, words), *at],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_message_is_given_by_its_digest_and_by_its_code(pair: Pair, content: str) -> None:
    code = spoken_code(bytes.fromhex(content.removeprefix("sha256:")))
    for named in (content, code, code.lower()):
        value = pair.asking.ok("approver", "GET", f"/messages/{named}/record")
        assert read_letter_record(encode(value)).message.content == content


@pytest.mark.parametrize(
    ("named", "status", "fault"),
    [
        ("sha256:" + "0" * 64, 404, "not-here"),
        ("00000-00000-00000-00000-0", 404, "not-here"),
        ("00000-00000-00000-00000-1", 422, "spoken-code"),
        ("sha256:00", 422, "digest-malformed"),
        ("%25", 422, "spoken-code"),
    ],
)
def test_what_names_no_message_is_refused(pair: Pair, named: str, status: int, fault: str) -> None:
    answer = pair.asking.call("author", "GET", f"/messages/{named}/record")
    assert (answer.status_code, answer.json()["code"]) == (status, fault)


def test_the_command_says_which_message_a_code_names_and_writes_its_record(
    pair: Pair, content: str, tmp_path: Path
) -> None:
    code = spoken_code(bytes.fromhex(content.removeprefix("sha256:")))
    told = command(pair, tmp_path, code.lower(), "-o", tmp_path / "record.json")
    assert told.returncode == 0, told.stderr
    assert f"request.submitted of {pair.asking.party}" in told.stdout
    assert read_letter_record((tmp_path / "record.json").read_bytes()).code == code
    assert command(pair, tmp_path, "00000-00000-00000-00000-0").returncode == 1
    assert command(pair, tmp_path, code[:-1] + "U").returncode == 2
