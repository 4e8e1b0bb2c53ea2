"""Acts by people and programs: who may do what, what is refused, and what a translator sees."""

from typing import Any

import pytest
from tests.docket.conftest import REQUEST, DeskOffice, authority, text

from comity.canonical import ComityError
from comity.docket.acts import ACTS
from comity.node.cases import docket_actions, docket_store
from comity.node.cases.docket_actions import ELSEWHERE, ActElsewhereError
from comity.node.cases.docket_store import DocketCaseError, DocketHandError
from comity.node.docket import translation_jobs
from comity.node.docket.item_values import value_of
from comity.node.messages.translatable_texts import source_of
from comity.node.models import Conversation, DocketItem
from comity.node.people.permissions import RIGHTS, Right
from comity.node.service.handle import Service, make_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(office: DeskOffice) -> Service:
    made = make_service(office.node)
    made.committer.open()
    return made


@pytest.fixture
def asked(office: DeskOffice) -> Conversation:
    """Return a request that came on paper."""
    office.do("authority.entered", authority())
    return office.written()


def job(asked: Conversation, office: DeskOffice, **told: Any) -> dict[str, Any]:
    """Return what is said when a translation is asked for."""
    return {
        "source": asked.digest,
        "what": "subject/description",
        "source_language": "fr",
        "target_language": "en",
        "due": "2026-03-20T00:00:00Z",
        "cost": None,
        "assigned": office.people["translator"].identifier,
        **told,
    }


def delivery(**told: Any) -> dict[str, Any]:
    return {
        "text": "The e-mails",
        "original": None,
        "made_by": "Ana Ruiz",
        "checked_by_a_person": True,
        "attestation": text("A faithful translation.", "en"),
        "sworn": True,
        "cost": {"amount_minor": 12_500, "currency": "ZAR"},
        **told,
    }


# ------------------------------------------------------------------ acts


@pytest.mark.parametrize("act", sorted(ELSEWHERE))
def test_what_comes_with_a_paper_is_not_done_by_itself(
    service: Service, office: DeskOffice, act: str
) -> None:
    with pytest.raises(ActElsewhereError) as fault:
        docket_actions.do(service, act, {}, officer=office.people["case"])
    assert fault.value.code == "docket-elsewhere"


def test_an_item_of_a_case_that_is_not_there_is_refused(
    service: Service, office: DeskOffice
) -> None:
    said = {"text": text()}
    with pytest.raises(DocketCaseError):
        docket_actions.do(
            service, "note.written", said, officer=office.people["case"], case="2026-000099"
        )
    assert not DocketItem.objects.exists()


@pytest.mark.parametrize("who", ["translator", "auditor"])
def test_a_role_without_a_hand_in_it_does_nothing(
    service: Service, office: DeskOffice, asked: Conversation, who: str
) -> None:
    with pytest.raises(DocketHandError):
        docket_actions.do(
            service,
            "note.written",
            {"text": text()},
            officer=office.people[who],
            case=asked.case,
        )


def test_only_what_is_possible_and_ones_own_is_offered(
    office: DeskOffice, asked: Conversation
) -> None:
    slip = {"to": "Cyber unit", "task": text("Serve the order", "en"), "due": None}
    item = office.do("referral.sent", slip, case=asked.case)
    offered = {
        who: docket_actions.possible(item, officer) for who, officer in office.people.items()
    }
    names = ["referral.accepted", "referral.returned", "referral.recalled"]
    assert [row.name for row in offered["case"]] == names
    assert offered["translator"] == offered["auditor"] == ()
    begun = {row.name for row in docket_actions.beginning(office.people["case"])}
    assert begun & ELSEWHERE == set()
    assert {ACTS[name].kind for name in begun} >= {"referral", "order", "provider", "rights"}


def test_what_an_item_says_is_given_with_what_proves_it(
    office: DeskOffice, asked: Conversation
) -> None:
    item = office.do("note.written", {"text": text("Called them", "en")}, case=asked.case)
    (entry,) = value_of(item, office.people["auditor"])["entries"]
    assert entry["said"] == {"text": text("Called them", "en")}
    assert entry["digest"] == item.entries[0].entry.digest
    assert entry["salt"] is not None


# ------------------------------------------------------------------ translations


