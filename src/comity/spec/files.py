"""Where each generated part stands, and what should stand there."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from comity.spec.codes import errors_table
from comity.spec.examples import examples
from comity.spec.pairs import pairs_table
from comity.spec.schemas import schemas
from comity.spec.tables import states_tables, types_table

SPECIFICATION = Path("spec", "comity-1.md")
SCHEMAS = Path("spec", "schemas")
_BLOCK = re.compile(r"(<!-- generated (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def expected(root: Path) -> dict[Path, str]:
    """Return the text of every file that is generated in whole or in part.

    Args:
        root: the repository's folder.

    Raises:
        KeyError: the specification asks for a block that nothing writes.
    """
    blocks: dict[str, Callable[[], str]] = {
        "types": types_table,
        "states": states_tables,
        "pairs": pairs_table,
        "examples": lambda: examples(root),
        "errors": lambda: errors_table(root / "src" / "comity"),
    }
    page = (root / SPECIFICATION).read_text(encoding="utf-8")
    made = {SPECIFICATION: _BLOCK.sub(lambda m: f"{m[1]}\n{blocks[m[2]]()}\n{m[3]}", page)}
    for name, schema in schemas().items():
        text = json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False)
        made[SCHEMAS / f"{name}.json"] = text + "\n"
    return made


def outdated(root: Path) -> list[Path]:
    """Return the files that differ from what the code says, or that nothing writes any more."""
    wanted = expected(root)
    old = [path for path, text in wanted.items() if _read(root / path) != text]
    there = {p.relative_to(root) for p in (root / SCHEMAS).rglob("*.json")}
    return sorted({*old, *(there - wanted.keys())})


def write(root: Path) -> None:
    """Write every generated file, and delete schemas of things that are no more."""
    wanted = expected(root)
    for path in outdated(root):
        if path not in wanted:
            (root / path).unlink()
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(wanted[path], encoding="utf-8")


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
