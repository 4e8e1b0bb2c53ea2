"""Files of labels beside the code: what the codes of a package are called on the pages, in English.

``labels.toml`` holds what codes of a package are called, ``sections.toml`` of `comity.node.web`
what the sections of messages and their members are called.
"""

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Final

FILE: Final = "labels.toml"
SECTIONS_FILE: Final = "sections.toml"
FILES: Final = (FILE, SECTIONS_FILE)
"""Names of the files whose texts `scripts.messages` gathers."""


def read_label_file(package: str, *, file: str = FILE) -> Mapping[str, Mapping[str, str]]:
    """Return the tables of a package's file: name of a table -> code -> English text.

    A command of the command line, which has no settings of Django, prints these as they are.

    Args:
        package: in which the file is.
        file: its name.

    Raises:
        TypeError: something else than tables of texts stands in the file.
    """
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    return parse_label_file(text, file=f"{package}/{file}")


def parse_label_file(text: str, *, file: str) -> Mapping[str, Mapping[str, str]]:
    """Return the tables of a file with labels.

    Raises:
        TypeError: something else than tables of texts stands in the file.
    """
    tables = tomllib.loads(text)
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise TypeError(f"{file}: {name} is no table")
        for code, label in table.items():
            if not isinstance(label, str) or not label:
                raise TypeError(f"{file}: {name}.{code} is no text; quote a code with dots")
    return tables
