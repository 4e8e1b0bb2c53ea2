"""A key's name on the telephone: nothing in it sounds like something else, nothing is left out."""

import json
import re
from pathlib import Path

from click.testing import CliRunner

from comity.canonical import unb64
from comity.cli import main
from comity.keys import PrivateKey
from comity.keys.spoken import spoken_name


def test_a_thumbprint_is_spoken_whole_in_small_letters_and_digits() -> None:
    kid = PrivateKey.from_seed(b"k" * 32, alg="Ed25519").kid
    spoken = spoken_name(kid)
    assert re.fullmatch(r"[0-9a-f]{4}( [0-9a-f]{4}){15}", spoken)
    assert bytes.fromhex(spoken) == unb64(kid)


def test_what_can_be_spoken_already_stays_as_it_is() -> None:
    assert spoken_name("age1qq4k") == "age1 qq4k"
    assert spoken_name("ab" * 32).replace(" ", "") == "ab" * 32


def test_the_key_holders_command_says_a_key_as_the_pages_do(tmp_path: Path) -> None:
    place = str(tmp_path / "vn")
    words = ["directory", "state-keys", "-o", place, "--state", "vn", "--mode", "exercise"]
    told = CliRunner().invoke(main, words, catch_exceptions=False).output
    shown = CliRunner().invoke(main, ["directory", "show", place, "--json"], catch_exceptions=False)
    kids = next(iter(json.loads(shown.stdout)["states"]))["kids"]
    assert kids
    for kid in kids:
        assert f"read aloud: {spoken_name(kid)}" in told
