"""Forms of the duty say beside the field that a time ends before it begins."""

from typing import Any

import pytest

from comity.node.duty.pages.forms import ChangeForm, PartyForm, WeeklyForm

PEOPLE = [("officer-1", "Thandi")]
WEEKLY = {
    "weekday": "0",
    "begins": "06:00",
    "ends": "18:00",
    "zone": "Africa/Johannesburg",
    "officer": "officer-1",
    "first": "2027-01-05",
    "last": "2027-01-04",
}
CHANGE = {"begins": "2027-01-04T18:00", "ends": "2027-01-04T06:00", "officer": "officer-1"}


@pytest.mark.parametrize(
    ("form", "told", "field"), [(ChangeForm, CHANGE, "ends"), (WeeklyForm, WEEKLY, "last")]
)
def test_an_end_before_the_beginning_is_told_beside_the_end(
    form: Any, told: dict[str, str], field: str
) -> None:
    made = form(told, people=PEOPLE)
    assert made.errors == {field: ["The end is before the begin."]}
    first = "first" if field == "last" else "begins"
    assert form({**told, field: told[first]}, people=PEOPLE).errors == {}


def test_the_partner_that_is_tested_is_not_called_an_officer() -> None:
    assert PartyForm(parties=["za/contact-point"]).fields["party"].label == "Partner authority"
