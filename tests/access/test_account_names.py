"""One name to sign in with is of one account, however it is typed."""

import pytest

from comity.node.core.clock import now
from comity.node.models import Officer
from comity.node.people import accounts

PASSWORD = "a long phrase for tests"


@pytest.mark.parametrize("same", ["minh", "MINH", "ｍｉｎｈ", "ＭＩＮＨ"])
def test_a_name_that_is_taken_is_refused_however_it_is_typed(db: None, same: str) -> None:
    accounts.add_person(name="minh", role="duty", password=PASSWORD, at=now(), by="operator")
    with pytest.raises(accounts.AccountNameError):
        accounts.add_person(name=same, role="duty", password=PASSWORD, at=now(), by="operator")
    assert Officer.objects.count() == 1
