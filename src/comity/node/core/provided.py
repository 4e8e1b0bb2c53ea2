"""What packages above provide to those below: named when the program starts, loaded when asked for.

A command that records nothing does not load the rules of every package.
"""

import functools
from typing import Any, Final

from django.utils.module_loading import import_string

DOCKET_RULES: Final = "docket-rules"
ERROR_WORDS: Final = "error-words"
OFFICE_ZONE: Final = "office-zone"
_NAMES: dict[str, str] = {}


def provide(names: dict[str, str]) -> None:
    """Say by which dotted names things are found; once, at the start."""
    _NAMES.update(names)


@functools.cache
def provided(what: str) -> Any:
    """Return a thing that a package above provides.

    Raises:
        KeyError: the program was not wired; without its rules nothing may be done.
    """
    return import_string(_NAMES[what])
