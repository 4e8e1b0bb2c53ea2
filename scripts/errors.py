"""Write docs/reference/errors.md from the error classes and codes of answers in the source."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from comity.exchange.faults import MEMBER_CODES
from comity.exchange.wire_errors import WIRE_ERRORS
from comity.node.web.problem_codes import ANSWERS

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCE = REPOSITORY / "src" / "comity"
PAGE = REPOSITORY / "docs" / "reference" / "errors.md"
_ANSWER = re.compile(r"\b(?:wire_)?problem(?:_body)?\(|\bclass Refused:")
_ANSWERING = {"problem": 1, "problem_body": 1, "wire_problem": 0, "Refused": 1}
"""Where the code stands among the arguments; the last is a witness's decision."""
_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CLASS = re.compile(r"class\s+\w*Error\b")

FAULTS = {
    "PeerError": "theirs",
    "MisuseError": "ours",
    "OperationError": "the world's",
    "BrokenRuleError": "ours",  # it has no code of its own
}

HEAD = """# Errors

Every error that Comity raises on purpose has a code. Logs, the wire and this page share it;
a code is never reused.
This page is written by `make reference` from the source; do not edit it by hand.
Answers over HTTP carry further codes: [answers](#answers) and [members](#members) list them.

Whose fault: **theirs** means that the bytes of a peer, a file or a form break the specification;
**ours** that the caller broke a documented precondition;
**the world's** that a disk, a file or a partner refused.

| code | whose fault | meaning | raised as |
|---|---|---|---|
"""

ANSWERS_HEAD = """
## Answers

Codes of answers over HTTP that no error above carries.
An answer is `application/problem+json` (RFC 9457); go by the status and `code`.

| code | meaning | what to do |
|---|---|---|
"""

WIRE_HEAD = """
## Between nodes

What a node answers to another node ([spec 13.2](../../spec/13-transport.md#132-http)): the status,
and `retryable`. Where it is no, the same message is refused again: its sender stops, and tells a
person.
Another code of whose fault is **theirs** is answered 400 and no, **ours** 404 and no,
**the world's** 503 and yes.

| code | status | retryable |
|---|---|---|
"""

MEMBERS_HEAD = """
## Members

An answer with `request-malformed` names in `errors` what is wrong, at most 20 things:
`pointer` is the place in the body (RFC 6901), `parameter` the name in the query, address or
headers, `detail` the rule in words, and `code` one of these.

| code | meaning |
|---|---|
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
    """Return the code in a class's head, or of the root of all, which has it as an attribute."""
    for keyword in node.keywords:
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    for statement in node.body:
        match statement:
            case (
                ast.AnnAssign(target=ast.Name(id="code"), value=ast.Constant(value=value))
                | ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=value))
            ):
                return str(value)
    return None


@cache
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
    answers = [f"| `{code}` | {what} | {then} |\n" for code, (what, then) in ANSWERS.items()]
    members = [f"| `{code}` | {what} |\n" for code, what in MEMBER_CODES.items()]
    wire = [
        f"| `{code}` | {int(one.status)} | {'yes' if one.retryable else 'no'} |\n"
        for code, one in sorted(WIRE_ERRORS.items())
    ]
    return "".join((HEAD, *rows, ANSWERS_HEAD, *answers, WIRE_HEAD, *wire, MEMBERS_HEAD, *members))


@cache
def answered_codes(source: Path = SOURCE) -> dict[str, str]:
    """Return every code that is written where an answer is made, with the module that writes it.

    What is given to `problem`, `wire_problem` or ``Refused`` is followed through the names and
    tables of its module. A code read from an error (``fault.code``) is that class's own.
    """
    found: dict[str, str] = {}
    for path in sorted(source.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not _ANSWER.search(text):
            continue
        tree = ast.parse(text)
        assigned = list(_assigned(tree))
        for node in ast.walk(tree):
            place = _ANSWERING.get(ast.unparse(node.func)) if isinstance(node, ast.Call) else None
            if isinstance(node, ast.Call) and place is not None:
                for code in _codes_in(node.args[place : place + 1], assigned, set()):
                    found.setdefault(code, str(path.relative_to(source)))
    return found


def _assigned(tree: ast.AST) -> Iterator[tuple[set[str], ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = (one for target in targets for one in ast.walk(target))
            yield {one.id for one in names if isinstance(one, ast.Name)}, node.value


def _codes_in(
    values: Iterable[ast.expr], assigned: list[tuple[set[str], ast.expr]], seen: set[str]
) -> Iterator[str]:
    for value in values:
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if _CODE.fullmatch(node.value):
                    yield node.value
            elif isinstance(node, ast.Name) and node.id not in seen:
                seen.add(node.id)
                yield from _codes_in([v for n, v in assigned if node.id in n], assigned, seen)


def main() -> int:
    """Write the page, or with --check say whether it is up to date."""
    wanted = page(error_classes())
    if sys.argv[1:] == ["--check"]:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == wanted else 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
