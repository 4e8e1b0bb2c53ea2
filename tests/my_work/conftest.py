"""One office that this process is the node of, as the tests of speed have it."""

from tests.docket.conftest import place
from tests.speed.conftest import bare_office, office

__all__ = ["bare_office", "office", "place"]
