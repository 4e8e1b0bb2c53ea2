"""A docstring names only what there is: a module or a name that moved takes its mentions along."""

import ast
import re
from pathlib import Path

from tests.repository.sources import SOURCE, modules, tree

OUTSIDE = {
    "Updater",
    "b3sum",
    "click.Path",
    "cryptography",
    "docket_words",
    "domestic.note",
    "en",
    "import",
    "navigator.credentials.get",
    "os.sync",
    "pydantic.ValidationError.errors",
    "retention.set",
    "reviewers.toml",
    "scripts.messages",
    "sha256sum",
    "train",
}
"""Names of other programs, codes of the protocol, words of a command: no names of Python here."""
MENTION = re.compile(r"(?<!`)`([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?:\(\))?`(?!`)")


def module_name(path: Path) -> str:
    """Return a module's dotted name."""
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read(module: ast.Module) -> tuple[set[str], list[tuple[int, str]]]:
    """Return the names that a module makes or uses, and its docstrings with their lines."""
    names: set[str] = set()
    told: list[tuple[int, str]] = []
    for node in ast.walk(module):
        match node:
            case ast.Name():
                names.add(node.id)
            case ast.Attribute():
                names.add(node.attr)
            case ast.arg():
                names.add(node.arg)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.alias():
                names.add(node.name.rpartition(".")[2])
            case ast.Expr(value=ast.Constant(value=str(text))):
                told.append((node.lineno, text))
    return names, told


def is_known(mention: str, ends: dict[str, set[str]], within: dict[str, set[str]]) -> bool:
    """Tell whether a mention is a module by the end of its name, a name, or a name in a module."""
    if mention in ends or mention in OUTSIDE:
        return True
    holder, dot, name = mention.rpartition(".")
    if not dot:
        return mention in within[""]
    if holder not in ends:  # a class's attribute, perhaps by its module
        return is_known(holder, ends, within) and name in within[""]
    return any(name in within[one] for one in ends[holder])


def test_no_docstring_names_what_is_not_there() -> None:
    every = {module_name(path): read(tree(path)) for path in modules()}
    within = {name: names for name, (names, _told) in every.items()}
    within[""] = set().union(*within.values())
    ends: dict[str, set[str]] = {}
    for name in every:
        parts = name.split(".")
        for first in range(len(parts)):
            ends.setdefault(".".join(parts[first:]), set()).add(name)
    stale = {
        f"{name}:{line} {mention}"
        for name, (_names, told) in every.items()
        for line, text in told
        for mention in MENTION.findall(text)
        if not is_known(mention, ends, within)
    }
    assert sorted(stale) == []
