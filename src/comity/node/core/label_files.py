"""Files of labels beside the code: what the codes of a package are called on the pages, in English.

``labels.toml`` holds what codes of a package are called, ``sections.toml`` of `comity.node.web`
what the sections of messages and their members are called.
"""

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final, NamedTuple

FILE: Final = "labels.toml"
SECTIONS_FILE: Final = "sections.toml"
FILES: Final = (FILE, SECTIONS_FILE)
"""Names of the files whose texts `scripts.messages` gathers."""
_CONTEXT: Final = frozenset({"text", "context"})


class Label(NamedTuple):
    """What a code is called, in English."""

    text: str
    context: str = ""
    """What the text is about, where another language says it otherwise elsewhere; or empty."""


def read_label_file(package: str, *, file: str = FILE) -> Mapping[str, Mapping[str, str]]:
    """Return the tables of a package's file: name of a table -> code -> English text.

    A command of the command line, which has no settings of Django, prints these as they are.

    Args:
        package: in which the file is.
        file: its name.

    Raises:
        TypeError: something else than tables of texts stands in the file.
    """
    return {
        name: {code: label.text for code, label in table.items()}
        for name, table in load_label_file(package, file=file).items()
    }


def load_label_file(package: str, *, file: str = FILE) -> Mapping[str, Mapping[str, Label]]:
    """Return the tables of a package's file: name of a table -> code -> label.

    Args:
        package: in which the file is.
        file: its name.

    Raises:
        TypeError: something else than tables of texts stands in the file.
    """
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    return parse_label_file(text, file=f"{package}/{file}")


def parse_label_file(text: str, *, file: str) -> Mapping[str, Mapping[str, Label]]:
    """Return the tables of a file with labels.

    Raises:
        TypeError: something else than tables of texts stands in the file.
    """
    tables: dict[str, dict[str, Label]] = {}
    for name, table in tomllib.loads(text).items():
        if not isinstance(table, dict):
            raise TypeError(f"{file}: {name} is no table")
        tables[name] = {
            code: _label(value, f"{file}: {name}.{code}") for code, value in table.items()
        }
    return tables


def _label(value: Any, place: str) -> Label:
    """Return the label of a row: a text, or a text with its context."""
    members = value if isinstance(value, dict) and set(value) == _CONTEXT else {"text": value}
    if not all(isinstance(member, str) and member for member in members.values()):
        raise TypeError(f"{place} is no text; quote a code with dots")
    return Label(**members)
