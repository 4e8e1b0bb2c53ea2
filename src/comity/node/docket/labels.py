"""The words of the docket on the screen, acts of data protection included."""

from typing import Final

from comity.node.core.labels import read_labels
from comity.node.privacy.labels import CODE as PRIVACY_CODE
from comity.node.web.measure_labels import MEASURE

_TABLES: Final = read_labels(__package__)
KIND: Final = _TABLES["kind"]
STATE: Final = _TABLES["state"]
DO: Final = _TABLES["do"]
AGAIN: Final = _TABLES["again"]
DONE: Final = _TABLES["done"]
FOLLOWS: Final = _TABLES["follows"]
FIELD: Final = _TABLES["field"]
WANTED: Final = _TABLES["wanted"]
HINT: Final = _TABLES["hint"]
CODE: Final = {**_TABLES["code"], **PRIVACY_CODE}


def field(of: str, name: str) -> str:
    """Return the label of a member.

    Args:
        of: the act that says it, or its kind.
        name: of the member.
    """
    places = (f"{of}.{name}", f"{of.partition('.')[0]}.{name}", name)
    return str(next((FIELD[place] for place in places if place in FIELD), name))


def code(name: str, value: str) -> str:
    """Return the word for a coded value, or the value where it is no code."""
    if name == "measure" and value in MEASURE:  # called alike on every page
        return str(MEASURE[value])
    return str(CODE.get(f"{_SAME.get(name, name)}:{value}", value))


_SAME: Final = {"grounds": "ground"}
"""Members whose codes are those of another member."""
