"""Codes of States and keys of treaties that are typed: a slip is refused with a suggestion."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.canonical import MisuseError
from comity.cli import main
from comity.evidence import age_keys
from comity.files.instruments import CODES, check_instruments, check_party, check_state

TRUST = __file__  # a file that is there


def test_codes_are_those_of_the_standard() -> None:
    assert len(CODES) == 249
    for code in ("vn", "hk", "un", "eu", "aa", "qm", "xk", "zz"):
        assert check_state(code) == code
    assert check_party("za/contact-point") == "za/contact-point"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("vm", "vn (Viet Nam)"), ("uk", "gb (United Kingdom"), ("FR", "fr (France)"),
     ("Viet Nam", "vn (Viet Nam)"), ("Sud Africa", "za (South Africa)"), ("ql", "qa (Qatar)")],
)  # fmt: skip
def test_a_state_that_does_not_exist_is_refused_with_a_suggestion(typed: str, meant: str) -> None:
    with pytest.raises(MisuseError) as refused:
        check_state(typed)
    assert meant in str(refused.value)


def test_a_treaty_that_is_not_known_is_refused_with_a_suggestion() -> None:
    check_instruments(["un-2024", "untoc-2000"])
    with pytest.raises(MisuseError, match=r"did you mean un-2024.*--instruments"):
        check_instruments(["un-2042"])


@pytest.mark.parametrize(
    "words",
    [
        ("init", "new", "--party", "vm/contact-point", "--trust", TRUST),
        ("directory", "state-keys", "-o", "new", "--state", "vm", "--mode", "exercise"),
        ("directory", "trust", "new", "--witness", "x", "--state", "vm"),
        ("officer", "certify", TRUST, "--ca", TRUST, "--party", "vm/court", "--officer", "o",
         "--role", "author", "-o", "new"),
        ("seal", TRUST, "-r", "{key}", "-o", "new", "--from", "vm/court"),
        ("search", "a", "--state", "vm", "--node", "http://127.0.0.1:1", "--token-file", TRUST),
    ],
    ids=lambda words: words[0],
)  # fmt: skip
def test_wherever_a_state_is_typed(words: tuple[str, ...], tmp_path: Path) -> None:
    key = str(age_keys.generate(os.urandom).recipient)
    typed = [str(tmp_path / "new") if word == "new" else word.replace("{key}", key)
             for word in words]  # fmt: skip
    done = CliRunner().invoke(main, typed)
    assert done.exit_code == 2, done.output
    assert "vn (Viet Nam)" in done.output
    assert not (tmp_path / "new").exists()


def test_what_a_command_does_not_take_is_refused_with_what_it_takes(tmp_path: Path) -> None:
    where = ("--node", "http://127.0.0.1:1", "--token-file", TRUST)
    told = CliRunner().invoke(main, ["health", "export", *where])
    assert told.exit_code == 2
    said = " ".join(told.stderr.split())
    assert "Got unexpected extra argument (export)." in said
    assert "health' has no commands below it. Its options: --profile, --node, " in said
    told = CliRunner().invoke(main, ["guard", "show", str(tmp_path), "more", "--json"])
    detail = json.loads(told.stdout)["error"]["detail"]
    assert detail.endswith("guard show' takes DIR and no more. Its options: --json.")
    told = CliRunner().invoke(main, ["guard", "unlock"])
    assert "There are: renew, show." in told.stderr
