"""What went wrong with a backup, and how far one is known, in the operator's words."""

from typing import Final

from comity.node.core.labels import read_labels
from comity.node.web import labels

_TABLES: Final = read_labels(f"{__package__}.pages.backups")
CHECKED: Final = _TABLES["checked"]
FAULT: Final = _TABLES["fault"]


def told(code: str) -> str:
    """Return what an operator reads for an error code."""
    return str(FAULT.get(code) or labels.fault(code))
