"""Values that answers about technical solutions hold."""

from typing import Any

from comity.node.assistance.schemas import SolutionOut
from comity.node.models import SolutionRow


def solution_value(row: SolutionRow) -> dict[str, Any]:
    """Return a solution as lists give it."""
    return {name: getattr(row, name) for name in SolutionOut.model_fields}
