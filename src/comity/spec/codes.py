"""The table of error codes, read from the source without importing it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from comity.spec.tables import table

_FAULTS = {"PeerError": "theirs", "MisuseError": "ours", "OperationError": "the world's"}
_CLASS = re.compile(r"class\s+\w*Error\b")


def errors_table(source: Path) -> str:
    """Return every class under ``source`` that sets a code: code, whose fault, meaning.

    Args:
        source: the folder of the package `comity`.
    """
    classes = {node.name: node for node in _classes(source)}
    rows = []
    for name, node in classes.items():
        code = _code(node)
        if code is not None and name != "ComityError":
            meaning = (ast.get_docstring(node) or "").splitlines()[0]
            rows.append((f"`{code}`", _fault(name, classes), meaning))
    return table(("code", "whose fault", "meaning"), sorted(rows))


def _classes(source: Path) -> Iterator[ast.ClassDef]:
    for path in sorted(source.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not _CLASS.search(text):
            continue  # most files have none, and each takes long to parse
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
                yield node


def _code(node: ast.ClassDef) -> str | None:
    for statement in node.body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(statement, ast.AnnAssign):
            target = statement.target
        value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == "code" and isinstance(value, ast.Constant):
            return str(value.value)
    return None


def _fault(name: str, classes: dict[str, ast.ClassDef]) -> str:
    while name not in _FAULTS and name in classes:
        bases = [base.id for base in classes[name].bases if isinstance(base, ast.Name)]
        known = [base for base in bases if base in classes]
        if not known:
            return "any"
        name = known[0]
    return _FAULTS.get(name, "any")
