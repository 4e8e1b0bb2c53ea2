"""The words for mail and paper: ways it came by, and what deserves a second look in it."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
CHANNEL: Final = _TABLES["channel"]
LETTER: Final = _TABLES["letter"]
MAIL: Final = _TABLES["mail"]
CAUTION: Final = _TABLES["caution"]
KIND: Final = _TABLES["kind"]
FIELD: Final = _TABLES["field"]
