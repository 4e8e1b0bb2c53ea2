"""A rights check is signed by a person, and only then answers the law's questions."""

from typing import Any

import pytest
from tests.docket.conftest import REQUEST, DeskOffice, authority, text

from comity.canonical import ComityError
from comity.demo.world import Person
from comity.docket import Item
from comity.docket.entry import statement
from comity.exchange import approve
from comity.instruments.errors import FactsError
from comity.node.compose import law_overrides
from comity.node.docket.verify import check_docket
from comity.node.law import assessment, rights_check_facts
from comity.node.models import Conversation, DocketEntry, DraftRow

pytestmark = pytest.mark.django_db

QUESTIONS = ("legality", "necessity", "proportionality", "discrimination", "privilege")
DECISION: dict[str, Any] = {
    "reasons": text("We accept.", "en"),
    "grounds": [],
    "domestic_order": None,
}


def check(asked: Conversation, conclusion: str = "go-on", **answers: str) -> dict[str, Any]:
    told = dict.fromkeys(QUESTIONS, "satisfied") | {
        name.replace("_", "-"): answer for name, answer in answers.items()
    }
    return {
        "conversation": asked.digest,
        "answers": [{"question": q, "answer": a, "reasons": None} for q, a in told.items()],
        "conclusion": conclusion,
        "reasons": text("Looked at with care.", "en"),
    }


@pytest.fixture
def signer(office: DeskOffice) -> Person:
    """Return an officer of the office with key and certificate; ``office.people`` has the name."""
    office.people["signer"] = office.people["case"]
    return office.place.officers["author"]


@pytest.fixture
def asked(office: DeskOffice) -> Conversation:
    office.do("authority.entered", authority())
    basis = [{"instrument": "un-2024", "article": "44", "status": "signed-not-in-force"}]
    request = {**REQUEST["request"], "basis": basis}
    return office.written(sections={**REQUEST, "request": request})


def record(office: DeskOffice, asked: Conversation, *args: str, **answers: str) -> Item:
    return office.do(
        "rights.recorded", check(asked, *args, **answers), who="signer", case=asked.case
    )


def signature(office: DeskOffice, item: Item, person: Person) -> dict[str, Any]:
    entry = item.entries[-1].entry
    data = statement(
        entry, party=office.node.party, mode=office.node.config.mode, certificate=person.certificate
    )
    return {
        "entry": entry.digest,
        "approval": approve(data, person.key, person.certificate, mode=office.node.config.mode),
    }


def sign(office: DeskOffice, item: Item, person: Person) -> Item:
    return office.do("rights.signed", signature(office, item, person), who="signer", item=item.id)


def draft(office: DeskOffice, asked: Conversation) -> DraftRow:
    """Return the draft of an acceptance, made in the office."""
    members = sorted(asked.members)
    return DraftRow.objects.create(
        id="01a2104e-9860-7aa1-b2b6-216cd2524a9d",
        conversation=asked.digest,
        type="request.accepted",
        fields={"members": members},
        sections={"decision": {"value": {**DECISION, "review_by": None}}},
        made_by="signer",
        made_at=office.at,
    )


def outcomes(office: DeskOffice, row: DraftRow) -> dict[str, str]:
    """Return rule to outcome, of what is said of a draft."""
    found = assessment.check_draft(office.node, row)
    assert found is not None
    return {one.rule.key: one.outcome for part in found.parts for one in part.told}


# ------------------------------------------------------------------ the law's questions


def test_a_signed_check_answers_whether_anybody_screened(
    office: DeskOffice, signer: Person, asked: Conversation
) -> None:
    row = draft(office, asked)
    assert "R-056" in _rights_rules(office, row)
    item = record(office, asked)
    assert "R-056" in _rights_rules(office, row), "nobody signed it"
    sign(office, item, signer)
    assert "R-056" not in _rights_rules(office, row)
    with pytest.raises(FactsError):
        law_overrides.add_facts(office.node, row.id, {"decision.screened": False}, by="signer")


