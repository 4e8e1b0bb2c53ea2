"""The registries are the source: the Python that holds their rows is written from them."""

import shutil
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY

from comity.exchange.types import MAIN_STATES, MOVES, TRACKS
from comity.spec.files import stale_modules, write_modules
from comity.spec.modules import python_modules
from comity.spec.registry import REGISTRY, RegistryError, families


def copied(to: Path) -> Path:
    """Return a repository of nothing but the registries and what is written from them."""
    shutil.copytree(REPOSITORY / REGISTRY, to / REGISTRY)
    for path, text in python_modules(REPOSITORY).items():
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        (to / path).write_text(text, encoding="utf-8")
    return to


def replaced(root: Path, file: str, old: str, new: str) -> None:
    path = root / REGISTRY / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_modules_are_what_the_registries_say() -> None:
    assert stale_modules(REPOSITORY) == [], "run `python -m comity.spec`"


def test_the_code_has_every_type_state_and_track_of_the_registries() -> None:
    found = families(REPOSITORY)
    assert list(MOVES) == [row["name"] for one in found for row in one.rows]
    assert list(MAIN_STATES) == [state for one in found for state in one.states]
    tracks = {track: tuple(states) for one in found for track, states in one.tracks.items()}
    assert tracks == TRACKS


def test_a_row_that_is_changed_changes_the_module(tmp_path: Path) -> None:
    root = copied(tmp_path)
    assert not write_modules(root)
    replaced(root, "tables.toml", 'sections = ["table"]', 'sections = ["table", "note?"]')
    (module,) = stale_modules(root)
    assert module.name == "table_types.py"
    assert write_modules(root)
    text = (root / module).read_text(encoding="utf-8")
    assert 'sections={"table": True, "note": False},' in text
    assert stale_modules(root) == []


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('in = ["called"]', 'in = ["calld"]', "no state is called calld"),
        ('to = "over"', 'to = "ovre"', "no state is called ovre"),
        ('becomes = "proposed"', 'becomes = "agreed"', "the track has no state agreed"),
        ('track = "minutes"\n', "", "a track and what its instance becomes stand together"),
        ('name = "table.noted"', 'name = "table.closed"', "the type stands there twice"),
        ('rank = "closing"', 'rnk = "closing"', "no member is called rnk"),
        ('by = ["R"]\n', "", "the member by is missing"),
    ],
)
def test_a_registry_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    root = copied(tmp_path)
    replaced(root, "tables.toml", old, new)
    with pytest.raises(RegistryError, match=why):
        families(root)
