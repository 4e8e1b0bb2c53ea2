"""What measures are called on the screen, and what each means."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
MEASURE: Final = _TABLES["measure"]
MEASURE_MEANS: Final = _TABLES["measure-means"]
