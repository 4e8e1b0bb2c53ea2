"""What is read, decided and saved is one transaction: nobody saves a row that was read before it.

Looked for in the source: a row that is saved again was read in the transaction that saves it. Two
people who act at once would otherwise each save what they read, and what the first did is lost.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest
from tests.repository.sources import SOURCE, modules, tree

ALONE = {
    "node/federation/delivery.py poll": "a place in an outbox: one loop alone reads and writes it",
    "node/signin/pages/sign_in.py by_passkey": "a form of allauth: it saves no row it was given",
    "node/signin/pages/sign_in.py second": "as above",
    "node/signin/pages/sign_in_methods.py _shown": "as above",
}
"""Functions that may save otherwise, and why that is right."""
_INSIDE = {"Batch", "Doing", "Leaving"}
"""Types of arguments that there are inside a transaction only."""


@dataclass
class Save:
    """A row that is saved again: its name, where, and whether what it needs stands around it."""

    row: str
    line: int
    block: ast.With | None
    """The transaction that begins in the function itself, if one does."""


@dataclass
class Function:
    """A function of the program, as far as transactions go."""

    place: str
    node: ast.FunctionDef
    saves: list[Save] = field(default_factory=list)
    callers: list["tuple[Function | None, bool]"] = field(default_factory=list)
    """Who calls it, and whether the call stands in a transaction that begins in the caller."""

    @cached_property
    def begins(self) -> bool:
        """Tell whether a transaction begins with the function."""
        return any("atomic" in ast.unparse(one) for one in self.node.decorator_list)

    @cached_property
    def inside(self) -> bool:
        """Tell whether an argument says that the function runs inside a transaction."""
        given = [*self.node.args.args, *self.node.args.kwonlyargs]
        return any(one.annotation and ast.unparse(one.annotation) in _INSIDE for one in given)

    def covered(self, under_way: frozenset[str] = frozenset()) -> bool:
        """Tell whether it runs inside a transaction, whoever calls it."""
        if self.begins or self.inside:
            return True
        if self.place in under_way or not self.callers:
            return False
        more = under_way | {self.place}
        return all(block or (one and one.covered(more)) for one, block in self.callers)

    def faults(self) -> Iterator[str]:
        """Yield the rows that are saved without having been read in the same transaction."""
        for save in self.saves:
            if save.block is not None:
                read = _read(save.block)
            elif self.begins:
                read = _read(self.node)
            elif self.covered():
                read = {save.row}  # its caller read it, in the transaction that is the caller's
            else:
                read = set[str]()
            if save.row not in read:
                yield f"{self.place}:{save.line} {save.row}"


def _first(node: ast.AST | None) -> str:
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _read(block: ast.AST) -> set[str]:
    """Return the names that are bound within a block, or whose rows are read again there.

    Another name for a part of what was read before the block reads nothing.
    """
    parts = {
        target.id: (id(target), _first(one.value))
        for one in ast.walk(block)
        if isinstance(one, (ast.Assign, ast.AnnAssign)) and _is_part(one.value)
        for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
        if isinstance(target, ast.Name)
    }
    whole = {known for known, _ in parts.values()}
    found = {
        one.id
        for one in ast.walk(block)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and id(one) not in whole
    }
    found |= {
        _first(one.func)
        for one in ast.walk(block)
        if isinstance(one, ast.Call) and ast.unparse(one.func).endswith(".refresh_from_db")
    }
    return found | {name for name, (_, of) in parts.items() if of in found}


def _is_part(value: ast.expr | None) -> bool:
    calls = value is not None and any(isinstance(one, ast.Call) for one in ast.walk(value))
    return isinstance(value, ast.Attribute) and not calls


def _is_new(function: ast.FunctionDef, name: str) -> bool:
    """Tell whether a name is only ever bound to a row that is made there and then."""
    values = [
        one.value
        for one in ast.walk(function)
        if isinstance(one, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in one.targets)
    ]
    return bool(values) and all(
        isinstance(one, ast.Call) and ast.unparse(one.func).split(".")[-1][:1].isupper()
        for one in values
    )


class _Reader(ast.NodeVisitor):
    """Reads one module: its functions, what they save, and whom they call."""

    def __init__(self, path: Path, known: dict[str, Function]) -> None:
        self.module = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        self.path, self.known = path.relative_to(SOURCE).as_posix(), known
        self.calls: list[tuple[str, Function | None, bool]] = []
        self.names: dict[str, str] = {}
        self.around: list[Function] = []
        self.blocks: list[ast.With | None] = [None]
        self.said = 0
        """How many enclosing lambdas are handed a batch."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for one in node.names:
            self.names[one.asname or one.name] = f"{node.module}.{one.name}"

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        found = Function(f"{self.path} {node.name}", node)
        if not self.around:
            self.known[f"{self.module}.{node.name}"] = found
        else:
            self.known[f"{self.module}.{self.around[-1].node.name}.{node.name}:{node.lineno}"] = (
                found
            )
        for one in node.decorator_list:
            self.visit(one)
        self.around.append(found)
        self.blocks.append(None)
        for statement in node.body:
            self.visit(statement)
        self.blocks.pop()
        self.around.pop()

    def visit_Lambda(self, node: ast.Lambda) -> None:
        inside = any(one.arg.strip("_") == "batch" for one in node.args.args)
        self.said += inside
        self.visit(node.body)
        self.said -= inside

    def visit_With(self, node: ast.With) -> None:
        begins = any("atomic(" in ast.unparse(one.context_expr) for one in node.items)
        for item in node.items:
            self.visit(item)
        self.blocks.append(node if begins else self.blocks[-1])
        for statement in node.body:
            self.visit(statement)
        self.blocks.pop()

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute) and node.func.attr == "save" and self.around:
            self._save(node, node.func)
        within = self.blocks[-1] is not None or bool(self.said)
        self.calls.append((self._full(node.func), self.around[-1] if self.around else None, within))
        if isinstance(node.func, ast.Attribute):
            self.visit(node.func.value)
        for one in (*node.args, *(word.value for word in node.keywords)):
            self.visit(one)

    def visit_Name(self, node: ast.Name) -> None:
        self.calls.append((self._full(node), None, False))  # handed on: called by nobody knows whom

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.calls.append((self._full(node), None, False))
        self.visit(node.value)

    def _save(self, node: ast.Call, called: ast.Attribute) -> None:
        row, function = _first(called.value), self.around[-1]
        again = not any(word.arg == "force_insert" for word in node.keywords)
        own = row in self.names and self.names[row].startswith("comity.")  # a function of a module
        if (
            self.path.startswith("node/")
            and again
            and row != "super"
            and not own
            and not _is_new(function.node, row)
        ):
            function.saves.append(Save(row, node.lineno, self.blocks[-1]))

    def _full(self, node: ast.AST) -> str:
        """Return what a call names, from the package on: a function of this module or another."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        first, rest = node.id if isinstance(node, ast.Name) else "", ".".join(reversed(parts))
        if first == "self" and rest:
            return f"{self.module}.{rest}"
        known = self.names.get(first, f"{self.module}.{first}")
        return f"{known}.{rest}" if rest else known


def _functions(paths: Mapping[Path, ast.Module]) -> list[Function]:
    known: dict[str, Function] = {}
    readers = []
    for path, parsed in paths.items():
        reader = _Reader(path, known)
        reader.visit(parsed)
        readers.append(reader)
    for reader in readers:
        for name, caller, block in reader.calls:
            if name in known:
                known[name].callers.append((caller, block))
    return list(known.values())


def _faults(paths: Mapping[Path, ast.Module]) -> set[str]:
    functions = [one for one in _functions(paths) if one.place not in ALONE]
    return {fault for one in functions for fault in one.faults()}


def test_no_row_is_saved_that_was_read_before_the_transaction() -> None:
    files = modules("node", "cli", "demo", "echo", "hall")
    assert sorted(_faults({path: tree(path) for path in files})) == []


SIGNING = """
def sign(draft, name):
    row = Draft.objects.get(id=draft)
    row.names = [*row.names, name]
    row.save(update_fields=["names"])
