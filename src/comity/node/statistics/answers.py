"""Values that answers about the office's settings hold."""

from dataclasses import asdict
from typing import Any

from comity.node.people import office_settings


def settings_value() -> dict[str, Any]:
    """Return everything that the office sets itself."""
    return {"settings": [asdict(value) for value in office_settings.values().values()]}
