"""Words of the page "My work"."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
SECTION: Final = _TABLES["section"]
EMPTY: Final = _TABLES["empty"]
OWNER: Final = _TABLES["owner"]
DUE: Final = _TABLES["due"]
WAITS: Final = _TABLES["waits"]
SORT: Final = _TABLES["sort"]
ALL: Final = _("All open")
