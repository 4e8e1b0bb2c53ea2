"""The law on what was asked and decided: scope, consultation, costs, and what nobody judges."""

from typing import Any

import pytest
from tests.exchange.makers import text
from tests.nodes import test_clocks
from tests.nodes.lawful import came_in, drafted, told, un_only
from tests.nodes.test_clocks import Office as Register

from comity.exchange import MOVES
from comity.exchange.types import OPENING_TYPES
from comity.node.compose.pages.refusal import decision_form
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.law import assessment, assessment_rows, facts_from_conversation
from comity.node.messages import draft_changes
from comity.node.models import DraftRow

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ over-broad requests


def broad(**more: Any) -> dict[str, Any]:
    """Return a request for stored data that names what is given, and nothing else."""
    subject: dict[str, Any] = {"description": text("All mail"), "accounts": [], "period": None}
    return {"request": un_only(measure="stored-data"), "subject": subject | more}


ACCOUNT = {"service": "mail.example", "identifier": "a@example.org", "type": "email"}
PERIOD = {"start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"}


def test_who_asks_without_an_identifier_or_a_period_is_challenged(node: Node) -> None:
    assert {"R-022", "R-023"} <= set(told(node, drafted(node, **broad())))
    only_period = told(node, drafted(node, **broad(period=PERIOD)))
    assert "R-022" in only_period
    assert "R-023" not in only_period
    only_account = told(node, drafted(node, **broad(accounts=[ACCOUNT])))
    assert "R-023" in only_account
    assert "R-022" not in only_account
    both = told(node, drafted(node, **broad(accounts=[ACCOUNT], period=PERIOD)))
    assert not {"R-022", "R-023"} & set(both)


@pytest.mark.parametrize(
    ("kind", "fact"),
    [("person", "request.persons"), ("device", "request.items"), ("email", "request.identifiers")],
)
def test_the_type_of_an_account_says_what_it_is(node: Node, kind: str, fact: str) -> None:
    account = {"service": "x", "identifier": "a@example.org", "type": kind}
    check = assessment.check_draft(node, drafted(node, **broad(accounts=[account])))
    assert check is not None
    known = check.parts[0].known
    assert fact in known
    assert known["request.identifiers"][0]["item.type"] == kind


def test_property_and_reasons_for_a_transfer_are_read_where_they_are_asked(node: Node) -> None:
    def known(measure: str) -> Any:
        check = assessment.check_draft(node, drafted(node, request=un_only(measure=measure)))
        assert check is not None
        return check.parts[0].known

    assert "request.property_description" in known("freezing")
    assert "request.property_description" not in known("stored-data")
    assert "transfer.reasons" in known("transfer-of-proceedings")
    assert "transfer.reasons" not in known("extradition")


# ------------------------------------------------------------------ decisions and their past


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    both = {"request.clarified", "conditions.accepted", "costs.agreed"}
    monkeypatch.setattr(test_clocks, "ASKERS", test_clocks.ASKERS | both)
    return Register()


def begun(register: Register, **more: Any) -> str:
    conversation = register.ask(now(), **un_only(measure="stored-data", **more))
    register.say("request.acknowledged", conversation, now())
    return conversation


def answer(node: Node, conversation: str, kind: str, **values: Any) -> DraftRow:
    """Return a draft of South Africa's, as the page makes it."""
    values = {name: {"salt": "", "value": value} for name, value in values.items()}
    members = came_in(conversation).members
    return DraftRow.objects.create(
        id=f"018f0000-0000-7000-8000-{DraftRow.objects.count():012d}",
        conversation=conversation,
        type=kind,
        fields={"members": members},
        sections=values,
        made_by="author",
        made_at=now(),
    )


REFUSAL = {
    "reasons": text("It would harm our security."),
    "grounds": ["un-2024 40-21b"],
    "domestic_order": None,
    "review_by": None,
}


def refusal(node: Node, conversation: str) -> dict[str, str]:
    return told(node, answer(node, conversation, "request.refused", decision=REFUSAL))


def test_who_refuses_without_a_word_is_told_to_consult_first(
    asked: Node, register: Register
) -> None:
    assert refusal(asked, begun(register))["R-064"] == "warn"


