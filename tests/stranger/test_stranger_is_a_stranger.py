"""The second implementation imports nothing of the first."""

import ast
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = sorted(
    path
    for path in HERE.glob("*.py")
    if not path.name.startswith("test_") and path.name != "conftest.py"  # both sides meet there
)
LIBRARIES = {"blake3", "cryptography"}
"""Two collections of primitives, which know nothing of the protocol."""
OWN = {"tests.stranger"} | {f"tests.stranger.{path.stem}" for path in PARTS}


def imported(source: str) -> set[str]:
    found: set[str] = set()
    for part in ast.walk(ast.parse(source)):
        if isinstance(part, ast.Import):
            found |= {alias.name for alias in part.names}
        elif isinstance(part, ast.ImportFrom):
            found.add("." * part.level + (part.module or ""))
    return found


def foreign(source: str) -> set[str]:
    """Return what a source imports beside the standard library, two libraries and itself."""
    return {
        name
        for name in imported(source)
        if name.split(".")[0] not in sys.stdlib_module_names | LIBRARIES and name not in OWN
    }


def test_no_part_of_it_imports_our_code() -> None:
    assert len(PARTS) >= 10
    assert {path.name: foreign(path.read_text("utf-8")) for path in PARTS} == {
        path.name: set() for path in PARTS
    }


def test_no_part_of_it_imports_by_a_name_made_up_at_run_time() -> None:
    for path in PARTS:
        calls = [p for p in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(p, ast.Call)]
        names = {c.func.id for c in calls if isinstance(c.func, ast.Name)}
        assert not names & {"__import__", "exec", "eval"}, path.name
        assert "importlib" not in imported(path.read_text("utf-8")), path.name


def test_an_import_of_our_code_would_be_seen() -> None:
    assert foreign("from comity.canonical import encode") == {"comity.canonical"}
    assert foreign("import comity.keys.jws") == {"comity.keys.jws"}
    assert foreign("def f():\n    import comity") == {"comity"}
    assert foreign("from tests.stranger.conftest import meeting") == {"tests.stranger.conftest"}
    assert foreign("import json, cryptography.hazmat\nfrom tests.stranger.log import x") == set()
