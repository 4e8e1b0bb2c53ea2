"""Words for who may see what."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
FAULT: Final = _TABLES["fault"]
OPENNESS: Final = _TABLES["openness"]
STEP: Final = _TABLES["step"]
