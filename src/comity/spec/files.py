"""Where each generated part stands, and what should stand there."""

import json
from pathlib import Path

from comity.exchange.editions import CURRENT, Edition
from comity.spec.claims import claims_table, requirements_json
from comity.spec.examples import examples
from comity.spec.modules import EXCHANGE, python_modules, written
from comity.spec.pairs import pairs_table
from comity.spec.registry import REGISTRY, codes, words
from comity.spec.schemas import schemas, schemas_table
from comity.spec.tables import (
    editions_table,
    errors_table,
    names_tables,
    states_tables,
    types_table,
)

SPEC = Path("spec")
SCHEMAS = SPEC / "schemas"
_NOTE = "<!-- Written by `python -m comity.spec`. Do not edit. -->"


def expected(root: Path) -> dict[Path, str]:
    """Return the text of every file that is generated.

    Args:
        root: the repository's folder.
    """
    made = {
        REGISTRY / "types.md": _page("Types", types_table()),
        REGISTRY / "moves.md": _page("Moves", states_tables()),
        REGISTRY / "crossings.md": _page("Concurrent pairs", pairs_table()),
        REGISTRY / "claims.md": _page("Claims of a verdict", claims_table(root)),
        REGISTRY / "schemas.md": _page("JSON Schemas", schemas_table()),
        REGISTRY / "names.md": _page("Names", names_tables(words(root))),
        REGISTRY / "errors.md": _page("Error codes", errors_table(codes(root))),
        SPEC / "18-examples.md": _page("18. Worked examples", examples(root)),
        SPEC / "requirements.json": requirements_json(root / SPEC),
    }
    edition = Edition.of(CURRENT.number, CURRENT.moves.values())
    made[REGISTRY / "editions.md"] = _page("Editions", editions_table(edition))
    made[REGISTRY / "edition.json"] = _json(edition.value())
    made[EXCHANGE / "edition_digest.py"] = _edition_digest(edition)
    for name, schema in schemas().items():
        made[SCHEMAS / f"{name}.json"] = _json(schema)
    return made


def _json(value: object) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _edition_digest(edition: Edition) -> str:
    """Return the module that names the current edition, made from the rows in force."""
    about = "The digest that names the current edition of the registry of types (spec 7.6)."
    lines = [*written(REGISTRY / "editions.toml", about), "", "from typing import Final", ""]
    text = f'EDITION_DIGEST: Final = "{edition.digest}"'
    return "\n".join([*lines, text, ""])


def _page(title: str, text: str) -> str:
    return f"# {title}\n\n{_NOTE}\n\n{text}\n"


def stale_modules(root: Path) -> list[Path]:
    """Return the modules of Python that differ from what the registries say."""
    wanted = python_modules(root)
    return [path for path, text in wanted.items() if _read(root / path) != text]


def write_modules(root: Path) -> bool:
    """Write the modules of Python, and tell whether one was old.

    What was imported from an old one stays as it was: the caller starts Python anew.
    """
    old = stale_modules(root)
    for path in old:
        (root / path).write_text(python_modules(root)[path], encoding="utf-8")
    return bool(old)


def outdated(root: Path) -> list[Path]:
    """Return the files that differ from what the code says, or that nothing writes any more."""
    wanted = expected(root)
    old = [path for path, text in wanted.items() if _read(root / path) != text]
    there = {
        path.relative_to(root)
        for folder, pattern in ((SCHEMAS, "*.json"), (REGISTRY, "*.md"))
        for path in (root / folder).rglob(pattern)
    }
    return sorted({*stale_modules(root), *old, *(there - wanted.keys())})


def write(root: Path) -> None:
    """Write every file but the modules of Python, and delete those of things that are no more."""
    wanted = expected(root)
    modules = stale_modules(root)
    for path in outdated(root):
        if path in modules:
            continue
        if path not in wanted:
            (root / path).unlink()
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(wanted[path], encoding="utf-8")


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
