"""A scenario's TOML written back: what says the same as before stays as somebody wrote it.

Members of scenario.toml that did not change keep their lines, comments included. Whatever comes out
is read again: if it does not say exactly what it should, the whole file is written in the one plain
form, and its comments are lost.

Source: TOML 1.0.0.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.canonical import MisuseError
from comity.drills.errors import DrillFileError
from comity.drills.model import Plan
from comity.drills.parse import FILE
from comity.drills.reading import read_plan, read_texts
from comity.drills.texts import check_text
from comity.instruments.toml import parse_toml, unmarked

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_-]+)\s*\]\]?\s*(#.*)?")
_QUIET: Final = re.compile(r"\s*(?:#.*)?")
_SHORT: Final = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}
_ORDER: Final = (
    "scenario", "values", "role", "party", "thread", "exhibit", "inject", "trigger", "task", "hint",
    "score", "good", "debrief", "test",
)  # fmt: skip


def plan_text(table: Mapping[str, Any]) -> str:
    """Return a scenario.toml in its plain form, without comments."""
    heads = [name for name in _ORDER if name in table]
    heads += [name for name in table if name not in _ORDER]
    blocks = []
    for name in sorted(heads, key=lambda head: isinstance(table[head], Mapping | list)):
        value = table[name]
        if isinstance(value, Mapping):
            blocks.append(_block(f"[{_key(name)}]", value))
        elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
            blocks += [_block(f"[[{_key(name)}]]", one) for one in value]
        else:
            blocks.append(f"{_key(name)} = {_value(value)}\n")
    return "\n".join(blocks)


def rewritten(source: str, table: Mapping[str, Any]) -> str:
    """Return a scenario.toml that says what a table says, with as much of the old as still does.

    Args:
        source: as it stands, which can be read.
        table: what it shall say.

    Raises:
        ValueError: the source is no TOML.
    """
    made = "".join(_kept(source, parse_toml(source.encode()), table))
    try:
        if parse_toml(made.encode()) == table:
            return made
    except ValueError:
        pass
    return plan_text(table)


def texts_text(texts: Mapping[str, str], *, reviewed_by: str = "", before: str = "") -> str:
    """Return a file of texts in its plain form.

    Args:
        texts: dotted key to text.
        reviewed_by: who has read the whole file, or empty.
        before: lines of comment at its beginning.
    """
    top: dict[str, str] = {"reviewed_by": reviewed_by} if reviewed_by else {}
    tables: dict[str, dict[str, str]] = {}
    for key, text in texts.items():
        head, _, name = key.rpartition(".")
        (tables.setdefault(head, {}) if head else top)[name] = text
    blocks = [before] if before else []
    blocks.append("".join(f"{_key(name)} = {toml_string(text)}\n" for name, text in top.items()))
    for head, rows in tables.items():
        dotted = ".".join(map(_key, head.split(".")))
        blocks.append(_block(f"[{dotted}]", rows))
    return "\n".join(blocks)


def leading_comment(source: str) -> str:
    """Return the lines of comment with which a file begins."""
    lines = []
    for line in source.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line + "\n")
    return "".join(lines)


def toml_string(text: str) -> str:
    """Return a text as a basic string of TOML."""
    return '"' + "".join(_char(char) for char in text) + '"'


# ------------------------------------------------------------------ what stays


@dataclass(frozen=True)
class _Piece:
    """Lines of a file from one header to the next.

    Attributes:
        name: of the header; empty before the first.
        lines: header and members.
        after: blank lines and comments that follow, which mostly speak of the next.
    """

    name: str
    lines: tuple[str, ...]
    after: tuple[str, ...]


def _kept(source: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    pieces = list(_pieces(source))
    last = {piece.name: number for number, piece in enumerate(pieces)}
    met: dict[str, int] = {}
    for number, piece in enumerate(pieces):
        yield from _piece(piece, old, new, met)
        if last[piece.name] == number and isinstance(new.get(piece.name), list):
            yield from _added(piece.name, old, new)
        yield from piece.after
    for name in _ORDER:
        if name in new and name not in last:
            yield "\n" + plan_text({name: new[name]})


def _piece(
    piece: _Piece, old: Mapping[str, Any], new: Mapping[str, Any], met: dict[str, int]
) -> Iterator[str]:
    before, after = old.get(piece.name), new.get(piece.name)
    if isinstance(before, list):
        number = met.get(piece.name, 0)
        met[piece.name] = number + 1
        was = before[number] if number < len(before) else None
        key = was.get("key") if isinstance(was, Mapping) else None
        now = next((one for one in _rows(after) if one.get("key") == key), None)
    else:
        was, now = before, after
    if not piece.name or now == was:
        yield from piece.lines
    elif isinstance(now, Mapping):
        yield piece.lines[0]
        yield from _members(piece.lines[1:], now)


def _members(lines: Sequence[str], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield the members of an entry that changed: those that did not as they stand, if alone."""
    known, kept = set[str](), list[str]()
    for line in lines:
        try:
            said = parse_toml(line.encode())
        except ValueError:  # a member of several lines
            yield from (f"{_key(name)} = {_value(value)}\n" for name, value in now.items())
            return
        for name, value in said.items():
            known.add(name)
            if name in now:
                kept.append(line if now[name] == value else f"{_key(name)} = {_value(now[name])}\n")
        if not said:
            kept.append(line)
    yield from kept
    yield from (f"{_key(name)} = {_value(now[name])}\n" for name in now if name not in known)