def test_a_translator_sees_the_own_jobs_and_the_text_alone(
    office: DeskOffice, asked: Conversation
) -> None:
    mine = office.do("translation.asked", job(asked, office), case=asked.case)
    others = office.do("translation.asked", job(asked, office, assigned=None), case=asked.case)
    translator = office.people["translator"]
    assert [item.id for item in translation_jobs.jobs_of(translator)[0]] == [mine.id]
    assert translation_jobs.job_of(translator, mine.id).id == mine.id
    with pytest.raises(DocketItem.DoesNotExist):
        translation_jobs.job_of(translator, others.id)
    source = translation_jobs.source_named(asked.digest)
    assert source is not None
    assert source.texts("subject/description") == [("subject/description", "fr", "Les courriels")]
    assert RIGHTS["translator"] == {Right.SELF, Right.TRANSLATE}


def test_a_job_is_about_a_text_of_its_case(office: DeskOffice, asked: Conversation) -> None:
    other = office.written()
    for told in ({"source": other.digest}, {"source": "sha256:" + "0" * 64}):
        with pytest.raises(ComityError) as fault:
            office.do("translation.asked", job(asked, office, **told), case=asked.case)
        assert fault.value.code == "docket-rule"


def test_what_a_machine_wrote_alone_is_no_translation(
    office: DeskOffice, asked: Conversation
) -> None:
    item = office.do("translation.asked", job(asked, office), case=asked.case)
    office.do("translation.taken", {"translator": "Ana Ruiz"}, who="translator", item=item.id)
    with pytest.raises(ComityError) as fault:
        office.do(
            "translation.delivered",
            delivery(checked_by_a_person=False),
            who="translator",
            item=item.id,
        )
    assert fault.value.code == "docket-malformed"


def finished(office: DeskOffice, asked: Conversation, **told: Any) -> str:
    item = office.do("translation.asked", job(asked, office, **told), case=asked.case)
    office.do("translation.taken", {"translator": "Ana Ruiz"}, who="translator", item=item.id)
    office.do("translation.delivered", delivery(), who="translator", item=item.id)
    assert translation_jobs.for_letter(docket_store.item_named(item.id)) is None, (
        "nobody accepted it"
    )
    office.do("translation.accepted", {"remark": None}, item=item.id)
    return item.id


def test_an_accepted_translation_can_go_out_and_an_amendment_makes_it_stale(
    office: DeskOffice, asked: Conversation
) -> None:
    item = finished(office, asked)
    letter = translation_jobs.for_letter(docket_store.item_named(item))
    assert letter == {
        "attestation": "A faithful translation.",
        "lang": "en",
        "made_by": "Ana Ruiz",
        "section": "subject/description",
        "source": source_of("Les courriels"),
        "text": "The e-mails",
        "translator": "Ana Ruiz",
    }
    subject = {**REQUEST["subject"], "description": text("Les courriels de mars")}
    office.written("request.amended", {"subject": subject}, conversation=asked.digest)
    kept = docket_store.item_named(item)
    assert translation_jobs.stale(kept)
    assert translation_jobs.for_letter(kept) is None


def test_an_amendment_of_another_request_leaves_it(office: DeskOffice, asked: Conversation) -> None:
    item = finished(office, asked)
    other = office.written()
    office.written("request.amended", {"subject": REQUEST["subject"]}, conversation=other.digest)
    assert not translation_jobs.stale(docket_store.item_named(item))


def test_a_translation_of_the_amendment_itself_is_not_stale(
    office: DeskOffice, asked: Conversation
) -> None:
    office.written("request.amended", {"subject": REQUEST["subject"]}, conversation=asked.digest)
    item = office.do(
        "translation.asked",
        job(asked, office, source=_last_entry(asked)),
        case=asked.case,
    )
    first = office.do("translation.asked", job(asked, office), case=asked.case)
    assert not translation_jobs.stale(item)
    assert translation_jobs.stale(first), "made from the request as it stood before"


def _last_entry(asked: Conversation) -> str:
    row = DocketItem.objects.get(kind="correspondence", conversation=asked.digest)
    return docket_store.item_named(row.item).entries[-1].entry.digest


def test_a_translation_of_the_whole_goes_into_no_letter(
    office: DeskOffice, asked: Conversation
) -> None:
    item = finished(office, asked, what="The whole request")
    assert translation_jobs.for_letter(docket_store.item_named(item)) is None
