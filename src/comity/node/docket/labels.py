"""The words of the docket on the screen, acts of data protection included."""

from typing import Any, Final

from comity.node.core.labels import read_labels
from comity.node.privacy.labels import CODE as PRIVACY_CODE

_TABLES: Final = read_labels(__package__)
KIND: Final = _TABLES["kind"]
STATE: Final = _TABLES["state"]
DO: Final = _TABLES["do"]
AGAIN: Final = _TABLES["again"]
DONE: Final = _TABLES["done"]
FOLLOWS: Final = _TABLES["follows"]
FIELD: Final = _TABLES["field"]
HINT: Final = _TABLES["hint"]
CODE: Final = {**_TABLES["code"], **PRIVACY_CODE}


def field(kind: str, name: str) -> str:
    """Return the label of a member."""
    found: Any = FIELD.get(f"{kind}.{name}") or FIELD.get(name, name)
    return str(found)


def code(name: str, value: str) -> str:
    """Return the word for a coded value, or the value where it is no code."""
    return str(CODE.get(f"{_SAME.get(name, name)}:{value}", value))


_SAME: Final = {"grounds": "ground"}
"""Members whose codes are those of another member."""
