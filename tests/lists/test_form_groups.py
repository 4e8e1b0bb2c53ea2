"""Groups of a form: complete ones fold with their summary, errors open, requirements are ticked."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.docket.conftest import REQUEST, SENEGAL, DeskOffice, text

from comity.node.compose.pages.reply import reply_groups
from comity.node.compose.section_forms import section_forms
from comity.node.models import Conversation, DraftRow, Officer, WorkItem
from comity.node.web.form_groups import ORDER
from comity.node.web.section_form import LanguageForm

pytestmark = pytest.mark.django_db
PATH = reverse("new-request", args=["preservation"])
WRITTEN = {
    "lang": "en",
    "request-to": SENEGAL,
    "request-reference": "VN-1",
    "request-instrument": "un-2024",
    "request-article": "42",
    "request-status": "in-force",
    "request-urgency": "urgent",
    "subject-description": "Login records of one account",
    "subject-row_kind_1": "email",
    "subject-row_service_1": "mail.example.za",
    "subject-row_identifier_1": "j.doe@example.za",
    "grounds-offence": "Fraud",
    "grounds-facts": "Payments were redirected.",
    "grounds-necessity": "Logs expire.",
}

PRESERVE = {
    "request": REQUEST["request"] | {"measure": "preservation", "urgency": "urgent"},
    "subject": REQUEST["subject"]
    | {"period": {"start": "2025-01-01T00:00:00Z", "end": "2025-02-01T00:00:00Z"}},
    "grounds": {
        "offence": text("Fraude"),
        "facts": text("Un virement."),
        "necessity": text("Les journaux sont effacés."),
    },
}


def groups(page: str) -> dict[str, str]:
    """Return each group of a page: ``details`` or ``section``, with what stands in it."""
    found = re.findall(
        r'<(details|section) class="(?:done-group|ask)" id="group-(\w+)"(.*?)</\1>', page, re.DOTALL
    )
    return {name: f"{tag} {inner}" for tag, name, inner in found}


def test_a_new_form_opens_what_has_to_be_filled_in_and_folds_what_need_not(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    found = groups(desk(office.people["case"]).get(PATH).text)
    assert list(found) == ["addressee", "subject", "grounds", "authority"]
    assert [name for name, inner in found.items() if inner.startswith("details")] == ["authority"]


def test_complete_groups_fold_with_their_summary_and_the_one_with_an_error_opens(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    wrong = WRITTEN | {"request-instrument": "reciprocity", "authority-name": "Court 1"}
    wrong["subject-row_identifier_1"] = "not an address"
    answer = desk(office.people["case"]).post(PATH, wrong)
    assert answer.status_code == 422
    found = groups(answer.text)
    assert found["subject"].startswith("section")
    assert "Invalid e-mail address" in found["subject"]
    assert 'href="#id_subject-row_identifier_1"' in answer.text
    for name in ("addressee", "grounds"):
        assert found[name].startswith("details"), name
    assert "<bdi>Fraud</bdi>" in found["grounds"]
    assert 'value="Court 1"' in answer.text, "what is typed is never lost"


def test_what_the_answers_satisfy_is_ticked_off_and_objections_stand_first(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    client = desk(office.people["case"])
    before = groups(client.post(PATH, {**WRITTEN, "grounds-necessity": "", "look": "1"}).text)
    assert re.search(r"Missing:.{0,200}42\(3\)\(e\)", before["grounds"], re.DOTALL)
    after = groups(client.post(PATH, {**WRITTEN, "look": "1"}).text)
    assert re.search(r"Satisfied:.{0,200}42\(3\)\(e\)", after["grounds"], re.DOTALL)
    for inner in after.values():
        shown = re.findall(r'<li class="(against|open|unknown|met)"', inner)
        assert shown == sorted(shown, key=ORDER.index)
    assert "Not judged:" in after["grounds"]


def test_looking_at_requirements_complains_of_nothing_and_makes_no_draft(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    answer = desk(office.people["case"]).post(PATH, {"subject-description": "Half", "look": "1"})
    assert answer.status_code == 200
    assert 'class="wrong"' not in answer.text
    assert ">\nHalf</textarea>" in answer.text


SAID = {"lang": "en", "to-to": SENEGAL}
TOLD = {"information-summary": "Half"}
ASKED = (
    (reverse("new-note"), {"note-text": "Half"}, "note"),
    (reverse("new-information"), TOLD, "information"),
    (reverse("assistance-new", args=["need"]), {"need-description": "Half"}, "addressee"),
)
"""Forms in groups besides those of requests: what is typed, and the group that it completes."""


@pytest.mark.parametrize(("path", "typed", "group"), ASKED)
def test_every_form_in_groups_is_looked_at_as_the_form_of_a_request(
    office: DeskOffice,
    desk: Callable[[Officer], Client],
    path: str,
    typed: dict[str, str],
    group: str,
) -> None:
    client = desk(office.people["case"])
    empty = client.get(path)
    assert 'id="message-form"' in empty.text
    assert "desk/requirements.js" in empty.text
    assert "Not complete:" in tabs(empty.text)[group]
    answer = client.post(path, SAID | typed | {"look": "1"})
    assert answer.status_code == 200, "nothing was handed in"
    assert 'class="wrong"' not in answer.text
    assert ">\nHalf</textarea>" in answer.text
    assert "Complete:" in tabs(answer.text)[group]
    assert not DraftRow.objects.exists()
    assert client.post(path, SAID).status_code == 422, "what is handed in is judged"


def tabs(page: str) -> dict[str, str]:
    """Return the mark of each group, as the row of groups shows it."""
    found = re.findall(r'<a href="#group-(\w+)">(.*?)</a>', page, re.DOTALL)
    return dict(found)


@pytest.mark.parametrize("sections", [(), ("acknowledgement",), ("subject", "grounds", "note")])
def test_a_reply_always_asks_for_the_language_of_its_texts(sections: tuple[str, ...]) -> None:
    kinds = {(): "evidence.offered", ("acknowledgement",): "request.acknowledged"}
    kind = kinds.get(sections, "request.amended")
    parts = section_forms(kind)
    language = LanguageForm()
    held = LanguageForm() if not sections else None
    groups = reply_groups(kind, language, parts, held, None)
    assert tuple(parts) == sections
    assert sum(language in one.forms for one in groups) == 1
    (shown,) = [one for one in groups if language in one.forms]
    assert not shown.optional


@pytest.mark.parametrize("kind", ["request.acknowledged", "preservation.confirmed"])
def test_what_is_asked_stands_open_beside_its_answer_and_on_the_case(
    office: DeskOffice, desk: Callable[[Officer], Client], kind: str
) -> None:
    row = office.written(sections=PRESERVE)
    client = desk(office.people["case"])
    form = client.get(f"/conversations/{row.digest}/{kind}").text
    Conversation.objects.filter(digest=row.digest).update(main="acknowledged")
    WorkItem.objects.all().delete()
    for page in (form, client.get(f"/cases/{row.case}").text):
        told = page.partition('<dl class="short">')
        assert told[0].rpartition("<details")[2].count("</details>"), "no one unfolds it"
        short = re.sub(r"<[^>]+>", "", told[2].partition("</dl>")[0])
        for said in ("Les courriels", "Expedited preservation", "Urgent", "2025-01-01", "effac"):
            assert said in short, (kind, said)
        assert told[2].partition("</dl>")[0].count("<dt>") <= 6
        assert "Show all" in told[2]
