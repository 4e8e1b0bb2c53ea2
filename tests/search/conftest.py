"""The office of the docket's tests, which knows one authority, and whose register is searched."""

import pytest
from tests.docket.conftest import DeskOffice, authority, place
from tests.docket.conftest import office as empty_office

__all__ = ["empty_office", "place"]


@pytest.fixture
def office(empty_office: DeskOffice) -> DeskOffice:
    """Return an office that can write down what came on paper."""
    empty_office.do("authority.entered", authority())
    return empty_office
