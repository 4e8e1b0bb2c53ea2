"""Commands that write files tell programs which, and print nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from comity.cli import main


def told(*words: object, typed: str = "", status: int = 0) -> Any:
    done = CliRunner().invoke(main, [*map(str, words), "--json"], input=typed)
    assert done.exit_code == status, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("command", [("keygen",), ("age", "keygen"),
                                     ("age", "keygen", "--post-quantum")])  # fmt: skip
def test_an_identity_goes_to_its_file_or_into_the_answer(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "key.txt"
    made = told(*command, "-o", path)
    assert set(made) == {"file", "recipient"}
    assert made["recipient"] in path.read_text("ascii")
    assert path.stat().st_mode & 0o777 == 0o600
    shown = told(*command)
    assert set(shown) == {"key_file", "recipient"}
    assert shown["recipient"] in shown["key_file"]


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "key.txt"
    told("keygen", "-o", path)
    before = path.read_bytes()
    again = CliRunner().invoke(main, ["keygen", "-o", str(path), "--json"])
    assert again.exit_code != 0
    assert "code" in json.loads(again.stdout)["error"]
    assert path.read_bytes() == before


def test_a_recovery_key_is_made_and_put_together(tmp_path: Path) -> None:
    folder = tmp_path / "recovery"
    made = told("recovery", "create", "-o", folder)
    assert (made["shares"], made["threshold"]) == (3, 2)
    shares = [folder / "share-1.txt", folder / "share-3.txt"]
    few = told("recovery", "combine", shares[0], "-o", tmp_path / "few", status=2)
    assert few["error"]["code"]
    back = told("recovery", "combine", *shares, "-o", tmp_path / "key")
    assert back == {"file": str(tmp_path / "key"), "recipient": made["recipient"]}


def test_an_officer_is_certified(tmp_path: Path) -> None:
    ca, key, out = tmp_path / "ca", tmp_path / "key", tmp_path / "cert"
    told("officer", "keygen", "-o", ca, "--ca")
    made = told("officer", "keygen", "-o", key)
    assert Path(made["public"]).is_file()
    party = ["--party", "za/contact-point", "--officer", "officer-1", "--role", "author"]
    done = told("officer", "certify", made["public"], "--ca", ca, *party, "--unlisted", "-o", out)
    assert (done["officer"], done["file"]) == ("officer-1", str(out))
    assert out.is_file()


def test_a_template_and_a_mapping_are_begun(tmp_path: Path) -> None:
    listed = told("law", "template", "list")["templates"]
    facts = tmp_path / "facts.toml"
    begun = told("law", "template", "start", listed[0]["key"], "-o", facts)
    assert begun["file"] == str(facts)
    assert begun["measure"] in facts.read_text("utf-8")
    rows = tmp_path / "rows.csv"
    rows.write_text("Number,Date,State\n12/2026,2026-01-02,ZA\n", encoding="utf-8")
    mapped = told("register", "map", rows, "-o", tmp_path / "map.toml")
    assert (mapped["kind"], mapped["mapping"]) == ("csv", str(tmp_path / "map.toml"))
