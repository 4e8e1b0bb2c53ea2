"""Values that answers about court bundles hold."""

from typing import Any

from comity.node.court.schemas import ExportOut
from comity.node.models import CourtExport


def export_value(row: CourtExport) -> dict[str, Any]:
    """Return how far an export is."""
    return {name: getattr(row, name) for name in ExportOut.model_fields}
