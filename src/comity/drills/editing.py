"""Changes to a scenario's files, one at a time: the plan, texts of a language."""

from collections.abc import Mapping
from typing import Any

from comity.drills.errors import DrillFileError
from comity.drills.model import Plan
from comity.drills.parse import FILE
from comity.drills.reading import read_plan, read_texts
from comity.drills.texts import check_text
from comity.drills.writing import leading_comment, rewritten, texts_text
from comity.instruments.toml import parse_toml, unmarked


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
