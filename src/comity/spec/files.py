"""Where each generated part stands, and what should stand there."""

import json
from pathlib import Path

from comity.spec.codes import errors_table
from comity.spec.examples import examples
from comity.spec.pairs import pairs_table
from comity.spec.requirements import requirements_json
from comity.spec.schemas import schemas
from comity.spec.tables import states_tables, types_table

SPEC = Path("spec")
REGISTRY = SPEC / "registry"
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
        REGISTRY / "errors.md": _page("Error codes", errors_table(root / "src" / "comity")),
        SPEC / "18-examples.md": _page("18. Worked examples", examples(root)),
        SPEC / "requirements.json": requirements_json(root / SPEC),
    }
    for name, schema in schemas().items():
        text = json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False)
        made[SCHEMAS / f"{name}.json"] = text + "\n"
    return made


def _page(title: str, text: str) -> str:
    return f"# {title}\n\n{_NOTE}\n\n{text}\n"


def outdated(root: Path) -> list[Path]:
    """Return the files that differ from what the code says, or that nothing writes any more."""
    wanted = expected(root)
    old = [path for path, text in wanted.items() if _read(root / path) != text]
    there = {
        path.relative_to(root)
        for folder, pattern in ((SCHEMAS, "*.json"), (REGISTRY, "*.md"))
        for path in (root / folder).rglob(pattern)
    }
    return sorted({*old, *(there - wanted.keys())})


def write(root: Path) -> None:
    """Write every generated file, and delete those of things that are no more."""
    wanted = expected(root)
    for path in outdated(root):
        if path not in wanted:
            (root / path).unlink()
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(wanted[path], encoding="utf-8")


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
