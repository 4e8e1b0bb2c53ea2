"""The registries of words: what the code has is what they list, and every list is printed."""

import re
import shutil
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY

from comity.evidence.custody_events import EVENTS
from comity.exchange.bodies import MEASURES, SECTIONS
from comity.exchange.types import MOVES
from comity.ledger import KINDS
from comity.spec.registry import REGISTRY, RegistryError, words

WORDS = words(REPOSITORY)
PLACE = re.compile(r" \(spec [0-9.]+\)(?=\.$)")


def test_each_section_has_a_model_that_means_the_same_and_a_schema() -> None:
    said = {
        name: PLACE.sub("", (model.__doc__ or "").splitlines()[0])
        for name, model in SECTIONS.items()
    }
    assert {name: row["meaning"] for name, row in WORDS["sections"].items()} == said
    schemas = {path.stem for path in (REPOSITORY / "spec" / "schemas" / "sections").iterdir()}
    assert schemas == said.keys()


def test_each_section_is_carried_by_a_type_and_no_type_carries_another() -> None:
    assert {name for move in MOVES.values() for name in move.sections} == WORDS["sections"].keys()


def test_the_code_has_the_words_of_the_registry() -> None:
    assert tuple(WORDS["measures"]) == MEASURES
    assert WORDS["leaf-kinds"].keys() == KINDS
    assert tuple(WORDS["custody-events"]) == EVENTS


def test_every_list_is_printed() -> None:
    page = (REPOSITORY / REGISTRY / "names.md").read_text(encoding="utf-8")
    for rows in WORDS.values():
        for word, row in rows.items():
            assert f"| `{word}` | {row['meaning']} |" in page


def test_a_word_without_a_meaning_is_refused(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / REGISTRY, tmp_path / REGISTRY)
    path = tmp_path / REGISTRY / "names.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("search = { data = true, meaning", "search = { note", 1), "utf-8")
    with pytest.raises(RegistryError, match="measures, search: the meaning is missing"):
        words(tmp_path)
