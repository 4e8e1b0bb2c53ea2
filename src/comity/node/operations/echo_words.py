"""A test request in English, as a command tells it; pages translate the same file."""

from typing import Final

from comity.node.core.label_files import read_label_file

_TABLES: Final = read_label_file(__package__)
STEP: Final = _TABLES["echo-step"]
WHY: Final = _TABLES["echo-why"]
NEXT: Final = _TABLES["echo-next"]
OTHER: Final = "other"
"""Of a failure that has no words of its own: its code is shown beside."""


def known(code: str) -> str:
    """Return the code under which a failure is explained."""
    return code if code in WHY else OTHER