def test_a_question_that_nobody_answered_is_no_consultation(
    asked: Node, register: Register
) -> None:
    conversation = begun(register)
    register.say("request.clarification-asked", conversation, now())
    assert refusal(asked, conversation)["R-064"] == "warn"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("request.clarification-asked", "request.clarified"),
        ("conditions.set", "conditions.accepted"),
    ],
)
def test_after_both_sides_spoke_a_refusal_is_consulted(
    asked: Node, register: Register, first: str, then: str
) -> None:
    conversation = begun(register)
    source = register.say(first, conversation, now())
    about = source if first == "conditions.set" else None
    register.say(then, conversation, now(), about=about)
    assert "R-064" not in refusal(asked, conversation)


def test_costs_that_nobody_agreed_to_are_a_fact_of_the_decision(
    asked: Node, register: Register
) -> None:
    conversation = begun(register)
    register.say("costs.estimated", conversation, now())
    newest = register.say("costs.estimated", conversation, now(), costs=DEARER)
    assert facts_from_conversation.told_in(conversation) == {
        "execution.costs_agreed": False,
        "execution.estimated_cost": 900_000,
    }
    register.say("costs.agreed", conversation, now(), about=newest)
    assert facts_from_conversation.told_in(conversation)["execution.costs_agreed"] is True


DEARER = {"currency": "ZAR", "amount_minor": 900_000, "note": None}


def test_an_execution_is_judged_after_secrecy_was_given_up(asked: Node, register: Register) -> None:
    conversation = begun(register, confidential=True)
    register.say("confidentiality.cannot-keep", conversation, now())
    summary = {"summary": text("Done."), "domestic_order": None}
    row = answer(asked, conversation, "request.executed", execution=summary)
    assert told(asked, row)["R-075"] == "warn"
    assert assessment.check_draft(asked, row).step == "execute, answer"


@pytest.mark.parametrize(
    "kind", sorted(set(MOVES) - set(assessment.STEPS) - {"request.countersigned"} - OPENING_TYPES)
)
def test_of_what_no_rule_speaks_about_nobody_says_that_it_is_ready(
    asked: Node, register: Register, kind: str
) -> None:
    check = assessment.check_draft(asked, answer(asked, begun(register), kind))
    assert (check.outcome, check.step, check.parts) == (assessment.NOT_JUDGED, "", ())


@pytest.mark.parametrize(
    ("kind", "decided"),
    [
        ("request.clarification-asked", "ask"),
        ("request.not-competent", "forward"),
        ("request.forwarded", "forward"),
    ],
)
def test_asking_back_and_forwarding_are_judged_as_what_they_are(
    asked: Node, register: Register, kind: str, decided: str
) -> None:
    check = assessment.check_draft(asked, answer(asked, begun(register), kind))
    assert check.step == "decide"
    assert check.parts[0].known["decision.kind"] == decided
    assert "R-064" not in told(asked, DraftRow.objects.get())


@pytest.mark.parametrize("reasons", [" ", "\n\t", "\u00a0"])
def test_a_decision_without_reasons_is_not_even_a_draft(asked: Node, reasons: str) -> None:
    decision = {**REFUSAL, "reasons": {"lang": "en", "text": reasons}}
    with pytest.raises(draft_changes.ReasonsMissingError):
        draft_changes._check_reasons({"decision": decision})


@pytest.mark.parametrize(
    "kind", ["request.refused", "request.postponed", "request.accepted-in-part"]
)
def test_every_decision_against_a_request_has_grounds_of_the_treaty_and_of_domestic_law(
    asked: Node, register: Register, kind: str
) -> None:
    conversation = begun(register)
    form = decision_form(asked, came_in(conversation), kind, None)
    assert form is not None
    assert {"grounds", "own_law"} <= set(form.fields)
    assert form.fields["reasons"].required


def test_the_form_says_whom_to_consult_first_until_that_was_done(
    asked: Node, register: Register
) -> None:
    conversation = begun(register)
    (one,) = assessment_rows.consult_first(asked, came_in(conversation), "request.refused")
    assert one.cite == "40(28)"
    assert not assessment_rows.consult_first(asked, came_in(conversation), "request.accepted")
    register.say("request.clarification-asked", conversation, now())
    register.say("request.clarified", conversation, now())
    assert not assessment_rows.consult_first(asked, came_in(conversation), "request.refused")
