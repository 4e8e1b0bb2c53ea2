"""Words for identifiers: their types, why one is not taken, and what deserves a second look."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
KIND: Final = _TABLES["identifier-kind"]
REFUSED: Final = _TABLES["identifier-refused"]

NOTICE: Final = _TABLES["identifier-notice"]
