"""A case has a subject in words from its first message, and an officer may give it another."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from tests.docket.conftest import DeskOffice
from tests.walks import every

from comity.exchange import bodies
from comity.exchange.values import Text
from comity.node.cases import subjects as subjects_module
from comity.node.cases.conversations import codes_of
from comity.node.cases.offences import offence_in
from comity.node.cases.subjects import subjects
from comity.node.models import (
    AuditRow,
    CaseSubject,
    Conversation,
    DocketEntry,
    DocketItem,
    Mark,
    MessageRow,
    Officer,
    Package,
    SectionRow,
)
from comity.node.people.access.visible_cases import circle_of
from comity.node.privacy import erasure, subject_search
from comity.node.search import audited_search, reindex
from comity.node.search.results import Wanted
from comity.node.sensitive import marks

pytestmark = pytest.mark.django_db
CASE = "2026-000001"
EXHIBIT = "0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f"
RULE = "Computer-related theft or fraud: stored data, Viet Nam"
ROOT = f"sha256:{1:064x}"
type Desk = Callable[[Officer], Client]


def conversation(office: DeskOffice, **told: Any) -> Conversation:
    fields = {
        "digest": f"sha256:{7:064x}",
        "opener": "vn/contact-point",
        "members": ["vn/contact-point", "za/contact-point"],
        "type": "request.submitted",
        "measure": "stored-data",
        "offence": "theft-or-fraud",
        "case": CASE,
        "main": "submitted",
        "opened_at": office.at,
        "moved_at": office.at,
        **told,
    }
    return Conversation.objects.create(**fields)


@every(
    "code, text",
    {
        "theft-or-fraud": "Computer fraud, section 8 of the Cybercrimes Act",
        "child-abuse-material": "Possession of child sexual abuse material and fraud",
        "illegal-access": "Truy cập trái phép vào hệ thống thông tin",
        "laundering": "洗钱罪",
        "extortion": "جريمة الابتزاز الإلكتروني",
        "": "Article 138; no word that is known",
    }.items(),
)
def test_an_offence_is_recognised_in_the_words_of_a_request(code: str, text: str) -> None:
    assert offence_in(text) == code


def test_a_subject_is_made_of_codes_in_the_readers_language(office: DeskOffice) -> None:
    thread = conversation(office)
    conversation(
        office,
        digest=f"sha256:{8:064x}",
        measure="search",
        opened_at=office.at + timedelta(hours=1),
        ours=True,
    )
    conversation(
        office,
        digest=f"sha256:{9:064x}",
        case="2026-000002",
        offence="",
        opener="za/contact-point",
        ours=True,
    )
    reader = office.people["case"]
    found = subjects([CASE, "2026-000002", "2026-999999"], reader=reader)
    assert {number: str(one) for number, one in found.items()} == {
        CASE: RULE,
        "2026-000002": "Stored data, Viet Nam",
    }
    with translation.override("vi"):
        assert str(found[CASE]).endswith("Việt Nam")
    assert thread.offence, "the words of the message are in no subject"


def test_two_cases_of_one_kind_differ_for_who_may_read_what_they_ask_for(
    office: DeskOffice, django_assert_num_queries: Any
) -> None:
    first = conversation(office)
    second = conversation(office, digest=f"sha256:{8:064x}", case="2026-000002")
    for thread, address in ((first, "a@example.org"), (second, "b@example.org")):
        MessageRow.objects.create(
            record=f"sha256:{thread.case}",
            content=thread.digest,
            conversation=thread.digest,
            author=thread.opener,
            message_id=thread.case,
            sequence=1,
            type=thread.type,
            outgoing=False,
            jws=b"",
            sent_at=office.at,
            recorded_at=office.at,
            epoch=1,
            index=1,
            tree_size=1,
        )
        asked = [
            {"service": "Example Mail", "identifier": one, "type": "email"}
            for one in (address, "c@example.org")
        ]
        SectionRow.objects.create(
            record=f"sha256:{thread.case}",
            name="subject",
            salt=b"s" * 32,
            value={"accounts": asked},
        )
    Conversation.objects.update(target="email", targets=2)
    numbers = [first.case, second.case]
    with django_assert_num_queries(1):
        found = subjects(numbers, reader=office.people["case"])
    assert "a@example.org and 1 more" in str(found[first.case])
    assert "b@example.org and 1 more" in str(found[second.case])
    for reader in (office.people["auditor"], None):
        told = str(subjects(numbers, reader=reader)[first.case])
        assert "e-mail address and 1 more" in told, reader
        assert "example" not in told, "what is personal is for who may read content"
    Package.objects.create(
        root=ROOT, exhibit=EXHIBIT,
        conversation=first.digest, offer={}, outgoing=False, stage="stored", changed_at=office.at,
    )  # fmt: skip
    Mark.objects.create(
        kind="exhibit", subject=EXHIBIT, marker="victim-data",
        reason="r", at=office.at, by="case",
    )  # fmt: skip
    assert "example" not in str(subjects(numbers, reader=office.people["case"])[first.case])
    SectionRow.objects.filter(name="subject").update(value=None, salt=None)
    assert "example" not in str(subjects(numbers, reader=office.people["case"])[second.case])


def test_a_conversation_stores_what_kind_of_identifier_it_asks_about() -> None:
    asked = bodies.Subject(
        description=Text(lang="en", text="Mail"),
        accounts=[bodies.Account(service="M", identifier="a@example.org")],
        period=None,
    )
    assert codes_of({"subject": asked}) == {"offence": "", "target": "account", "targets": 1}
    assert codes_of({}) == {"offence": "", "target": "", "targets": 0}


def test_an_officers_subject_is_hidden_by_a_label_and_from_who_reads_no_content(
    office: DeskOffice, django_assert_num_queries: Any
) -> None:
    thread = conversation(office)
    CaseSubject.objects.create(case=CASE, text="Operation Blue", at=office.at, by="case")
    reader = office.people["case"]
    with django_assert_num_queries(1):
        assert str(subjects([CASE], reader=reader)[CASE]) == "Operation Blue"
    assert str(subjects([CASE], reader=office.people["auditor"])[CASE]) == RULE
    assert str(subjects([CASE], reader=None)[CASE]) == RULE
    Package.objects.create(
        root=ROOT, exhibit=EXHIBIT,
        conversation=thread.digest, offer={}, outgoing=False, stage="stored", changed_at=office.at,
    )  # fmt: skip
    Mark.objects.create(
        kind="exhibit", subject=EXHIBIT, marker="victim-data",
        reason="r", at=office.at, by="case",
    )  # fmt: skip
    hidden = subjects([CASE], reader=reader)[CASE]
    assert (str(hidden), hidden.hidden, hidden.own) == (RULE, True, "")
    Mark.objects.update(lifted_at=office.at)
    assert str(subjects([CASE], reader=reader)[CASE]) == "Operation Blue"


def test_an_officer_changes_the_subject_by_page_and_program(
    office: DeskOffice, desk: Desk, api: Desk
) -> None:
    conversation(office)
    page = desk(office.people["case"])
    answer = page.post(f"/cases/{CASE}/subject", {"text": "  Operation Blue "}, follow=True)
    assert answer.status_code == 200
    row = AuditRow.objects.filter(action="case.subject").latest("pk")
    assert (row.actor, row.subject, row.detail) == ("case", CASE, "own"), "never the words"
    path = f"/api/v1/cases/{CASE}/subject"
    program = api(office.people["approver"])
    for wrong in ("two\nlines", "x" * 161):
        told = program.post(path, {"text": wrong}, content_type="application/json")
        assert told.status_code == 422, wrong
        assert page.post(f"/cases/{CASE}/subject", {"text": wrong}).status_code == 422, wrong
    told = program.get(f"/api/v1/cases/{CASE}").json()
    assert told["subject"] == "Operation Blue"
    told = program.post(path, {"text": ""}, content_type="application/json").json()
    assert told == {"case": CASE, "subject": RULE}
    assert not CaseSubject.objects.exists()
    assert desk(office.people["auditor"]).get(f"/cases/{CASE}/subject").status_code == 403


def test_a_subject_is_found_until_a_label_hides_it_or_the_case_is_erased(
    office: DeskOffice,
) -> None:
    thread = office.written()
    reader, case = office.people["case"], thread.case

    def found(who: str = "case") -> list[tuple[str, str, str]]:
        circle = circle_of(office.people[who], at=office.at)
        wanted = Wanted(words="operation blue", kind="case")
        return [
            (str(one.kind), one.case, one.title)
            for one in audited_search.found(wanted, circle=circle)[0]
        ]

    subjects_module.change(case, "Operation Blue", at=office.at, by="case")
    assert found() == [("case", case, "Operation Blue")]
    assert found("auditor") == [], "who reads no content is not told of it"
    told = subject_search.holdings(["blue"], circle_of(reader, at=office.at))
    assert [one.subject for one in told.holdings] == [f"case:{case}"]
    Package.objects.create(
        root=ROOT, exhibit=EXHIBIT, conversation=thread.digest, offer={},
        outgoing=False, stage="stored", changed_at=office.at,
    )  # fmt: skip
    marks.put(
        office.committer, "exhibit", ROOT, "victim-data", reason="r", user="case", at=office.at
    )
    assert found() == []
    marks.lift(
        office.committer, "exhibit", ROOT, "victim-data", reason="r", user="case", at=office.at
    )
    assert found() == [("case", case, "Operation Blue")]
    reindex.rebuild(lambda _done, _all: None)
    assert found() == [("case", case, "Operation Blue")]
    Package.objects.all().delete()
    Conversation.objects.update(main="closed", due_at=None, paper=False)
    DocketItem.objects.all().delete()
    DocketEntry.objects.all().delete()
    erasure.erase(f"case:{case}", review="r", by="case", at=office.at)
    assert found() == []
    assert not CaseSubject.objects.exists()
    assert not Conversation.objects.exclude(offence="").exists()
