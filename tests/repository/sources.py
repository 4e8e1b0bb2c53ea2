"""The repository as tests see it: tracked files, source modules, their syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SOURCE = REPOSITORY / "src" / "comity"

PURE_ROOMS = (
    "canonical", "keys", "ledger", "instruments", "exchange", "evidence", "docket", "drills",
    "figures", "training",
)  # fmt: skip


def tracked() -> list[Path]:
    """Return every tracked file that is on disk."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, check=True, capture_output=True
    ).stdout.decode()
    return [path for name in listing.split("\0") if name and (path := REPOSITORY / name).is_file()]


def modules(*rooms: str) -> list[Path]:
    """Return the modules of these rooms, or of the whole package."""
    folders = [SOURCE / room for room in rooms] if rooms else [SOURCE]
    return sorted(
        path
        for folder in folders
        for path in folder.rglob("*.py")
        if "migrations" not in path.parts
    )


@cache
def tree(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything a module imports, wherever it does so."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def name(path: Path) -> str:
    """Return a path as a reader writes it: from the repository's root."""
    return path.relative_to(REPOSITORY).as_posix()
