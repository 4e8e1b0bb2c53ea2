"""What a setting decides, in the officers' words."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
OWN: Final = _TABLES["own"]
VALUE: Final = _TABLES["value"]
FILE: Final = _TABLES["file"]
