"""What the trials of a self-test are called, and what to do when one fails, in English.

The command prints these as they are; pages translate them.
"""

from collections.abc import Mapping
from typing import Any, Final

from comity.node.core.label_files import read_label_file

_TABLES: Final = read_label_file(__package__)
TRIAL: Final = _TABLES["trial"]
DO: Final = _TABLES["do"]


def remark(trial: Mapping[str, Any], words: Mapping[str, Any] = DO) -> Any:
    """Return what is to be done after a trial, its names filled in, or nothing.

    Args:
        trial: a trial's value.
        words: by what was found, with the names of facts as placeholders.
    """
    text = words.get(str(trial["found"]), "") if trial["word"] != "proved" else ""
    return text % trial["facts"] if "%(" in str(text) else text
