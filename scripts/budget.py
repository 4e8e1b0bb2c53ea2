"""How large each package is, against its ceiling in ``[tool.comity.budget]`` of pyproject.toml.

``python -m scripts.budget`` prints packages with their statements, modules and lines. With
``--lower`` it writes today's figures where they are below the ceiling. A ceiling is raised by hand,
in a commit of its own that says what users get for it.
"""

import argparse
import ast
import re
import statistics
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = REPOSITORY / "src" / "comity"
PROJECT: Final = REPOSITORY / "pyproject.toml"
SHORT: Final = 60
"""Lines under which a module needs a reason of its own."""


@dataclass(frozen=True)
class Size:
    """How large a package is.

    Attributes:
        statements: that the parser counts, without imports and docstrings.
        lines: of each module.
    """

    statements: int
    lines: tuple[int, ...]

    @property
    def modules(self) -> int:
        """How many there are."""
        return len(self.lines)


def packages(source: Path = SOURCE) -> Iterator[tuple[str, Path]]:
    """Yield each module with its package: a folder of ``comity``, or one of ``comity/node``."""
    for path in sorted(source.rglob("*.py")):
        folders = path.relative_to(source).parts[:-1]
        yield "/".join(folders[: 2 if folders[:1] == ("node",) else 1]) or ".", path


@cache
def sizes(source: Path = SOURCE) -> dict[str, Size]:
    """Return the size of each package."""
    statements: dict[str, int] = {}
    lines: dict[str, tuple[int, ...]] = {}
    for package, path in packages(source):
        text = path.read_text("utf-8")
        statements[package] = statements.get(package, 0) + count_statements(ast.parse(text))
        lines[package] = (*lines.get(package, ()), len(text.splitlines()))
    return {package: Size(statements[package], lines[package]) for package in statements}


def count_statements(tree: ast.Module) -> int:
    """Count statements without imports, docstrings and other texts that stand alone."""
    return sum(
        isinstance(node, ast.stmt)
        and not isinstance(node, ast.Import | ast.ImportFrom)
        and not (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        )
        for node in ast.walk(tree)
    )


def ceilings(project: Path = PROJECT) -> dict[str, tuple[int, int]]:
    """Return the ceiling of each package in statements and modules."""
    table = tomllib.loads(project.read_text("utf-8"))["tool"]["comity"]["budget"]
    return {package: (statements, modules) for package, (statements, modules) in table.items()}


def lower(text: str, found: Mapping[str, Size]) -> str:
    """Return pyproject.toml with each ceiling at what its package has, where that is less.

    A package that is gone loses its line; one that is new gets one, which its commit explains.
    """
    table = tomllib.loads(text)["tool"]["comity"]["budget"]
    rows = "".join(
        f'"{package}" = [{min(size.statements, old[0])}, {min(size.modules, old[1])}]\n'
        for package, size in sorted(found.items())
        if (old := table.get(package, (size.statements, size.modules)))
    )
    return re.sub(
        r'(?m)^(\[tool\.comity\.budget\][^\n]*\n)(?:"[^\n]*\n)*', lambda m: m[1] + rows, text
    )


def main() -> int:
    """Print the sizes, or lower the ceilings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lower", action="store_true", help="write what packages have, if less")
    found = sizes()
    if parser.parse_args().lower:
        PROJECT.write_text(lower(PROJECT.read_text("utf-8"), found), "utf-8")
    for package, size in sorted(found.items(), key=lambda one: -one[1].statements):
        print(f"{package:20} {size.statements:6} {size.modules:5} {sum(size.lines):7}")
    lines = [one for size in found.values() for one in size.lines]
    print(
        f"all: {sum(one.statements for one in found.values())} statements in {len(lines)} modules"
        f" of {sum(lines)} lines; median {statistics.median(lines):.0f},"
        f" {sum(one < SHORT for one in lines)} under {SHORT}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
