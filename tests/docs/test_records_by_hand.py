"""What the pages print where no secretariat takes part, or a State publishes once more."""

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
