"""What the pages print where no secretariat takes part, or a State publishes once more."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.conftest import REPOSITORY

from comity.cli import main

PAGES = ("move-a-node", "keys")
PARTY = "vn/contact-point"


def page(name: str) -> str:
    return (REPOSITORY / "docs" / "how-to" / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_publishes_twice_into_one_file(name: str) -> None:
    written = re.findall(r"directory publish STATE-FOLDER -o (\S+)", page(name))
    assert len(set(written)) == len(written)
    assert "vn-records.json" not in written, "the set-up has written that one"
    assert "Take a new name for the file each time" in page(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_refreshes_says_what_to_do_without_a_secretariat(name: str) -> None:
    refresh, imported = "comity directory refresh", "comity directory import"
    assert refresh in page(name)
    assert imported in page(name)


def test_a_refresh_without_a_secretariat_says_to_import_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def typed(line: str) -> str:
        return CliRunner().invoke(main, line.split()).output

    typed("directory state-keys -o state --state vn --mode exercise")
    typed(f"init node --party {PARTY} --mode exercise --trust state/trust.json")
    told = typed("directory refresh node/directory --from state")
    assert "no secretariat is trusted here" in told
    assert "comity directory import" in told
    assert "tuf-refused" not in told


def test_an_older_file_and_a_changed_one_are_named_as_what_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def typed(line: str) -> str:
        return CliRunner().invoke(main, line.split()).output

    typed("directory state-keys -o state --state vn --mode exercise")
    typed(f"init node --party {PARTY} --mode exercise --trust state/trust.json")
    typed("directory entry new state --keys node/public-keys.json --yes")
    typed("directory export state 1.json")
    typed(f"directory entry revise state {PARTY} --phone +84240000000")
    typed("directory export state 2.json")
    file = json.loads(Path("2.json").read_text("utf-8"))
    signature = file["entries"][0]["signatures"][0]
    start = signature["signature"][0]
    signature["signature"] = ("A" if start != "A" else "B") + signature["signature"][1:]
    Path("changed.json").write_text(json.dumps(file, separators=(",", ":"), sort_keys=True))
    typed("directory import node/directory 1.json")
    told = typed("directory import node/directory changed.json")
    assert "changed after it was signed: 1 good signature where 2 are due" in told
    typed("directory import node/directory 2.json")
    told = typed("directory import node/directory 1.json")
    dates = re.search(
        rf"OLDER {PARTY}: version 1 of \S+Z was given, and version 2 of \S+Z is here", told
    )
    assert dates, told
    assert typed("directory import node/directory 2.json").strip() == "nothing new"
