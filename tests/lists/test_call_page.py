"""What can be begun out of a call depends on who called."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice
from tests.watch.test_calls import took

from comity.node.models import Officer

pytestmark = pytest.mark.django_db
ASK = "Ask another State for it now"


@pytest.mark.parametrize(("party", "asks"), [(None, True), ("vn/contact-point", False)])
def test_a_caller_from_abroad_asks_us_and_no_other_state_is_asked(
    office: DeskOffice, desk: Callable[[Officer], Client], party: str | None, asks: bool
) -> None:
    item = took(office, party=party)
    page = desk(office.people["case"]).get(f"/calls/{item.id}").text
    assert (ASK in page) is asks
