"""What is no recipient is described with the form of one, and never repeated if it is secret."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.cli import main
from comity.evidence import age_keys

PAIR = age_keys.generate(bytes)
GOOD, SECRET = str(PAIR.recipient), age_keys.format_key_file(PAIR, created="x").split()[-1]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (SECRET, "the secret half of a key pair"),
        (SECRET[2:], "the secret half of a key pair"),
        (SECRET.lower(), "the secret half of a key pair"),
        (GOOD[:-3], f"'{GOOD[:12]}'... (59 characters), which is mistyped, cut off or in capitals"),
        (
            GOOD.upper(),
            f"'{GOOD[:12].upper()}'... (62 characters), which is mistyped, cut off or in capitals",
        ),
        ("ssh-ed25519 AAAA", "an SSH key"),
        ("thandi@office.test", "an e-mail address"),
        ("keys/backup.txt", "the name of a file"),
        ("backup", "a text of 6 characters that does not begin with age1"),
        ("", "empty"),
    ],
)
def test_what_is_no_recipient_is_described(tmp_path: Path, given: str, told: str) -> None:
    words = ["backup", str(tmp_path), "-o", str(tmp_path / "x.age"), "-r", GOOD, "-r", given]
    found = CliRunner().invoke(main, words, terminal_width=4000)
    assert found.exit_code == 2
    assert f"recipient 2 of 2 is {told}" in found.stderr
    assert "begin with age1" in found.stderr
    if told.startswith(("the secret", "an e-mail")):
        assert given[-20:].lower() not in found.output.lower()
