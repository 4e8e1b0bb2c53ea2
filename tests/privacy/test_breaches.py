"""A breach is closed when everybody was told, or when somebody says why not."""

from datetime import timedelta
from typing import Any

import pytest
from tests.docket.conftest import SENEGAL, DeskOffice, text
from tests.privacy.cases import breach

from comity.canonical import ComityError, parse_time
from comity.docket import Item
from comity.node.privacy.breaches import standing
from comity.node.privacy.documents import breach_parts

pytestmark = pytest.mark.django_db
FOUND = parse_time("2026-03-01T03:00:00Z")
REPORTED = {
    "authority": "Information Regulator",
    "at": "2026-03-01T03:00:00Z",
    "channel": "portal",
    "reference": "B-1",
    "why_late": None,
    "next": "2026-03-09T00:00:00Z",
}
TOLD = {"party": SENEGAL, "at": "2026-03-01T03:00:00Z", "channel": "e-mail", "reference": None}
PEOPLE = {"at": "2026-03-01T03:00:00Z", "how": "by letter", "remark": None}


def found(office: DeskOffice, **told: Any) -> Item:
    return office.do("breach.found", breach(**told))


def closed(**told: Any) -> dict[str, Any]:
    return {"lessons": text("Disks are encrypted.", "en"), "not_told": None, **told}


def test_the_clock_is_the_authority_s_until_it_was_told(office: DeskOffice) -> None:
    item = found(office)
    assert item.due == FOUND + timedelta(hours=72)
    told = office.do("breach.reported", REPORTED, item=item.id)
    assert told.due == parse_time(REPORTED["next"])


@pytest.mark.parametrize("left_out", ["breach.reported", "breach.state-told", "breach.people-told"])
def test_whoever_was_not_told_is_explained_before_it_is_closed(
    office: DeskOffice, left_out: str
) -> None:
    item = found(office)
    acts = {
        "breach.reported": REPORTED,
        "breach.state-told": TOLD,
        "breach.people-told": PEOPLE,
    }
    for act, value in acts.items():
        if act != left_out:
            office.do(act, value, item=item.id)
    with pytest.raises(ComityError) as fault:
        office.do("breach.closed", closed(), who="approver", item=item.id)
    assert fault.value.code == "breach-untold"
    said = closed(not_told=text("It would harm an investigation.", "en"))
    assert office.do("breach.closed", said, who="approver", item=item.id).state == "closed"


def test_when_everybody_was_told_it_is_closed_without_more(office: DeskOffice) -> None:
    item = found(office)
    for act, value in (
        ("breach.reported", REPORTED),
        ("breach.state-told", TOLD),
        ("breach.people-told", PEOPLE),
    ):
        office.do(act, value, item=item.id)
    assert office.do("breach.closed", closed(), who="approver", item=item.id).due is None


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"parties": ["za/contact-point"]}, "privacy-unfit"),
        ({"parties": [SENEGAL, SENEGAL]}, "privacy-unfit"),
        ({"due": "2026-03-01T02:00:00Z"}, "moment-order"),
    ],
)
def test_our_own_data_has_no_other_authority_and_time_runs_forwards(
    office: DeskOffice, told: dict[str, Any], code: str
) -> None:
    with pytest.raises(ComityError) as fault:
        found(office, **told)
    assert fault.value.code == code


def test_a_state_that_is_not_concerned_is_not_told(office: DeskOffice) -> None:
    item = found(office, parties=[])
    with pytest.raises(ComityError) as fault:
        office.do("breach.state-told", TOLD, item=item.id)
    assert fault.value.code == "privacy-unfit"


def test_a_draft_says_what_is_known_and_that_the_rest_is_not(office: DeskOffice) -> None:
    item = found(office)
    in_time = standing(item, at=FOUND + timedelta(hours=71))
    assert (in_time.late, in_time.untold, in_time.people_told) == (False, (SENEGAL,), False)
    late = standing(item, at=FOUND + timedelta(hours=73))
    assert late.late
    said = str(breach_parts(office.node, late))
    assert "A laptop was stolen." in said
    assert "nothing known yet" in said
    assert "Reason for the delay" in said
    newer = {
        "data": ["identity"],
        "people": "1-10",
        "consequences": text("Fraud.", "en"),
        "measures": None,
        "parties": [SENEGAL],
    }
    item = office.do("breach.updated", newer, item=item.id)
    assert "Fraud." in str(breach_parts(office.node, standing(item, at=FOUND)))
