"""Words for identifiers: why one is not taken, and what deserves a second look."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
REFUSED: Final = _TABLES["identifier-refused"]
NOTICE: Final = _TABLES["identifier-notice"]
