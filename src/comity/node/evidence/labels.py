"""Words of the pages of evidence: markers, stages of exports, what to do next."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext

from comity.node.core.labels import read_labels
from comity.node.models import Mark

_TABLES: Final = read_labels(__package__)
MARKER: Final = _TABLES["marker"]
EXPORT: Final = _TABLES["export"]
PURPOSE: Final = _TABLES["purpose"]
NEXT: Final = _TABLES["next"]
PROVEN: Final = _TABLES["proven"]
PROVEN_MEANS: Final = _TABLES["proven-means"]
READ: Final = _TABLES["read"]
VERDICT: Final = _TABLES["verdict"]
PARTITION: Final = _TABLES["partition"]
HEADER: Final = _TABLES["header"]
FILE_TYPE: Final = _TABLES["file-type"]


def marked(found: Iterable[Mark]) -> str:
    """Return what stands in place of a name that markers hide."""
    return " ".join([gettext("labelled:"), " · ".join(str(MARKER[one.marker]) for one in found)])
