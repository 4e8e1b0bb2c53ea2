"""What users and partners can see of the program, one fact a line, so that a change is noticed.

``python -m scripts.snapshot`` writes ``tests/repository/snapshot.txt``: operations of the API,
commands with their options, addresses of pages, actions with their permissions, words of the audit
log, types of messages, the database schema and error codes. A commit that only moves code leaves
that file as it is; a commit that changes it moves nothing.
"""

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).resolve().parent.parent / "tests" / "repository" / "snapshot.txt"
HEAD: Final = (
    "# What users and partners can see of the program; written by `make reference`, see\n"
    "# scripts/snapshot.py. A commit that changes this file moves no code.\n"
)
_PROSE: Final = frozenset({"title", "description", "summary", "example", "examples", "help"})
"""Members of the API document and of commands that are texts for a reader."""


def snapshot() -> str:
    """Return the text of the file; needs Django set up and a migrated database."""
    parts = {
        "api": _api(),
        "command": _commands(),
        "page": _pages(),
        "action": _actions(),
        "audit": _audit_words(),
        "message": _messages(),
        "schema": _schema(),
        "error": _errors(),
    }
    return HEAD + "".join(
        f"{part}\t{line}\n" for part, lines in parts.items() for line in sorted(lines)
    )


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _without_prose(value: Any, *, names: bool = False) -> Any:
    """Return JSON without the texts for readers; ``names`` where keys are names that we chose."""
    if isinstance(value, Mapping):
        return {
            key: _without_prose(one, names=key in {"properties", "parameters"})
            for key, one in value.items()
            if names or key not in _PROSE
        }
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_without_prose(one) for one in value]
    return value


def _api() -> Iterator[str]:
    from comity.node.site.openapi import api

    document = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    for path, item in document["paths"].items():
        for method, operation in item.items():
            facts = _without_prose(operation)
            # what an operation refuses has one shape: the statuses say enough
            facts["responses"] = {
                status: answer if status < "4" else ""
                for status, answer in operation["responses"].items()
            }
            yield f"{path}\t{method}\t{_compact(_without_prose(facts))}"
    for name, schema in document["components"]["schemas"].items():
        yield f"schema {name}\t{_compact(_without_prose(schema))}"


def _commands() -> Iterator[str]:
    from scripts.commands import commands

    for name, command, context in commands():
        yield name
        for parameter in command.to_info_dict(context)["params"]:
            words = [*parameter.get("opts", ()), *parameter.get("secondary_opts", ())]
            facts = {
                key: value
                for key, value in parameter.items()
                if key in {"required", "nargs", "multiple", "default", "envvar", "is_flag"}
                and value not in (False, None)
            }
            yield f"{name}\t{' '.join(words)}\t{_kind(parameter)}\t{_compact(_plain(facts))}"


def _kind(parameter: Mapping[str, Any]) -> str:
    kind = parameter["type"]
    return f"{parameter['param_type_name']} {kind['name']} {' '.join(map(str, _choices(kind)))}"


def _choices(kind: Mapping[str, Any]) -> Sequence[Any]:
    return kind.get("choices") or ()


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=lambda one: type(one).__name__))


def _pages() -> Iterator[str]:
    from django.urls import URLPattern, get_resolver

    def walk(patterns: Sequence[Any], before: str) -> Iterator[str]:
        for one in patterns:
            place = before + str(one.pattern)
            if isinstance(one, URLPattern):
                yield f"{place}\t{one.name or '-'}"
            elif one.namespace is None:
                yield from walk(one.url_patterns, place)

    yield from walk(get_resolver().url_patterns, "/")


def _actions() -> Iterator[str]:
    from comity.node.site.actions import ACTIONS

    for one in ACTIONS:
        called = f"{one.method} {one.path}\t{one.command}\t{' '.join(one.place)}"
        yield f"{one.name}\t{one.right}\t{called}\t{one.writes.value}"


def _audit_words() -> Iterator[str]:
    from comity.node.web.audit_labels import ACT

    yield from ACT


def _messages() -> Iterator[str]:
    from comity.exchange.types import MOVES

    for name, move in MOVES.items():
        yield f"{name}\t{_compact(_ordered(move))}"


def _ordered(value: Any) -> Any:
    """Return sets as sorted lists, so that two runs write the same."""
    if isinstance(value, Enum):
        return str(value)
    if is_dataclass(value):
        return _ordered({one.name: getattr(value, one.name) for one in fields(value)})
    if isinstance(value, Mapping):
        return {str(key): _ordered(one) for key, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    return [_ordered(one) for one in value] if isinstance(value, tuple | list) else value


def _schema() -> Iterator[str]:
    """Yield each column, constraint, index and trigger, in an order that migrations do not set."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        rows = cursor.fetchall()
    for kind, name, sql in rows:
        text = " ".join(sql.split())
        head, _, body = text.partition("(")
        if name.startswith("sqlite_"):
            continue
        if kind != "table" or "VIRTUAL" in head.upper():
            yield f"{name}\t{kind}\t{text}"
            continue
        end = body.rindex(")")
        yield from (f"{name}\t{one}" for one in (*_split(body[:end]), body[end + 1 :]) if one)


def _split(body: str) -> Iterator[str]:
    """Split what stands between the brackets of CREATE TABLE at the commas of the first depth."""
    depth, begin = 0, 0
    for at, character in enumerate(body):
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            yield body[begin:at].strip()
            begin = at + 1
    yield body[begin:].strip()


def _errors() -> Iterator[str]:
    from scripts.errors import PAGE

    code = re.compile(r"\| `([a-z0-9-]+)` \| ([^|]*) \|")
    yield from (
        f"{one[1]}\t{one[2] if len(one[2]) < 20 else ''}".strip()
        for line in PAGE.read_text("utf-8").splitlines()
        if (one := code.match(line))
    )


def main() -> int:
    """Write the file, or with --check say whether it is as the program is."""
    from django.core.management import call_command
    from scripts.actions import set_up

    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder))
        call_command("migrate", verbosity=0)
        text = snapshot()
    if sys.argv[1:] == ["--check"]:
        return int(FILE.read_text("utf-8") != text)
    FILE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    os.environ["COMITY_LANG"] = "en"
    sys.exit(main())