def _added(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    known = {one.get("key") for one in _rows(old.get(name))}
    for row in _rows(new.get(name)):
        if row.get("key") not in known:
            yield "\n" + _block(f"[[{name}]]", row)


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _pieces(source: str) -> Iterator[_Piece]:
    name, lines = "", list[str]()
    for line in (source if source.endswith("\n") or not source else source + "\n").splitlines(
        keepends=True
    ):
        found = _HEADER.fullmatch(line.rstrip("\r\n"))
        if found:
            yield _cut(name, lines)
            name, lines = found[2], []
        lines.append(line)
    yield _cut(name, lines)


def _cut(name: str, lines: Sequence[str]) -> _Piece:
    end = len(lines)
    while end > 0 and _QUIET.fullmatch(lines[end - 1].rstrip("\r\n")):
        end -= 1
    return _Piece(name, tuple(lines[:end]), tuple(lines[end:]))


# ------------------------------------------------------------------ one value


def _block(header: str, members: Mapping[str, Any]) -> str:
    lines = [f"{_key(name)} = {_value(value)}\n" for name, value in members.items()]
    return "".join([header + "\n", *lines])


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else toml_string(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return toml_string(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(name)} = {_value(item)}" for name, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        if value and all(isinstance(item, Mapping) for item in value):
            return "[\n" + "".join(f"  {_value(item)},\n" for item in value) + "]"
        return f"[{', '.join(map(_value, value))}]"
    raise MisuseError(f"a scenario holds no {type(value).__name__}")


def _char(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if ord(char) < 0x20 or ord(char) == 0x7F:
        return f"\\u{ord(char):04X}"
    return char


# Changes to a scenario's files, one at a time: the plan, texts of a language.


def table_of(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what scenario.toml says, as it stands.

    Raises:
        DrillFileError: it is no TOML.
    """
    try:
        return parse_toml(files[FILE])
    except (KeyError, ValueError) as fault:
        raise DrillFileError(f"{FILE}: {fault}", file=FILE, key="") from fault


def with_plan(files: Mapping[str, bytes], table: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files with another scenario.toml, which keeps what says the same."""
    source = unmarked(files[FILE]).decode("utf-8")
    return {**files, FILE: rewritten(source, table).encode()}


def with_texts(
    files: Mapping[str, bytes], lang: str, changes: Mapping[str, str]
) -> dict[str, bytes]:
    """Return the files with some texts of a language changed; an empty one is taken out.

    The file is written in its plain form: comments within it are lost, those at its beginning
    stay. Who had read the whole file has not read the change, so that mark goes.

    Args:
        files: of which the language's can be read, or is not there yet.
        lang: tag, ``zh-hans``.
        changes: dotted key to text; what is as it was changes nothing.

    Raises:
        DrillError: the file breaks the format, or a text holds what no text may.
    """
    path = f"texts/{lang}.toml"
    data = files.get(path, b"")
    old = read_texts(path, data)
    new = dict(old)
    for key, text in changes.items():
        check_text(text, file=path, key=key)
        if text.strip():
            new[key] = text
        else:
            new.pop(key, None)
    if new == old:
        return dict(files)
    before = leading_comment(unmarked(data).decode("utf-8"))
    return {**files, path: texts_text(new, before=before).encode()}


def checked(name: str, files: Mapping[str, bytes]) -> Plan:
    """Return what scenario.toml says, if that much can be kept.

    Raises:
        DrillError: the first thing that breaks the format.
    """
    return read_plan(name, files)
