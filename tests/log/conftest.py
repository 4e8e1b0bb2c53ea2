"""An office in this process whose log grows."""

from tests.docket.conftest import office, place

__all__ = ["office", "place"]
