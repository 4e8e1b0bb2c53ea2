"""What an operator does on the node's own machine is told to programs as JSON, errors too."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.operation.conftest import comity

from comity.directory.trust import TrustFile
from comity.node.core.config import NodeConfig


def told(*words: object, status: int = 0) -> Any:
    return json.loads(comity(*words, "--json", status=status))


@pytest.fixture
def person(node: NodeConfig, tmp_path: Path) -> dict[str, Any]:
    """Add an operator and, with a token, a case officer; return what is told of the second."""
    word = tmp_path / "word.txt"
    word.write_text("a long enough password\n", encoding="ascii")
    given = ["--password-file", word]
    told("user", "add", node.folder, "root", "--role", "operator", *given)
    found: dict[str, Any] = told(
        "user", "add", node.folder, "lan", "--role", "case", "--token", *given
    )
    return found


def test_accounts_are_made_changed_and_closed(node: NodeConfig, person: dict[str, Any]) -> None:
    assert (person["name"], person["role"]) == ("lan", "case")
    assert person["token"].startswith("comity_")
    assert told("user", "token", node.folder, "lan")["token"] != person["token"]
    who = person["identifier"]
    changed = told("user", "change", node.folder, who, "--role", "approver")
    assert changed == {"identifier": who, "role": "approver", "password": None}
    assert told("user", "disable", node.folder, "lan") == {"disabled": "lan"}
    rows = {one["name"]: one for one in told("user", "list", node.folder)["people"]}
    assert (rows["lan"]["active"], rows["root"]["active"]) == (False, True)
    assert told("user", "change", node.folder, who, "--enable")["password"]


def test_whom_the_operator_adds_gets_a_first_password_that_opens_one_page(
    node: NodeConfig, person: dict[str, Any]
) -> None:
    assert person["password"] is None  # of a file: whoever wrote it knows it
    made = told("user", "add", node.folder, "ana", "--role", "translator")
    listed = comity("user", "add", node.folder, "mai", "--role", "case", "--officer", "officer-9")
    assert re.fullmatch(r"officer-9\nfirst password, shown once: [\w-]{20}\n", listed)
    assert len(made["password"]) == 20
    with closing(sqlite3.connect(node.database_file)) as rows:
        kept = "FROM node_officer JOIN auth_user ON auth_user.id = user_id"
        firsts = dict(rows.execute(f"SELECT username, first_password {kept}"))
    assert firsts == {"root": 0, "lan": 0, "ana": 1, "mai": 1}


def test_a_forgotten_password_is_followed_by_one_that_is_made_and_shown_once(
    node: NodeConfig, person: dict[str, Any], tmp_path: Path
) -> None:
    del person
    made = told("user", "password", node.folder, "lan")
    assert len(made.pop("password")) == 20
    assert made == {"changed": "lan", "first_password": True}
    shown = comity("user", "password", node.folder, "lan")
    assert re.match(r"first password, shown once: [\w-]{20}\nlan must choose another", shown)
    given = ("--password-file", tmp_path / "word.txt")
    assert told("user", "password", node.folder, "lan", *given)["password"] is None


def test_a_fault_is_told_with_its_code_and_what_comes_next(
    node: NodeConfig, person: dict[str, Any]
) -> None:
    del person
    unknown = told("user", "disable", node.folder, "nobody", status=2)
    assert unknown["error"]["code"] == "account-unknown"
    last = told("user", "disable", node.folder, "root", status=2)
    assert last["error"]["code"] == "last-administrator"


def test_ways_of_signing_in_are_told(node: NodeConfig, person: dict[str, Any]) -> None:
    del person
    assert told("user", "factors", node.folder, "lan")["factors"] == []
    assert told("user", "reset-factors", node.folder, "lan") == {"taken_away": 0}
    assert told("user", "end-sessions", node.folder, "lan") == {"ended": 0}
    assert told("user", "unlock", node.folder, "lan") == {"unlocked": "lan"}


def test_keys_and_a_database_are_told(node: NodeConfig, tmp_path: Path) -> None:
    assert told("keys", "list", node.folder, status=2)["error"]["code"] == "key-list-missing"
    assert told("migrate", node.folder) == {"party": node.party, "migrated": True}
    trust, new = tmp_path / "trust.json", tmp_path / "new"
    trust.write_bytes(TrustFile(mode="exercise").data)
    comity("init", new, "--party", node.party, "--mode", "exercise", "--trust", trust)
    keys = told("keys", "list", new, "--write")["keys"]
    assert {"message", "receipt"} <= {one["use"] for one in keys}
    made = told("keys", "prepare", new, "--use", "message")
    assert made["kid"] not in {one["kid"] for one in keys}
    early = told("keys", "switch", new, "--use", "message", status=2)
    assert "does not list" in early["error"]["detail"]
