"""What codes are called stands in the file ``labels.toml`` of a package, not in Python."""

import ast
import re
import tomllib

from tests.repository.sources import SOURCE, modules, name, tree

NODE = SOURCE / "node"
MOST = 8
"""Labels that a dictionary of a module may hold, where a table of a file would say no more."""
STILL: set[str] = set()
"""Modules with dictionaries of labels in Python. Take out what has moved; add none."""
_GETTEXT = re.compile(r"_|n?p?gettext(_lazy)?")


def _labels(value: ast.expr) -> int:
    """Count the texts to translate within the outermost dictionaries of what a name is given."""
    if not isinstance(value, ast.Dict):
        return sum(_labels(one) for one in ast.iter_child_nodes(value) if isinstance(one, ast.expr))
    return sum(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Name)
        and _GETTEXT.fullmatch(one.func.id) is not None
        for one in ast.walk(value)
    )


def _most_labels(module: ast.Module) -> int:
    return max(
        (
            _labels(one.value)
            for one in module.body
            if isinstance(one, ast.Assign | ast.AnnAssign) and one.value is not None
        ),
        default=0,
    )


def test_no_module_holds_a_dictionary_of_labels() -> None:
    found = {
        path.relative_to(NODE).as_posix()
        for path in modules("node")
        if _most_labels(tree(path)) > MOST
    }
    assert found == STILL


def test_a_dictionary_of_labels_is_seen_in_every_dress() -> None:
    rows = ", ".join(f'"{n}": _("Text {n}")' for n in range(MOST + 1))
    for written in (
        "X = {%s}",
        "X: Final = {%s} | OTHER",
        "X: Final[Mapping[str, Any]] = MappingProxyType({%s})",
        'X = {"a": {%s}, **OTHER}',
        'X = {"a": {%s}}',
    ):
        assert _most_labels(ast.parse(written % rows)) == MOST + 1, written
    assert _most_labels(ast.parse(f"def f(): return {{{rows}}}")) == 0


def test_every_table_of_labels_is_read_by_a_module() -> None:
    read = {
        word
        for path in modules("node")
        for word in re.findall(r'\["([a-z-]+)"\]', path.read_text("utf-8"))
    }
    unread = [
        f"{name(path)}: {table}"
        for path in sorted(NODE.rglob("labels.toml"))
        for table in tomllib.loads(path.read_text("utf-8"))
        if table not in read
    ]
    assert unread == []
