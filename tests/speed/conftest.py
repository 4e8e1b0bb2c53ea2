"""One office in this process, as the tests of the docket have it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.docket.conftest import DeskOffice, authority, place
from tests.docket.conftest import office as bare_office

from comity.node.core.clock import now
from comity.node.core.config import VARIABLE
from comity.node.core.node import this_node
from comity.node.service.handle import this_service

__all__ = ["bare_office", "place"]


@pytest.fixture
def office(
    bare_office: DeskOffice, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[DeskOffice]:
    """An office that this process is the node of."""
    monkeypatch.setenv(VARIABLE, str(bare_office.node.config.folder))
    settings.CONFIG = bare_office.node.config
    this_node.cache_clear()
    this_service.cache_clear()
    bare_office.at = now() - timedelta(hours=1)
    bare_office.do("authority.entered", authority())
    yield bare_office
    this_node.cache_clear()
    this_service.cache_clear()
