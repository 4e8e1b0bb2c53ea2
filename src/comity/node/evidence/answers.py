"""Values that answers about exhibits hold."""

from typing import Any

from comity.node.evidence import custody


def chain_value(exhibit: str) -> dict[str, Any]:
    """Return the custody chain of an exhibit."""
    return {
        "exhibit": exhibit,
        "custody": [event.to_value() for event in custody.chain(exhibit)],
    }
