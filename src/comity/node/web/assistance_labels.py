"""The words of assistance between States on the screen."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
KIND: Final = _TABLES["assistance-kind"]
STANDS: Final = _TABLES["assistance-stands"]
SIDE: Final = _TABLES["assistance-side"]
OPENS: Final = {
    "need": "assistance.needed",
    "help": "assistance.available",
    "places": "training.places-offered",
    "table": "table.called",
}
MEANS: Final = _TABLES["assistance-means"]
SHARED: Final = _TABLES["assistance-shared"]
FAULT: Final = _TABLES["assistance-fault"]
