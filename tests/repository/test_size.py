"""Modules and functions stay short enough to be read at once."""

import ast
from pathlib import Path

from tests.repository.sources import REPOSITORY, modules, name, tree
from tests.walks import every

MODULE_LINES = 500
FUNCTION_LINES = 80


def all_modules() -> list[Path]:
    return modules()


@every("path", all_modules(), ids=name)
def test_a_module_is_at_most_500_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES


@every("path", all_modules(), ids=name)
def test_a_function_is_at_most_80_lines(path: Path) -> None:
    long = [
        f"{name(path)}:{node.lineno}: {node.name} has {lines} lines"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and (lines := node.end_lineno - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not long


def test_the_packages_carry_their_types() -> None:
    assert (REPOSITORY / "src" / "comity" / "py.typed").is_file()
