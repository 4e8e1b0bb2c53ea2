"""No module needs itself, by whatever way: not by imports within functions either."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

from tests.repository.sources import SOURCE, modules, tree

LEFT: Final = {
    ("comity.node.people.access.identifier_scope", "comity.node.people.access.visible_cases"),
    ("comity.papers.sign", "comity.papers.pades"),
    ("comity.conform.model", "comity.conform.bench"),
    ("comity.node.web.kept_forms", "comity.node.signin.pages.views"),
    ("comity.node.web.render", "comity.node.web.appearance"),
    ("comity.node.docket.item_page", "comity.node.docket.pages.rights_checks"),
}
"""Imports that close a circle still, from and to; this set only shrinks."""
LAZY: Final = ("comity", "comity.public")
"""The names of the public interface are loaded when they are first used."""


def dotted(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def graph() -> dict[str, set[str]]:
    paths = {dotted(path): path for path in modules()}
    return {name: set(needs(path, set(paths))) - {name} for name, path in paths.items()}


def needs(path: Path, known: set[str]) -> set[str]:
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = {f"{node.module}.{alias.name}" for alias in node.names}
            # what is no module is a name of the package or module itself
            found |= (below & known) | ({node.module} if below - known else set())
    return found & known


def test_imports_run_in_no_circle() -> None:
    imports = graph()
    imports[LAZY[0]].discard(LAZY[1])
    for begin, end in LEFT:
        assert end in imports[begin], f"{begin} needs {end} no more: take the line out"
        imports[begin].discard(end)
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as fault:
        message = " <- ".join(fault.args[1])
        raise AssertionError(message) from None
