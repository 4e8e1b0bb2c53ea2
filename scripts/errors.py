"""Write docs/reference/errors.md from the error classes in the source."""

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCE = REPOSITORY / "src" / "comity"
PAGE = REPOSITORY / "docs" / "reference" / "errors.md"
_CLASS = re.compile(r"class\s+\w*Error\b")

FAULTS = {
    "PeerError": "theirs",
    "MisuseError": "ours",
    "OperationError": "the world's",
}

HEAD = """# Errors

Every error that Comity raises on purpose has a code. Logs, the wire and this page share it;
a code is never reused.
This page is written by `make reference` from the error classes; do not edit it by hand.

Whose fault: **theirs** means that the bytes of a peer, a file or a form break the specification;
**ours** that the caller broke a documented precondition;
**the world's** that a disk, a file or a partner refused.

| code | whose fault | meaning | raised as |
|---|---|---|---|
"""


@dataclass(frozen=True)
class ErrorClass:
    """One class with a code, as its source states it."""

    code: str
    name: str
    module: str
    bases: tuple[str, ...]
    meaning: str


def _code(node: ast.ClassDef) -> str | None:
    for statement in node.body:
        targets: list[ast.expr] = []
        value: ast.expr | None = None
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign):
            targets, value = [statement.target], statement.value
        named = any(isinstance(target, ast.Name) and target.id == "code" for target in targets)
        if named and isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
    return None


def error_classes(source: Path = SOURCE) -> list[ErrorClass]:
    """Return every class ending in Error that sets a code, in the order of the codes."""
    found = []
    for path in sorted(source.rglob("*.py")):
        module = ".".join(("comity", *path.relative_to(source).with_suffix("").parts))
        module = module.removesuffix(".__init__")
        text = path.read_text(encoding="utf-8")
        if not _CLASS.search(text):
            continue  # most files have none, and each takes long to parse
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
                code = _code(node)
                if code is not None:
                    bases = tuple(ast.unparse(base).split(".")[-1] for base in node.bases)
                    meaning = (ast.get_docstring(node) or "").split("\n\n")[0]
                    found.append(
                        ErrorClass(code, node.name, module, bases, " ".join(meaning.split()))
                    )
    return sorted(found, key=lambda error: (error.code, error.module))


def fault(error: ErrorClass, errors: list[ErrorClass]) -> str:
    """Return whose fault an error is, following its bases."""
    if error.name in FAULTS:
        return FAULTS[error.name]
    for base in error.bases:
        if base in FAULTS:
            return FAULTS[base]
        for other in errors:
            if other.name == base:
                return fault(other, errors)
    return "any"


def page(errors: list[ErrorClass]) -> str:
    """Return the whole page."""
    rows = [
        f"| `{error.code}` | {fault(error, errors)} | {error.meaning.replace('|', chr(92) + '|')} |"
        f" `{error.module}.{error.name}` |\n"
        for error in errors
    ]
    return HEAD + "".join(rows)


def main() -> int:
    """Write the page, or with --check say whether it is up to date."""
    wanted = page(error_classes())
    if sys.argv[1:] == ["--check"]:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == wanted else 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
