"""From the form of a request to its draft: one sentence on signatures, one name for each thing."""

import re
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.test import Client
from django.utils import translation
from tests.docket.conftest import DeskOffice
from tests.lists.test_form_groups import PATH, WRITTEN

from comity.demo.world import ASKING
from comity.node.compose.text_boxes import text_boxes
from comity.node.law.assessment_rows import Line
from comity.node.law.wording import Said
from comity.node.models import DraftRow, Officer
from comity.node.watch.labels import rule as watch_rule

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
    told = re.search(r"<small>(\d signature[^<]*)</small>", client.get(PATH).text)
    assert told
    address = drafted(client)
    page = words(client.get(address).text)
    counted = told[1].replace("before sending;", "before sending (0 given);")
    assert page.count(counted) == 2, "as status and beside the signatures"
    assert "0 of 2" not in page
    assert "Countersignature after sending Approver" in page
    assert "Approvers with a certified key: approver" in page
    assert "Approvers with a certified key" not in desk(office.people["approver"]).get(address).text


def test_a_message_that_nobody_signs_speaks_of_sending_alone(office: DeskOffice, desk: As) -> None:
    client = desk(office.people["case"])
    path = f"/conversations/{office.written().digest}/request.acknowledged"
    form = client.get(path).text
    assert ">Review and send</button>" in form
    assert "Review and sign" not in form
    answer = client.post(path, {"lang": "en", "acknowledgement-reference": "ZA-2026-9"})
    assert answer.status_code == 302, words(answer.text)
    page = words(client.get(answer.headers["Location"]).text)
    assert "Content to send" in page
    for told in ("Content to sign", "other signatory", "Each signature", "that is signed"):
        assert told not in page


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


def test_articles_are_parted_as_the_language_of_the_page_does_it(
    office: DeskOffice, desk: As
) -> None:
    address = drafted(desk(office.people["case"]))
    reader = desk(office.people["case"])
    reader.cookies["django_language"] = "ar"
    listed = re.findall(r'<bdi dir="ltr">(\d[^<]*)</bdi>', reader.get(address).text)
    assert [one for one in listed if "\u060c " in one]
    assert not [one for one in listed if ", " in one]
    with translation.override("ar"):
        assert "36(1)\u060c 36(2)" in watch_rule("deadline", "36(1), 36(2)")
