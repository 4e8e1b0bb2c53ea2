"""The officers' words for authorities and how they are reached."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
KIND: Final = _TABLES["kind"]
REACHED: Final = _TABLES["reached"]
USE: Final = _TABLES["use"]
TOLD: Final = _TABLES["told"]
