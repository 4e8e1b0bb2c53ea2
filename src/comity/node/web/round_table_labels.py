"""The words of round tables on the screen."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
COMING: Final = _TABLES["table-coming"]
ACTION: Final = _TABLES["table-action"]
WORD: Final = _TABLES["table-word"]
STANDING: Final = _TABLES["table-standing"]
STANDING_MEANS: Final = _TABLES["table-standing-means"]
WAITS: Final = _TABLES["table-waits"]
MISFIT: Final = _TABLES["table-misfit"]
