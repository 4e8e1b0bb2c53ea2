"""One office with its people, as the tests of the docket have it, and a clock moved by hand."""

from tests.docket.conftest import DeskOffice, office, place

__all__ = ["DeskOffice", "office", "place"]
