"""The office of the docket's tests, whose people are to see some cases and not others."""

from tests.docket.conftest import office, place

__all__ = ["office", "place"]
