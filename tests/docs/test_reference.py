"""The reference names everything there is, and nothing there is not."""

import ast
import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from scripts.commands import commands, pages
from tests.conftest import REPOSITORY
from tests.walks import every

from comity.evidence.custody import EVENTS
from comity.node.core.config import NodeConfig
from comity.node.models import Officer
from comity.node.people.permissions import MINISTRY_WITHOUT, PRESETS, RIGHTS
from comity.node.site.openapi import api
from comity.node.web.audit_labels import ACT, DETAIL

REFERENCE = REPOSITORY / "docs" / "reference"
NODE = REPOSITORY / "src" / "comity" / "node"
TREES = {path: ast.parse(path.read_text("utf-8")) for path in sorted(NODE.rglob("*.py"))}
WORD = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[a-z-]+)?")
EVENT = "evidence."
BY_MESSAGE = ("offered", "received", "returned")


def rows(name: str) -> list[list[str]]:
    """Return the cells of every table row of a page, headings left out."""
    text = (REFERENCE / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


# ------------------------------------------------------------------ settings


def test_every_setting_of_a_node_is_described() -> None:
    members = [f for f in dataclasses.fields(NodeConfig) if f.name != "folder"]
    told = {row[0].strip("`"): row[2] for row in rows("settings.md") if len(row) == 4}
    assert list(told) == [member.name for member in members]
    for member in members:
        assert told[member.name] == _default(member), member.name


def _default(member: dataclasses.Field[Any]) -> str:
    if member.default is dataclasses.MISSING:
        return "required"
    if member.default == "":
        return "empty"
    if isinstance(member.default, tuple):
        return f"`{list(member.default)}`"
    shown = {True: "true", False: "false"}
    known = isinstance(member.default, bool)
    return f"`{shown[member.default] if known else member.default}`"


# ------------------------------------------------------------------ audit


def audit_words() -> set[str]:
    """Return every word that the node can write as an audit row's action."""
    found: set[str] = set()
    for path, tree in TREES.items():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            action = next((k.value for k in call.keywords if k.arg == "action"), None)
            if action is not None and ast.unparse(call.func).endswith(".note"):
                words = set(_words(action, path))
                assert words, f"{path.name}:{call.lineno}: what is written here?"
                found |= words
    return found


def _words(value: ast.expr, path: Path) -> Iterator[str]:
    if isinstance(value, ast.Constant):
        yield str(value.value)
    elif isinstance(value, ast.IfExp):
        yield from (*_words(value.body, path), *_words(value.orelse, path))
    elif isinstance(value, ast.JoinedStr):
        assert ast.unparse(value) == "f'evidence.{event.event}'"
        yield from (EVENT + word for word in EVENTS if word not in BY_MESSAGE)
    elif isinstance(value, ast.Name):
        own = list(_assigned(value.id, TREES[path]))
        trees = [TREES[path]] if own else [t for p, t in TREES.items() if p != path]
        for one in (v for tree in trees for v in _assigned(value.id, tree)):
            yield from _words(one, path)


def _assigned(name: str, tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        for target in targets:
            value: ast.expr = node.value  # type: ignore[attr-defined]
            if isinstance(target, ast.Name) and target.id == name:
                yield value
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = zip(target.elts, value.elts, strict=True)
                yield from (v for t, v in pairs if isinstance(t, ast.Name) and t.id == name)


def test_every_audit_event_is_described_once_and_in_order() -> None:
    told = [row[0].strip("`") for row in rows("audit.md")]
    assert told == sorted(audit_words())
    assert all(WORD.fullmatch(word) for word in told)


def test_every_audit_event_is_called_something_on_the_page_and_nothing_else_is() -> None:
    told = [row[0].strip("`") for row in rows("audit.md")]
    assert list(ACT) == told
    phrases = [str(phrase) for phrase in ACT.values()]
    assert len(set(phrases)) == len(phrases)
    for word, phrase in ACT.items():
        assert str(phrase)[0].isupper(), word
        assert len(str(phrase)) <= 60, word


def test_every_fixed_word_of_a_detail_stands_in_the_reference() -> None:
    details = {row[0].strip("`"): row[3] for row in rows("audit.md")}
    shared = {"desk", "api", "letter", "passkey", "code-app", "recovery-codes"}
    for action, fixed in DETAIL.items():
        named = set(re.findall(r"`([a-z-]+)`", details[action]))
        assert named & set(fixed), action
        assert set(fixed) - named <= shared, action


# ------------------------------------------------------------------ commands


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    there = {one.name: one.read_text(encoding="utf-8") for one in (REFERENCE / "cli").glob("*.md")}
    assert there == pages(), "run `make reference`"


@every(("name", "command"), [(n, c) for n, c, _ in commands()])
def test_every_command_and_option_explains_itself(name: str, command: click.Command) -> None:
    assert command.help, name
    silent = [
        parameter.name
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    obvious = {
        "alg",
        "days",
        "max_bytes",
        "max_files",
        "mode",
        "port",
        "port_base",
        "role",
        "roles",
    }
    assert set(silent) <= obvious, name


# ------------------------------------------------------------------ HTTP


def code_addresses() -> set[str]:
    """Return the addresses of the URL tables, with placeholders in one spelling."""
    found: set[str] = set()
    for path in sorted(NODE.rglob("*urls*.py")):
        if "setup_wizard" in path.parts:
            continue  # the set-up has a server of its own
        text = path.read_text(encoding="utf-8")
        addresses = re.findall(r'path\(\s*"([^"]*)",\s*(\w+)', text)
        found |= {f"/{address}" for address, to in addresses if to != "include"}
    return {_spelt(path) for path in found if path != "/api/v1/"}


def _spelt(path: str) -> str:
    return re.sub(r"<[^>]*>", "<>", path)


def test_every_address_of_a_node_is_listed() -> None:
    cells = [
        row[0] for row in rows("http.md") if not row[0].startswith(("`GET", "`P", "`D", "`HEAD"))
    ]
    told = {_spelt(path) for cell in cells for path in re.findall(r"`(/[^`]*)`", cell)}
    assert told == code_addresses()


def test_no_address_is_listed_twice() -> None:
    cells = [row[0] for row in rows("http.md") if "/" in row[0]]
    told = Counter(path for cell in cells for path in re.findall(r"`((?:[A-Z]+ )?/[^`]*)`", cell))
    assert [path for path, number in told.items() if number > 1] == []


def test_every_call_of_the_api_is_listed_with_its_right() -> None:
    told = {row[0].strip("`"): row[1] for row in rows("http.md") if len(row) == 3}
    listed = {k: v for k, v in told.items() if " /api/v1/" in k}
    assert listed == dict(_calls())


def _calls() -> Iterator[tuple[str, str]]:
    for path, operations in api.get_openapi_schema()["paths"].items():
        for method, operation in operations.items():
            yield f"{method.upper()} {path}", operation["x-right"]


def test_the_rights_of_each_role_are_those_of_the_code() -> None:
    told = {row[0].strip("`"): set(row[1].split(", ")) for row in rows("http.md") if len(row) == 2}
    assert {role: told.get(role) for role in RIGHTS} == {r: set(had) for r, had in RIGHTS.items()}


def test_what_roles_of_a_ministry_lack_and_who_has_it_is_as_in_the_code() -> None:
    lines = [row for row in rows("http.md") if len(row) == 3 and row[0].strip("`") in RIGHTS]
    told = {row[0].strip("`"): set(row[1].split(", ")) for row in lines}
    assert told == {role: set(less) for role, less in MINISTRY_WITHOUT.items()}
    for role, less, others in lines:
        for right in less.split(", "):
            has = [who for who, had in PRESETS["ministry"].items() if right in had]
            assert sorted(Officer.Role(who).label for who in has) == sorted(others.split(", ")), (
                role
            )
