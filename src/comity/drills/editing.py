"""Changes to a scenario's files, one at a time: texts of a language, an entry, the name."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from comity.drills.errors import DrillFileError
from comity.drills.model import KINDS, Plan
from comity.drills.parse import FILE
from comity.drills.reading import read_plan, read_texts
from comity.drills.texts import check_text
from comity.drills.writing import leading_comment, rewritten, texts_text
from comity.instruments.toml import parse_toml, unmarked

_COMMENT: Final = re.compile(r"^[ \t]*#.*$|[ \t]#[^\"'\n]*$", re.MULTILINE)


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


def renamed(files: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    """Return a copy of a scenario under another name.

    Raises:
        DrillFileError: scenario.toml is no TOML, or has no `[scenario]`.
    """
    table = table_of(files)
    if not isinstance(table.get("scenario"), dict):
        raise DrillFileError(f"{FILE}: there is no [scenario]", file=FILE, key="scenario")
    return with_plan(files, {**table, "scenario": {**table["scenario"], "name": name}})


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


def with_entry(
    files: Mapping[str, bytes], kind: str, key: str, members: Mapping[str, Any] | None
) -> dict[str, bytes]:
    """Return the files with one entry changed, added, or taken out with its texts.

    Args:
        files: whose scenario.toml can be read.
        kind: ``inject``, as the format names its tables.
        key: of the entry.
        members: what it says besides its key; None to take it out.

    Raises:
        DrillError: a file breaks the format.
    """
    table = table_of(files)
    rows = [dict(one) for one in table.get(kind, []) if isinstance(one, dict)]
    if members is None:
        left = [one for one in rows if one.get("key") != key]
        made = {**table, kind: left} if left else {k: v for k, v in table.items() if k != kind}
        return _without_texts(with_plan(files, made), kind, key)
    row = {"key": key, **members}
    if any(one.get("key") == key for one in rows):
        rows = [row if one.get("key") == key else one for one in rows]
    else:
        rows.append(row)
    return with_plan(files, {**table, kind: rows})


def entry(files: Mapping[str, bytes], kind: str, key: str) -> dict[str, Any]:
    """Return what an entry says besides its key; empty where there is none."""
    for one in table_of(files).get(kind, []):
        if isinstance(one, dict) and one.get("key") == key:
            return {name: value for name, value in one.items() if name != "key"}
    return {}


def checked(name: str, files: Mapping[str, bytes]) -> Plan:
    """Return what scenario.toml says, if that much can be kept.

    Raises:
        DrillError: the first thing that breaks the format.
    """
    return read_plan(name, files)


def without_texts(files: Mapping[str, bytes], is_gone: Callable[[str], bool]) -> dict[str, bytes]:
    """Return the files without some texts, in every language.

    Args:
        files: of which the texts can be read.
        is_gone: tells it of a dotted key.

    Raises:
        DrillError: a file of texts breaks the format.
    """
    made = dict(files)
    for path in [one for one in made if one.startswith("texts/")]:
        gone = {key: "" for key in read_texts(path, made[path]) if is_gone(key)}
        made = with_texts(made, path.removeprefix("texts/").removesuffix(".toml"), gone)
    return made


def comments_lost(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> int:
    """Return how many comments of files that are still there are in them no more.

    Comments between quotes of several lines are counted as well: a text that looks like one.
    """
    return sum(
        (_comments(before[path]) - _comments(after[path])).total()
        for path in before.keys() & after.keys()
        if path.endswith(".toml") and before[path] != after[path]
    )


def _comments(data: bytes) -> Counter[str]:
    found = _COMMENT.findall(data.decode("utf-8", "replace").replace("\r", ""))
    return Counter(one.strip() for one in found)


def _without_texts(files: dict[str, bytes], kind: str, key: str) -> dict[str, bytes]:
    gone = {form.format(key) for form in KINDS[kind].texts}
    options = f"tasks.{key}.options." if kind == "task" else "\0"
    return without_texts(files, lambda one: one in gone or one.startswith(options))
