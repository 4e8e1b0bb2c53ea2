"""The pure rooms import nothing of the shell, whichever of them exist."""

import ast
import tomllib
from pathlib import Path

import pytest
from tests.repository.sources import PURE_ROOMS, REPOSITORY, SOURCE, imported, modules, name, tree
from tests.walks import every

SHELL = {
    "asyncio", "django", "httpx", "logging", "multiprocessing", "ninja", "obstore", "os",
    "pathlib", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess", "tempfile",
    "threading", "time", "tuf", "urllib", "urllib3",
}  # fmt: skip
SHELL_ROOMS = {f"comity.{room}" for room in ("cli", "demo", "directory", "files", "http", "node")}
CLOCKS = {"now", "utcnow", "today", "uuid1", "uuid4", "uuid7", "urandom"}


def pure_modules() -> list[Path]:
    return modules(*PURE_ROOMS)


def is_shell(module: str) -> bool:
    parts = module.split(".")
    return parts[0] in SHELL or ".".join(parts[:2]) in SHELL_ROOMS


@every("path", pure_modules(), ids=name)
def test_a_pure_room_imports_no_shell(path: Path) -> None:
    found = [
        f"{name(path)}:{line}: {module}" for line, module in imported(path) if is_shell(module)
    ]
    assert not found


@every("path", pure_modules(), ids=name)
def test_a_pure_room_calls_no_clock_no_randomness_and_opens_no_file(path: Path) -> None:
    found = []
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr in CLOCKS:
            found.append(f"{name(path)}:{node.lineno}: .{called.attr}()")
        if isinstance(called, ast.Name) and called.id in {"open", "print", "input", *CLOCKS}:
            found.append(f"{name(path)}:{node.lineno}: {called.id}()")
    assert not found


BEHIND_THE_DESK = (
    "access", "api", "authorities", "duty", "evidence", "federation", "health", "models",
    "office", "operation", "privacy", "programs", "search", "statistics", "treaties", "watch",
)  # fmt: skip
"""Areas of a node that work without its pages; signing in and the first start are pages."""


@pytest.mark.parametrize("area", BEHIND_THE_DESK)
def test_an_area_of_the_node_does_not_lean_on_its_pages(area: str) -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{line}: {module}"
        for path in (SOURCE / "node" / area).rglob("*.py")
        for line, module in imported(path)
        if module.startswith("comity.node.desk")
    ]
    assert not found


def test_the_contract_names_every_pure_room_that_exists() -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    pure = next(contract for contract in contracts if contract["name"].startswith("Pure rooms"))
    rooms = {f"comity.{room}" for room in PURE_ROOMS if (SOURCE / room / "__init__.py").is_file()}
    assert set(pure["source_modules"]) == rooms
    assert set(pure["forbidden_modules"]) == SHELL


def test_the_check_sees_every_way_to_import(tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.py"
    spoilt.write_text("import os.path\ndef f():\n    from comity import node\n", encoding="utf-8")
    assert [line for line, module in imported(spoilt) if is_shell(module)] == [1, 3]
