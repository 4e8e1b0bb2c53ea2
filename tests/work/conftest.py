"""One office that knows an authority without a node, and a clock moved by hand."""

import pytest
from tests.docket.conftest import DeskOffice, authority, place
from tests.docket.conftest import office as bare_office

from comity.node.core.clock import now

__all__ = ["bare_office", "place"]


@pytest.fixture
def office(bare_office: DeskOffice) -> DeskOffice:
    """Return an office that can write to an authority on paper, at this hour."""
    bare_office.at = now()
    bare_office.do("authority.entered", authority())
    return bare_office
