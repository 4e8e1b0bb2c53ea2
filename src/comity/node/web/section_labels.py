"""What sections of messages, their members and their codes are called: the file ``sections.toml``.

A member is named by its path in the section, the places in lists left out:
``accounts.identifier``.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise

from comity.node.core.label_files import SECTIONS_FILE
from comity.node.core.labels import Labels, read_labels

SECTION: Final = "section"
"""Key of what the section itself is called."""
HINT: Final = "hint"
TABLES: Final = read_labels(__package__, file=SECTIONS_FILE)
_NONE: Final[Labels] = {}


def section_label(section: str) -> str | Promise:
    """Return what a section is called; its own name where it is of private use."""
    return TABLES.get(section, _NONE).get(SECTION, section)


def member_label(section: str, path: str) -> str | Promise:
    """Return what a member is called; its own name where no table has it."""
    return TABLES.get(section, _NONE).get(path, path.rpartition(".")[2])


def member_hint(section: str, path: str) -> str | Promise:
    """Return what a form says below a member's field, or nothing."""
    return TABLES.get(section, _NONE).get(f"{path}.{HINT}", "")


def code_label(section: str, path: str, code: str) -> str | Promise:
    """Return the word for a code of a member; the code where no table has it."""
    return TABLES.get(section, _NONE).get(f"{path}.{code}", code)


def code_labels(section: str, path: str) -> Mapping[str, Promise]:
    """Return the codes of a member, each with its word."""
    start = f"{path}."
    return {
        key.removeprefix(start): label
        for key, label in TABLES[section].items()
        if key.startswith(start) and key != f"{start}{HINT}"
    }


def part_label(path: str) -> str:
    """Return the words for a part of a message, ``subject/items/0/description``."""
    section, *parts = path.split("/")
    found, names = [str(section_label(section))], list[str]()
    for part in parts:
        if part.isdigit():
            found.append(str(int(part) + 1))
        else:
            names.append(part)
            found.append(str(member_label(section, ".".join(names))))
    return " · ".join(found)
