"""`comity drill exhibit`: what it writes, what it says, and with which status it ends."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.drills.stories import PATH, TEXT, changed, exhibits, harbour, of_the_guide

from comity.cli import main
from comity.drills.making import file_name


def run(*args: str | Path) -> Result:
    words = ["drill", "exhibit", *map(str, args)]
    return CliRunner().invoke(main, words, env={"COMITY_LANG": "en"})


def told(*args: str | Path, status: int = 0) -> Any:
    done = run(*args, "--json")
    assert done.exit_code == status, done.output
    return json.loads(done.stdout)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    assert run("make", PATH, "-o", tmp_path / "deep" / "out").exit_code == 0
    return tmp_path / "deep" / "out"


def test_each_exhibit_is_a_file_with_the_digest_that_is_told(made: Path, tmp_path: Path) -> None:
    value = told("make", PATH, "-o", tmp_path / "again")
    assert value["story"] == "harbour"
    assert value["unseen"] == []
    assert {one["file"] for one in value["exhibits"]} == {path.name for path in made.iterdir()}
    for one in value["exhibits"]:
        data = (made / one["file"]).read_bytes()
        assert data == exhibits()[one["key"]]
        assert one["sha256"] == hashlib.sha256(data).hexdigest()
        assert one["size_bytes"] == len(data)
    done = run("make", PATH, "--dry-run")
    assert "wire.pcap  capture" in done.output
    assert "5 of 12 events" in done.output


def test_a_dry_run_writes_nothing_and_says_so(tmp_path: Path) -> None:
    done = run("make", PATH, "-o", tmp_path / "out", "--dry-run")
    assert done.exit_code == 0
    assert "dry run: nothing was written" in done.output
    assert told("make", PATH, "-o", tmp_path / "out", "--dry-run")["folder"] is None
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(made: Path) -> None:
    before = {path: path.read_bytes() for path in made.iterdir()}
    done = run("make", PATH, "-o", made)
    assert done.exit_code == 2
    assert "error [output-exists]" in done.stderr
    assert {path: path.read_bytes() for path in made.iterdir()} == before


def test_without_a_folder_it_is_misuse() -> None:
    done = run("make", PATH)
    assert done.exit_code == 2
    assert "--dry-run" in done.stderr


def test_a_bad_story_is_told_with_its_line_and_leaves_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(changed('address = "198.51.100.23"', 'address = "8.8.8.8"'), "utf-8")
    line = TEXT[: TEXT.index('key = "outside"')].count("\n") + 1
    done = run("make", bad, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert f"error [drill-story-address]: bad.toml:{line}: machine outside:" in done.stderr
    assert "next:" in done.stderr
    assert list(tmp_path.iterdir()) == [bad]


def test_what_a_story_holds_cannot_steer_the_terminal(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(changed('of = "mina"', 'of = "\\u001b[2J\\u202e"'), "utf-8")
    done = run("make", bad, "--dry-run")
    assert done.exit_code == 1
    assert "\x1b" not in done.output
    assert "\u202e" not in done.output


def test_events_that_nothing_shows_are_named(tmp_path: Path) -> None:
    part = TEXT[: TEXT.index("[[exhibit]]")]
    story = tmp_path / "few.toml"
    story.write_text(part + '[[exhibit]]\nkey = "web"\nkind = "web-log"\nof = "bank"\n', "utf-8")
    assert "forged" in told("make", story, "--dry-run")["unseen"]
    assert "no exhibit shows: guess-root, " in run("make", story, "--dry-run").output


def test_what_was_made_agrees_until_somebody_changes_it(made: Path) -> None:
    assert told("check", PATH, made) == {"agrees": True, "differences": []}
    log = made / "portal-web.log"
    log.write_text(log.read_text().replace("/ledgers ", "/ledgerz "))
    (made / "wire.pcap").unlink()
    value = told("check", PATH, made, status=1)
    assert [(one["exhibit"], one["why"], one["event"]) for one in value["differences"]] == [
        ("portal-web", "foreign", ""),
        ("portal-web", "lost", "look"),
        ("wire", "missing", ""),
    ]
    done = run("check", PATH, made)
    assert done.exit_code == 1
    assert "portal-web (event look): the story tells it" in done.output
    assert done.output.splitlines()[-1] == "3 differences"


def test_a_long_list_of_differences_is_cut_and_says_so(tmp_path: Path, made: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(changed("seed = 7", "seed = 8"), "utf-8")
    done = run("check", other, made)
    assert done.exit_code == 1
    assert "more: --json lists all" in done.output


def test_the_guide_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("invoice.toml").write_text(of_the_guide(), "utf-8")
    assert run("make", "invoice.toml", "--dry-run").exit_code == 0
    done = run("make", "invoice.toml", "-o", "exhibits")
    assert done.exit_code == 0
    assert "no exhibit shows" not in done.output
    names = sorted(path.name for path in Path("exhibits").iterdir())
    assert names == ["omar.mbox", "post-log.log", "wire.pcap"]
    assert run("check", "invoice.toml", "exhibits").exit_code == 0


def test_names_of_files_are_those_of_the_story() -> None:
    assert file_name(harbour().wanted["mailbox"]) == "mailbox.mbox"
