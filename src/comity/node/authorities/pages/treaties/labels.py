"""The officers' words for how a State stands under a treaty."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
BETWEEN: Final = _TABLES["between"]
BRIEF: Final = _TABLES["brief"]
SHOW: Final = _TABLES["show"]
SIGN: Final = {"in-force": "✓", "not-in-force": "–", "unknown": "?", "ourselves": "="}
STANDING: Final = _TABLES["standing"]
SAID: Final = _TABLES["said"]
REASON: Final = _TABLES["reason"]
CONSENT: Final = _TABLES["consent"]
NOTICE: Final = _TABLES["notice"]
