"""The officers' words for figures."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
SPLIT: Final = _TABLES["split"]
FIRST: Final = _TABLES["first"]
STEP: Final = _TABLES["step"]
BY_MONTH: Final = _TABLES["by-month"]
URGENCY: Final = _TABLES["urgency"]
FORM: Final = _TABLES["form"]
