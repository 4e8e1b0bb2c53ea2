"""The how-to for a lawyer: the folder that it shows is an instrument, and finds what it says."""

import re

import pytest
from tests.conftest import REPOSITORY

from comity.files.instruments import library, read_folder
from comity.instruments import Library, judge, lint, read_facts, rule_digest

PAGE = (REPOSITORY / "docs" / "how-to" / "add-an-instrument.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
KEY = "ruritania-2019"


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("our-law")
    (folder / KEY / "words").mkdir(parents=True)
    (folder / KEY / "instrument.toml").write_text(BLOCKS[0], encoding="utf-8")
    (folder / KEY / "words" / "en.toml").write_text(BLOCKS[1], encoding="utf-8")
    return library(folder)


def test_the_folder_of_the_page_adds_a_treaty_without_a_program(extended: Library) -> None:
    assert set(extended.instruments) == {*library().instruments, KEY}
    assert not [p for p in lint(extended, languages=["en"]) if p.file.startswith(KEY)]


def test_the_request_of_the_page_breaks_the_rule_that_it_names(extended: Library) -> None:
    asked = read_facts(BLOCKS[2].encode(), extended.facts)
    treaty = extended.instruments[KEY]
    assert (asked.instrument, asked.measure, asked.step) == (KEY, "preservation", "draft")
    judgement = judge(
        extended, treaty, measure="preservation", step="draft", facts=asked.facts,
        verified={rule_digest(treaty.rules["RG-01"])},
    )  # fmt: skip
    assert [f.rule.key for f in judgement.findings if f.outcome == "breach"] == ["RG-01"]
    assert judgement.outcome == "not-sendable"


def test_what_nobody_confirmed_only_warns(extended: Library) -> None:
    asked = read_facts(BLOCKS[2].encode(), extended.facts)
    judgement = judge(
        extended, extended.instruments[KEY], measure="preservation", step="draft", facts=asked.facts
    )
    assert judgement.outcome == "not-judged"


def test_changing_words_keeps_the_digest_of_a_rule_and_changing_the_condition_does_not(
    extended: Library,
) -> None:
    rule = extended.instruments[KEY].rules["RG-02"]
    instrument, words = BLOCKS[0].encode(), BLOCKS[1].encode()

    def digest(instrument: bytes, words: bytes) -> str:
        shipped_files = read_folder(REPOSITORY / "src" / "comity" / "instruments" / "data")
        added = {f"{KEY}/instrument.toml": instrument, f"{KEY}/words/en.toml": words}
        return rule_digest(Library(shipped_files, added).instruments[KEY].rules["RG-02"])

    assert digest(instrument, words.replace(b"thirty", b"30")) == rule.digest
    assert digest(instrument.replace(b'end", 30]', b'end", 31]'), words) != rule.digest


def test_lint_names_a_rule_of_the_page_that_lost_its_words() -> None:
    shipped_files = read_folder(REPOSITORY / "src" / "comity" / "instruments" / "data")
    words = "\n".join(line for line in BLOCKS[1].splitlines() if "RG-02" not in line)
    broken = Library(
        shipped_files,
        {f"{KEY}/instrument.toml": BLOCKS[0].encode(), f"{KEY}/words/en.toml": words.encode()},
    )
    found = [p for p in lint(broken, languages=["en"]) if p.file.startswith(KEY)]
    assert [(p.file, p.key, p.code) for p in found] == [
        (f"{KEY}/words/en.toml", "rules.RG-02", "text-missing")
    ]