def _rights_rules(office: DeskOffice, row: DraftRow) -> set[str]:
    return {rule for rule in outcomes(office, row) if rule in {"R-056", "R-057"}}


def test_the_rules_learn_what_the_check_came_to(
    office: DeskOffice, signer: Person, asked: Conversation
) -> None:
    sign(office, record(office, asked, "refuse", discrimination="not-satisfied"), signer)
    found = assessment.check_draft(office.node, draft(office, asked))
    assert found is not None
    (part,) = found.parts
    assert part.known["decision.screened"] is True
    assert part.known["decision.screening"] == "substantial-grounds"


@pytest.mark.parametrize(
    ("conclusion", "answers", "wanted"),
    [
        ("go-on", {}, "nothing-found"),
        ("go-on-with-conditions", {"privilege": "does-not-arise"}, "nothing-found"),
        ("go-on", {"necessity": "unknown"}, "doubts"),
        ("ask-first", {}, "doubts"),
        ("go-on-with-conditions", {"necessity": "not-satisfied"}, "doubts"),
        ("go-on", {"death-penalty": "not-satisfied"}, "substantial-grounds"),
        ("refuse", {}, "substantial-grounds"),
    ],
)
def test_what_a_check_says_to_the_rules(
    conclusion: str, answers: dict[str, str], wanted: str
) -> None:
    told = dict.fromkeys(QUESTIONS, "satisfied") | answers
    said = {
        "answers": [{"question": q, "answer": a} for q, a in told.items()],
        "conclusion": conclusion,
    }
    assert rights_check_facts.screening(said) == wanted


def test_a_check_recorded_anew_waits_for_its_own_signature(
    office: DeskOffice, signer: Person, asked: Conversation
) -> None:
    item = sign(office, record(office, asked), signer)
    office.do("rights.recorded", check(asked, "ask-first"), who="signer", item=item.id)
    assert rights_check_facts.facts_about(asked.digest) == {}
    waiting = rights_check_facts.unsigned_check(asked.digest)
    assert waiting is not None
    sign(office, waiting, signer)
    assert rights_check_facts.facts_about(asked.digest)["decision.screening"] == "doubts"


def test_a_check_of_another_request_says_nothing_here(
    office: DeskOffice, signer: Person, asked: Conversation
) -> None:
    other = office.written()
    sign(office, record(office, other), signer)
    assert rights_check_facts.facts_about(asked.digest) == {}


def test_a_message_that_decides_nothing_is_judged_without_it(
    office: DeskOffice, signer: Person, asked: Conversation
) -> None:
    sign(office, record(office, asked), signer)
    row = draft(office, asked)
    row.type = "request.executed"
    assert assessment.screened_by(row) == {}


# ------------------------------------------------------------------ the signature


def test_a_signature_for_an_older_text_is_refused(
    office: DeskOffice, signer: Person, asked: Conversation
) -> None:
    item = record(office, asked)
    said = signature(office, item, signer)
    office.do("rights.recorded", check(asked, "refuse"), who="signer", item=item.id)
    with pytest.raises(ComityError) as fault:
        office.do("rights.signed", said, who="signer", item=item.id)
    assert fault.value.code == "docket-rule"


def test_nobody_brings_another_officers_signature(
    office: DeskOffice, signer: Person, asked: Conversation
) -> None:
    item = record(office, asked)
    with pytest.raises(ComityError) as fault:
        office.do("rights.signed", signature(office, item, signer), who="approver", item=item.id)
    assert fault.value.code == "docket-rule"


def test_a_spoilt_signature_is_refused_and_a_kept_one_is_checked_again(
    office: DeskOffice, signer: Person, asked: Conversation
) -> None:
    item = record(office, asked)
    said = signature(office, item, signer)
    spoilt = {**said["approval"], "approval": {**said["approval"]["approval"], "signatures": []}}
    with pytest.raises(ComityError):
        office.do("rights.signed", {**said, "approval": spoilt}, who="signer", item=item.id)
    sign(office, item, signer)
    assert check_docket(office.node).faults == ()
    assert DocketEntry.objects.filter(act="rights.signed").count() == 1
