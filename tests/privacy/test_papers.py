"""The papers of the desk are made in every language, and say nothing that they must not."""

from typing import Any

import pytest
from django.utils.translation import override
from tests.docket.conftest import DeskOffice, text
from tests.privacy.cases import asks, breach, row
from tests.walks import in_two_languages

from comity.node.privacy import documents
from comity.node.privacy.breaches import standing
from comity.papers.words import LANGUAGES

pytestmark = pytest.mark.django_db


def decided(office: DeskOffice, decision: str, *grounds: str) -> Any:
    item = office.do("subject-request.received", asks())
    value = {
        "decision": decision,
        "grounds": list(grounds),
        "reasons": text("Only for us."),
        "answer": text("لا يمكن تأكيد ذلك ولا نفيه.", "ar"),
    }
    return office.do("subject-request.decided", value, who="approver", item=item.id)


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
def test_each_paper_is_made_in_each_language(office: DeskOffice, lang: str) -> None:
    found = office.do("breach.found", breach())
    item = decided(office, "refuse", "investigation")
    said = {"title": "阮氏兰", "recipient": "Лан", "purpose": text("x"), "subject_request": None}
    release = office.do("release.begun", said)
    release = office.do("release.listed", {"records": [row()]}, item=release.id)
    with override(lang):
        for parts in (
            documents.breach_parts(office.node, standing(found, at=office.at)),
            documents.answer_parts(item),
            documents.index_parts(release),
        ):
            data = documents.made(office.node, "x", parts, at=office.at)
            assert data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("decision", "grounds", "told"),
    [("refuse", ("investigation",), True), ("neither-confirm-nor-deny", ("investigation",), False)],
)
def test_what_is_neither_confirmed_nor_denied_names_no_ground(
    office: DeskOffice, decision: str, grounds: tuple[str, ...], told: bool
) -> None:
    parts = str(documents.answer_parts(decided(office, decision, *grounds)))
    assert ("prosecution of crime" in parts) == told
    assert "Only for us" not in parts
