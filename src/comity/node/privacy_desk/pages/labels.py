"""The words of the data-protection desk besides those of acts."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
REGISTER: Final = _TABLES["register"]
EMPTY: Final = _TABLES["empty"]
AGAINST: Final = _TABLES["against"]
STAYS: Final = _TABLES["stays"]
SORT: Final = _TABLES["sort"]
