"""A command that is refused leaves nothing behind, so the corrected one goes through."""

import json
from pathlib import Path

import pytest
from tests.operation.conftest import comity

from comity.directory.trust import TrustFile
from comity.node.core.config import NodeConfig

WORD = "a long enough password\n"


@pytest.fixture
def word(tmp_path: Path) -> Path:
    path = tmp_path / "word.txt"
    path.write_text(WORD, encoding="ascii")
    return path


def test_an_account_whose_certificate_is_refused_is_not_made(
    node: NodeConfig, tmp_path: Path, word: Path
) -> None:
    bad = tmp_path / "bad.cert"
    bad.write_text("{}", encoding="ascii")
    add = ("user", "add", node.folder, "lan", "--role", "case", "--password-file", word)
    comity(*add, "--officer", "officer-1", "--certificate", bad, "--json", status=2)
    comity(*add, "--officer", "officer-1", "--json")


def test_each_reason_against_a_name_is_told(node: NodeConfig, word: Path) -> None:
    told = {"": "account-name-empty", "x" * 151: "account-name-long", "root": "account-name"}
    given = ("--role", "operator", "--password-file", word, "--json")
    comity("user", "add", node.folder, "root", *given)
    for name, code in told.items():
        refused = json.loads(comity("user", "add", node.folder, name, *given, status=2))
        assert refused["error"]["code"] == code


def test_a_folder_is_made_only_with_the_public_half_of_the_officer_ca(tmp_path: Path) -> None:
    secret, trust, folder = (tmp_path / name for name in ("ca.json", "trust.json", "n7"))
    trust.write_bytes(TrustFile(mode="exercise", delegations={}).data)
    comity("officer", "keygen", "--ca", "-o", secret)
    init = ("init", folder, "--party", "vn/n7", "--mode", "exercise", "--trust", trust)
    refused = json.loads(comity(*init, "--officer-ca", secret, "--json", status=2))
    assert "give ca.json.pub" in refused["error"]["detail"]
    assert not folder.exists()
    comity(*init, "--officer-ca", f"{secret}.pub")


@pytest.mark.parametrize("given", [("", "2"), ("vn", "0"), ("vn", "4")])
def test_a_states_folder_is_made_only_of_what_can_be(
    tmp_path: Path, given: tuple[str, str]
) -> None:
    state, threshold = given
    make = ("directory", "state-keys", "-o", tmp_path / "state", "--mode", "exercise")
    comity(*make, "--state", state, "--threshold", threshold, "--json", status=2)
    assert not (tmp_path / "state").exists()
    comity(*make, "--state", "vn")
