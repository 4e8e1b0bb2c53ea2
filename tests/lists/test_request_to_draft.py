"""From the form of a request to its draft: one sentence on signatures, one name for each thing."""

import re
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice
from tests.lists.test_form_groups import PATH, WRITTEN

from comity.demo.world import ASKING
from comity.node.compose.text_boxes import text_boxes
from comity.node.law.assessment_rows import Line
from comity.node.law.wording import Said
from comity.node.models import DraftRow, Officer

pytestmark = pytest.mark.django_db
type As = Callable[[Officer], Client]


def words(page: str) -> str:
    """Return the text of a page, its tags taken out."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def drafted(client: Client, **more: str) -> str:
    """Write a request to an authority of the directory; return the address of its draft."""
    sent = WRITTEN | {"request-to": ASKING, "request-instrument": "un-2024", **more}
    answer = client.post(PATH, sent)
    assert answer.status_code == 302, words(answer.text)
    return answer.headers["Location"]


def test_form_and_draft_say_with_one_sentence_who_signs(office: DeskOffice, desk: As) -> None:
    client = desk(office.people["case"])
    told = re.search(r"<small>(\d officer[^<]*)</small>", client.get(PATH).text)
    assert told
    page = client.get(drafted(client)).text
    assert told[1] in page
    assert "enough to send it" not in page


def test_only_the_signature_that_an_officer_may_give_is_called_yours(
    office: DeskOffice, desk: As
) -> None:
    client = desk(office.people["case"])
    address = drafted(client)
    for who, role in (("case", "Author"), ("approver", "Approver")):
        page = words(desk(office.people[who]).get(address).text)
        assert page.count(": you") == 1, who
        assert f"{role}: you" in page


def test_the_button_after_editing_says_that_it_leads_to_the_review(
    office: DeskOffice, desk: As
) -> None:
    client = desk(office.people["case"])
    page = client.get(drafted(client)).text
    edit = re.search(r'href="([^"]+)">Edit draft', page)
    assert edit
    form = client.get(unescape(edit[1])).text
    assert '<button class="primary" type="submit">Review and sign</button>' in form


def test_the_note_on_the_legal_basis_names_choices_whichever_is_chosen(
    office: DeskOffice, desk: As
) -> None:
    client = desk(office.people["case"])
    for chosen in ("untoc-2000", "un-2024"):
        sent = WRITTEN | {"request-to": ASKING, "look": "1", "request-instrument": chosen}
        note = "Choices in force for both States: UN Convention against Transnational"
        assert note in client.post(PATH, sent).text


def test_a_fact_without_a_field_of_its_own_names_the_box_by_its_label() -> None:
    row: Any = SimpleNamespace(
        sections={"request": {"value": {"measure": "stored-data"}}, "subject": {}, "grounds": {}}
    )
    names = ("request.location", "case.offence", "route.agreed")
    line: Any = SimpleNamespace(
        unread=names, labels=tuple(Said(name, "", reviewed=True) for name in names)
    )
    found = [
        (str(box), [one.text for one in facts])
        for box, facts in text_boxes(cast("Line", line), cast("DraftRow", row))
    ]
    assert found == [
        ("Which data are meant", ["request.location"]),
        ("Facts", ["case.offence"]),
        ("", ["route.agreed"]),
    ]


def test_no_finding_sends_the_officer_to_a_text_without_a_name(
    office: DeskOffice, desk: As
) -> None:
    client = desk(office.people["case"])
    page = words(client.get(drafted(client)).text)
    assert "Write this in \u201c" in page
