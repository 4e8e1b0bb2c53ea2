"""What `pip install comity` brings: the core alone, light enough, and every extra declared."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.repository.sources import REPOSITORY, SOURCE

from comity.cli.faults import EXTRAS

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
MOST_MB = 80
NODE_ROOMS = ("node", "demo", "echo", "hall")


def _closure(wanted: list[str]) -> dict[str, metadata.Distribution]:
    """Return what is installed of requirements and of what those require."""
    found: dict[str, metadata.Distribution] = {}
    todo = [Requirement(one) for one in wanted]
    while todo:
        one = todo.pop()
        name = canonicalize_name(one.name)
        if name in found or (one.marker and not one.marker.evaluate({"extra": ""})):
            continue
        found[name] = metadata.distribution(name)
        todo += [Requirement(text) for text in found[name].requires or ()]
    return found


def _size(one: metadata.Distribution) -> int:
    paths = [Path(str(one.locate_file(file))) for file in one.files or ()]
    return sum(path.stat().st_size for path in paths if path.suffix != ".pyc" and path.is_file())


def _own_size() -> int:
    files = (path for path in SOURCE.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return sum(path.stat().st_size for path in files if path.suffix != ".po")


def test_the_core_takes_at_most_80_mb_with_its_dependencies() -> None:
    core = _closure(PROJECT["dependencies"])
    assert "django" not in core
    sizes = {name: _size(one) for name, one in core.items()} | {"comity": _own_size()}
    told = sorted(((size // 1000, name) for name, size in sizes.items()), reverse=True)
    assert sum(sizes.values()) <= MOST_MB * 1_000_000, told


def test_the_wheel_holds_no_catalogue_but_the_english_one() -> None:
    data = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    patterns = [one for found in data["package-data"].values() for one in found if ".po" in one]
    assert patterns == ["locale/en/LC_MESSAGES/django.po"]  # from which others are translated


def _imports(room: str) -> Iterator[tuple[str, str]]:
    """Yield each foreign module that a room imports, with the module of ours."""
    place = SOURCE / room
    for path in place.rglob("*.py") if place.is_dir() else [SOURCE / f"{room}.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                yield name.partition(".")[0], path.relative_to(SOURCE).as_posix()


ROOMS = sorted(
    path.stem if path.suffix else path.name
    for path in SOURCE.iterdir()
    if path.name != "__pycache__" and (path.is_dir() or path.suffix == ".py")
)


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in NODE_ROOMS])
def test_what_a_room_imports_is_declared_and_no_room_of_the_core_needs_a_node(room: str) -> None:
    known, core = metadata.packages_distributions(), _closure(PROJECT["dependencies"]).keys()
    for module, where in _imports(room):
        if module in sys.stdlib_module_names or module == "comity":
            continue
        if EXTRAS.get(module) not in {None, "node"}:
            continue  # an extra of its own, imported where it is needed
        brought = {canonicalize_name(one) for one in known.get(module, ())}
        assert brought & core, f"{where} imports {module}, which no dependency of the core brings"


def test_each_extra_that_a_command_may_name_is_one() -> None:
    assert set(EXTRAS.values()) == set(PROJECT["optional-dependencies"])
