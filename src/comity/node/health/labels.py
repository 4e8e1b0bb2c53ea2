"""What a check is about, what was found, what that means, and what to do now."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
STANDS: Final = _TABLES["stands"]
TITLE: Final = _TABLES["title"]
MEANS: Final = _TABLES["means"]
REFUSED: Final = _TABLES["refused"]
STILL: Final = _TABLES["still"]
