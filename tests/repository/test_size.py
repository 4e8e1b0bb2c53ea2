"""Modules stay readable: limits on lines, and one idea named on the first line."""

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


@every("path", all_modules(), ids=name)
def test_a_module_says_its_idea_on_its_first_line(path: Path) -> None:
    if not path.read_text(encoding="utf-8").strip():
        return  # an empty __init__.py has no idea to name
    text = ast.get_docstring(tree(path))
    assert text, f"{name(path)} has no docstring"
    assert text.splitlines()[0].endswith((".", ":")), f"{name(path)}: {text.splitlines()[0]}"


def test_most_modules_are_short() -> None:
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in all_modules())
    assert lengths[len(lengths) // 2] <= 150, "median"
    assert lengths[len(lengths) * 9 // 10] <= 350, "nine of ten"


def test_the_packages_carry_their_types() -> None:
    assert (REPOSITORY / "src" / "comity" / "py.typed").is_file()
