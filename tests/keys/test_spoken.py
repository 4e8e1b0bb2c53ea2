"""A key's fingerprint on the telephone: sixty digits, the same on pages, commands and papers."""

import json
import re
from pathlib import Path

from click.testing import CliRunner

from comity.cli import main
from comity.keys import PrivateKey
from comity.keys.spoken import fingerprint


def test_a_key_is_read_as_sixty_digits_in_groups_of_five() -> None:
    kid = PrivateKey.from_seed(b"k" * 32, alg="Ed25519").kid
    assert re.fullmatch(r"[0-9]{5}( [0-9]{5}){11}", fingerprint(kid))
    # never changes: two releases compare with each other
    assert fingerprint("age1qq4k") == (
        "63771 35900 73645 55898 49140 77023 23752 60083 56813 12720 43260 35490"
    )


def test_names_that_differ_in_one_sign_differ_in_every_group_but_by_chance() -> None:
    one, other = (fingerprint(name).split() for name in ("a" * 43, "a" * 42 + "b"))
    assert sum(a == b for a, b in zip(one, other, strict=True)) <= 1


def test_the_key_holders_command_says_a_key_as_the_pages_do(tmp_path: Path) -> None:
    place = str(tmp_path / "vn")
    words = ["directory", "state-keys", "-o", place, "--state", "vn", "--mode", "exercise"]
    told = CliRunner().invoke(main, words, catch_exceptions=False).output
    shown = CliRunner().invoke(main, ["directory", "show", place, "--json"], catch_exceptions=False)
    kids = next(iter(json.loads(shown.stdout)["states"]))["kids"]
    assert kids
    for kid in kids:
        assert f"fingerprint: {fingerprint(kid)}" in told
