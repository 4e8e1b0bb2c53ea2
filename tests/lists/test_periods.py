"""A period that ends before it begins is told of, and what was typed stays in the fields."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice

from comity.node.models import Officer

pytestmark = pytest.mark.django_db
REVERSED = "since=2026-05-02&until=2026-05-01"
TOLD = "The period ends before it begins."


@pytest.mark.parametrize(
    ("address", "role", "empty"),
    [
        ("/audit?actor=nobody", "auditor", "No matching entries."),
        ("/search?q=scan", "case", "No results."),
    ],
)
def test_a_reversed_period_is_told_and_kept(
    office: DeskOffice, desk: Callable[[Officer], Client], address: str, role: str, empty: str
) -> None:
    page = desk(office.people[role])
    found = page.get(f"{address}&{REVERSED}")
    assert found.status_code == 422
    assert TOLD in found.text
    assert empty not in found.text
    assert 'value="2026-05-02"' in found.text
    assert 'value="2026-05-01"' in found.text
    assert empty in page.get(f"{address}&since=2026-05-01&until=2026-05-01").text
    assert "That is no day." in page.get(f"{address}&since=soon").text


def test_no_table_of_a_reversed_period_is_taken_out(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    page = desk(office.people["auditor"])
    assert page.get(f"/audit?format=csv&{REVERSED}").status_code == 422
