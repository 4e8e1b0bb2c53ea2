"""The commands of the page about running a node do what it says, as they are printed."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.conftest import REPOSITORY

from comity.cli import main
from comity.directory.store import DirectoryStore
from comity.node.operations.selftest_labels import DO

PAGE = (REPOSITORY / "docs" / "how-to" / "run-a-node.md").read_text("utf-8")
PARTY = "vn/contact-point"


def printed(words: str) -> list[str]:
    """Return the arguments of the command that the page prints, which begins with words."""
    (line,) = re.findall(rf"(?:^|`)comity ({words}\b[^`\n]*)", PAGE, re.MULTILINE)
    return shlex.split(line)


def test_the_printed_commands_list_a_node_whose_entry_names_a_treaty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def typed(*words: str) -> str:
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, done.output
        return done.output

    typed(*printed("directory state-keys"))
    typed(*printed("officer keygen --ca"))
    Path("trust.json").write_bytes(Path("STATE-FOLDER/trust.json").read_bytes())
    init = [
        str(tmp_path / "node") if "/" in one and "comity" in one else one
        for one in printed("init /var")
    ]
    typed(*init)
    for name, source in (("public-keys.json", "node"), ("tls.pem", "node/keys")):
        Path(name).write_bytes(Path(source, name).read_bytes())
    typed(*printed("directory entry new"), "--yes")
    typed(*printed("directory export"))
    typed(*printed("directory publish"))
    typed("directory", "import", "node/directory", "vn-records.json")
    entry = DirectoryStore.open(Path("node/directory")).load().entry(PARTY)
    assert [(one.name, one.status) for one in entry.instruments] == [
        ("un-2024", "signed-not-in-force")
    ]


def test_the_remark_about_a_missing_treaty_shows_the_form() -> None:
    assert "--instrument un-2024=signed-not-in-force" in DO["instruments-none"]


def test_the_founding_of_a_directory_is_told_in_good_english(tmp_path: Path) -> None:
    told = CliRunner().invoke(
        main, ["directory", "found", str(tmp_path / "s"), "--mode", "exercise"]
    )
    assert told.output.startswith("founded an exercise directory")


def test_the_help_names_the_states_of_a_treaty_by_which_requests_are_offered() -> None:
    told = CliRunner().invoke(main, ["directory", "entry", "new", "--help"]).output
    assert "in-force or signed-not-in-force" in " ".join(told.split())