"""
"""As approvals were once kept: of two who signed at once, one had signed."""


@pytest.mark.parametrize(
    "text",
    [
        SIGNING,
        "@transaction.atomic\ndef sign(row):\n    row.names = []\n    row.save()",
        "@transaction.atomic\ndef sign(row):\n    draft = row.draft\n    draft.save()",
        "def sign(row):\n    with transaction.atomic():\n        row.save()",
        SIGNING
        + "\ndef all(one):\n    with transaction.atomic():\n        sign(one)\n    sign(one)",
    ],
)
def test_what_loses_the_first_of_two_acts_is_found(text: str) -> None:
    assert _faults({SOURCE / "node" / "made.py": ast.parse(text)})


@pytest.mark.parametrize(
    "text",
    [
        "@transaction.atomic" + SIGNING,
        "@transaction.atomic\ndef sign(row):\n    row.refresh_from_db()\n    row.save()",
        SIGNING + "\ndef all(one):\n    with transaction.atomic():\n        sign(one)",
        SIGNING.replace("draft, name", "batch: Batch, draft, name"),
        SIGNING + "\ndef all(one):\n    return committer.run(lambda batch: sign(batch, one))",
    ],
)
def test_what_one_transaction_holds_is_let_pass(text: str) -> None:
    assert not _faults({SOURCE / "node" / "made.py": ast.parse(text)})
