"""The law's findings on drafts and requests: what is found, what holds back, who may override."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import REPOSITORY
from tests.exchange.makers import seed, text
from tests.instruments.office import RULE, UN, confirm
from tests.nodes import test_clocks
from tests.nodes.offices import preservation_request
from tests.nodes.test_clocks import Office as Register

from comity.canonical import ComityError
from comity.demo.world import ASKED, ASKING, World, build_world
from comity.exchange import MOVES
from comity.exchange.bodies import check_body
from comity.exchange.types import OPENING_TYPES
from comity.files.instruments import shipped
from comity.instruments.errors import FactsError, OverrideError
from comity.node import acts, composing, law, lawbook, lawtold, overriding
from comity.node.clock import now
from comity.node.composing import DraftStageError, LawBlockedError
from comity.node.desk import lawlines
from comity.node.desk.grounds import decision_form
from comity.node.lawbook import LawFolderError
from comity.node.lawfacts import OTHER, READABLE, ground_codes
from comity.node.models import AuditRow, Conversation, DraftRow, Officer, SectionRow
from comity.node.node import Node, load_node
from comity.node.overriding import OverrideOwnError
from comity.node.people import RIGHTS, Right, add_person

pytestmark = pytest.mark.django_db

FACT = re.compile(r"`([a-z]+[.][a-z_]+)`")
PASSWORD = "a long phrase for tests"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = {ASKING: 1, ASKED: 2}
    return build_world(tmp_path_factory.mktemp("law"), mode="exercise", ports=ports, now=now())


@pytest.fixture
def node(world: World) -> Node:
    """A node of an office that reviews nothing."""
    return load_node(world.places[ASKING].config.folder)


@pytest.fixture
def strict(node: Node, tmp_path: Path) -> Node:
    """A node of an office where two people confirmed one rule."""
    return reviewing(node, tmp_path / "law", ["Ana", "Binh"])


def reviewing(node: Node, folder: Path, people: list[str]) -> Node:
    confirm(folder, people)
    return Node(replace(node.config, law=str(folder)), node.keys)


def officer(name: str, role: str) -> Officer:
    return add_person(name=name, role=role, password=PASSWORD, at=now(), by="operator")


def drafted(node: Node, *, by: str = "author", **sections: Any) -> DraftRow:
    values = {**preservation_request(), **sections}
    return composing.prepare(
        node, message_type="request.submitted", values=values, by=by, members=(ASKED,)
    )


def un_only(**more: Any) -> dict[str, Any]:
    basis = [{"instrument": "un-2024", "article": "42", "status": "signed-not-in-force"}]
    return {**preservation_request()["request"], "basis": basis, **more}


def told(node: Node, row: DraftRow, instrument: str = "un-2024") -> dict[str, str]:
    """Return rule to what follows from it, of what is said of a draft."""
    check = law.check_draft(node, row)
    assert check is not None
    (part,) = [part for part in check.parts if part.instrument.key == instrument]
    return {finding.rule.key: finding.effective for finding in part.told}


# ------------------------------------------------------------------ what is found


def test_what_the_request_says_is_not_found_missing(node: Node) -> None:
    found = told(node, drafted(node))
    assert not {"R-007", "R-025", "R-026", "R-029", "R-031"} & set(found)


def test_a_treaty_that_does_not_bind_both_is_found(node: Node) -> None:
    assert told(node, drafted(node))["R-001"] == "warn"


def test_what_no_field_can_say_is_missing_and_is_named_as_unread(node: Node) -> None:
    row = drafted(node)
    check = law.check_draft(node, row)
    assert check is not None
    part = check.parts[0]
    (finding,) = [finding for finding in part.told if finding.rule.key == "R-030"]
    assert finding.effective == "warn", "nobody has confirmed it here"
    assert part.unread(finding) == ("request.mla_intended",)


def test_a_measure_that_an_instrument_does_not_have_is_not_judged(node: Node) -> None:
    check = law.check_draft(node, drafted(node))
    assert check is not None
    parts = {part.instrument.key: part.judgement for part in check.parts}
    assert parts["untoc-2000"] is None
    assert parts["un-2024"] is not None


def test_an_instrument_that_is_not_held_is_said_so(node: Node) -> None:
    basis = [{"instrument": "treaty-of-1900", "article": "1", "status": "in-force"}]
    check = law.check_draft(node, drafted(node, request=un_only(basis=basis)))
    assert check is not None
    assert (check.parts, check.unheld) == ((), ("treaty-of-1900",))
    assert check.outcome == law.NOT_JUDGED


@pytest.mark.parametrize(
    ("cited", "there"),
    [
        ("42", True),
        ("Article 42(3)", True),
        ("art. 42 (3)(a)", True),
        ("my own words", True),
        ("999", False),
        ("Article 999(1)", False),
        ("0", False),
    ],
)
def test_a_citation_of_an_article_that_is_not_there_is_said(
    node: Node, cited: str, there: bool
) -> None:
    basis = [{"instrument": "un-2024", "article": cited, "status": "signed-not-in-force"}]
    check = law.check_draft(node, drafted(node, request=un_only(basis=basis)))
    assert check is not None
    assert check.uncited == (() if there else (("un-2024", cited),))


def test_a_basis_whose_parts_have_no_numbers_is_cited_freely(node: Node) -> None:
    basis = [{"instrument": "reciprocity", "article": "1", "status": "reciprocity"}]
    check = law.check_draft(node, drafted(node, request=un_only(basis=basis)))
    assert check is not None
    assert check.uncited == ()


def test_another_language_than_the_other_side_accepts_is_found(node: Node) -> None:
    asked = un_only(measure="stored-data")
    subject: dict[str, Any] = {"description": text(), "accounts": [], "period": None}
    grounds = {"offence": text(), "facts": text(), "necessity": text()}
    found = told(node, drafted(node, request=asked, subject=subject, grounds=grounds))
    assert found["R-014"] == "warn"
    assert "R-014" not in told(node, drafted(node, request=asked))


def test_texts_in_two_languages_leave_the_language_open(node: Node) -> None:
    subject: dict[str, Any] = {"description": text(), "accounts": [], "period": None}
    row = drafted(node, request=un_only(measure="stored-data"), subject=subject)
    assert told(node, row)["R-014"] == "ask"


def test_every_fact_that_can_be_read_is_a_fact() -> None:
    assert set(shipped().facts) >= READABLE


def test_the_reference_tells_where_each_fact_comes_from() -> None:
    page = (REPOSITORY / "docs" / "reference" / "instruments.md").read_text("utf-8")
    table = page.partition("## What a message says to the rules")[2].partition("\n## ")[0]
    told = [name for line in table.splitlines() for name in FACT.findall(line.split(" | ")[0])]
    assert sorted(told) == sorted(READABLE)


HOSTILE = [
    "\x00",
    "\u202etxt.exe",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "%(number)s",
    " ",
    "'" * 300,
    "𒀀" * 300,
]


@pytest.mark.parametrize("word", HOSTILE)
def test_no_text_of_a_stranger_makes_the_judge_fail(node: Node, word: str) -> None:
    free = {"lang": "zz-99999999", "text": word}
    sections: dict[str, Any] = {
        "request": un_only(
            reference=word,
            basis=[{"instrument": word, "article": word, "status": "domestic-law"}]
            + [{"instrument": "un-2024", "article": word, "status": "in-force"}] * 7,
            links=[{"conversation": "sha256:" + "0" * 64, "relation": "preservation"}] * 16,
        ),
        "subject": {
            "description": free,
            "accounts": [{"service": word, "identifier": word}] * 500,
            "period": {"start": "9999-12-31T23:59:59Z", "end": "0001-01-01T00:00:00Z"},
        },
        "grounds": {"offence": free, "facts": free, "necessity": free},
        "authority": {"name": word, "title": word, "contact": word},
    }
    for name, value in sections.items():
        check_body(name, value)  # the protocol lets it through
    check = law.check_draft(node, drafted(node, **sections))
    assert check is not None
    assert check.outcome == "ready-with-warnings"
    assert check.unheld == (word,)


@pytest.mark.parametrize(
    ("grounds", "codes"),
    [
        (["un-2024 40-21b"], ["40-21b"]),
        (["un-2024 40-21b", "un-2024 40-21b"], ["40-21b"]),
        (["coe-2001 27-4b"], []),
        (["Article 18"], [OTHER]),
        (["un-2024 99"], [OTHER]),
        (["un-2024"], [OTHER]),
        (["un-2024 40-21b", "because"], ["40-21b", OTHER]),
        ([], []),
    ],
)
def test_a_ground_is_one_of_the_instrument_or_another(grounds: list[str], codes: list[str]) -> None:
    assert ground_codes(grounds, UN, shipped()) == codes


# ------------------------------------------------------------------ what came in


@pytest.fixture
def asked(world: World) -> Node:
    return load_node(world.places[ASKED].config.folder)


def came_in(conversation: str) -> Conversation:
    return Conversation.objects.get(digest=conversation)


def test_what_came_in_is_judged_at_its_own_step(asked: Node) -> None:
    check = law.check_received(asked, came_in(Register().ask(now(), **un_only())))
    assert check is not None
    assert check.step == "receive"
    assert check.edition == "", "the request named none"
    assert {f.rule.key for f in check.parts[0].told} >= {"R-027", "R-030"}


def test_our_own_request_did_not_come_in(node: Node) -> None:
    assert law.check_received(node, came_in(Register().ask(now(), **un_only()))) is None


@pytest.mark.parametrize("word", HOSTILE)
def test_no_request_of_a_stranger_makes_the_judge_fail(asked: Node, word: str) -> None:
    basis = [
        {"instrument": name, "article": word, "status": "reciprocity"} for name in (word, UN.key)
    ]
    conversation = Register().ask(now(), **un_only(reference=word, basis=basis))
    check = law.check_received(asked, came_in(conversation))
    assert check is not None
    assert check.unheld == (word,)


def test_an_amendment_replaces_what_was_said(asked: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_clocks, "ASKERS", test_clocks.ASKERS | {"request.amended"})
    register = Register()
    conversation = register.ask(now(), **un_only())
    bare: dict[str, Any] = {"description": text(), "accounts": [], "period": None}
    found = law.check_received(asked, came_in(conversation))
    assert found is not None
    assert "request.custodian" in found.parts[0].known
    register.say("request.amended", conversation, now(), subject=bare)
    found = law.check_received(asked, came_in(conversation))
    assert found is not None
    assert "request.custodian" not in found.parts[0].known


def test_of_a_request_that_was_erased_nothing_is_said(asked: Node) -> None:
    conversation = Register().ask(now(), **un_only())
    SectionRow.objects.filter(name="request").update(salt=None, value=None)
    assert law.check_received(asked, came_in(conversation)) is None


# ------------------------------------------------------------------ what holds back


def test_nothing_blocks_where_nobody_reviewed(node: Node) -> None:
    row = drafted(node, request=un_only())
    assert told(node, row)["R-030"] == "warn"
    assert not law.holds_back(node, row)


def test_one_person_confirms_nothing(node: Node, tmp_path: Path) -> None:
    one = reviewing(node, tmp_path / "one", ["Ana"])
    assert not law.holds_back(one, drafted(one))


def test_a_rule_that_two_people_confirmed_blocks(strict: Node) -> None:
    row = drafted(strict)
    assert told(strict, row)["R-030"] == "block"
    assert law.holds_back(strict, row)
    with pytest.raises(LawBlockedError):
        composing._check_law(strict, row.id)


def test_a_folder_that_is_not_there_holds_everything_back(node: Node) -> None:
    lost = Node(replace(node.config, law="nowhere"), node.keys)
    row = DraftRow.objects.get(id=drafted(node).id)
    with pytest.raises(LawFolderError):
        composing._check_law(lost, row.id)


def test_a_list_of_reviewers_that_is_none_holds_everything_back(strict: Node) -> None:
    folder = strict.config.law_folder
    assert folder is not None
    (folder / "reviewers.toml").write_text("reviewer = 1\n", "utf-8")
    lawbook._read.cache_clear()
    row = DraftRow.objects.get(id=drafted(strict).id)
    with pytest.raises(ComityError):
        composing._check_law(strict, row.id)


def test_a_fact_that_an_officer_adds_settles_the_rule(strict: Node) -> None:
    row = drafted(strict)
    overriding.add_facts(strict, row.id, {"request.mla_intended": True}, by="author")
    row.refresh_from_db()
    assert "R-030" not in told(strict, row)
    assert AuditRow.objects.filter(action="law.facts-added", subject=row.id).count() == 1


@pytest.mark.parametrize(
    "given",
    [
        {"request.confidential": False},
        {"basis.in_force": True},
        {"at": "2026-01-01T00:00:00Z"},
        {"request.mla_intended": "yes"},
        {"request.mla_intendet": True},
        {"case.scope": "any"},
    ],
)
def test_a_fact_that_messages_say_or_that_is_none_is_refused(
    node: Node, given: Mapping[str, Any]
) -> None:
    row = drafted(node)
    with pytest.raises(FactsError):
        overriding.add_facts(node, row.id, given, by="author")
    row.refresh_from_db()
    assert row.law == {}


# ------------------------------------------------------------------ going on in spite of it


def overridden(node: Node, row: DraftRow, who: Officer, reasons: str = "Danger to life.") -> None:
    overriding.override(node, row.id, RULE.digest, officer=who, reasons=reasons)


def test_an_official_overrides_with_reasons_and_it_is_written_down(strict: Node) -> None:
    row = drafted(strict)
    overridden(strict, row, officer("chief", "approver"))
    row.refresh_from_db()
    assert told(strict, row)["R-030"] == "warn"
    composing._check_law(strict, row.id)
    (kept,) = row.law["overrides"]
    assert kept["by"] == "chief (approver)"
    assert kept["reasons"] == "Danger to life."
    (audited,) = AuditRow.objects.filter(action="law.overridden")
    assert (audited.actor, audited.subject) == ("chief", row.id)
    assert audited.detail == "un-2024 R-030"


@pytest.mark.parametrize("reasons", ["", " \n", "x" * 4001])
def test_without_reasons_nothing_is_overridden(strict: Node, reasons: str) -> None:
    row = drafted(strict)
    with pytest.raises(OverrideError):
        overridden(strict, row, officer("chief", "approver"), reasons)
    assert law.holds_back(strict, DraftRow.objects.get(id=row.id))
    assert not AuditRow.objects.filter(action="law.overridden").exists()


def test_who_made_the_draft_does_not_override_for_it(strict: Node) -> None:
    row = drafted(strict, by="chief")
    with pytest.raises(OverrideOwnError):
        overridden(strict, row, officer("chief", "approver"))
    assert law.holds_back(strict, DraftRow.objects.get(id=row.id))


def test_only_approvers_may_override() -> None:
    assert {role for role, rights in RIGHTS.items() if Right.OVERRIDE in rights} == {"approver"}


def test_a_rule_that_only_warns_is_not_overridden(strict: Node) -> None:
    row, chief = drafted(strict), officer("chief", "approver")
    for digest in (UN.rules["R-001"].digest, "sha256:" + "0" * 64, ""):
        with pytest.raises(OverrideError):
            overriding.override(strict, row.id, digest, officer=chief, reasons="Because.")


def test_an_override_does_not_hold_for_another_edition_of_the_rule(strict: Node) -> None:
    row = drafted(strict)
    overridden(strict, row, officer("chief", "approver"))
    row.refresh_from_db()
    row.law["overrides"][0]["rule"] = "sha256:" + seed("another edition").hex()
    row.save()
    assert law.holds_back(strict, row)


def test_a_closed_draft_is_left_alone(strict: Node) -> None:
    row = drafted(strict)
    acts.discard(row.id, by="author")
    with pytest.raises(OverrideError):
        overridden(strict, row, officer("chief", "approver"))
    with pytest.raises(DraftStageError):
        overriding.add_facts(strict, row.id, {"request.mla_intended": True}, by="author")


def test_nothing_of_it_is_in_what_is_sent(strict: Node) -> None:
    row = drafted(strict)
    before = (dict(row.fields), dict(row.sections))
    overriding.add_facts(strict, row.id, {"request.mla_intended": False}, by="author")
    overridden(strict, row, officer("chief", "approver"))
    row.refresh_from_db()
    assert (row.fields, row.sections) == before
    assert "Danger to life." not in json.dumps([row.fields, row.sections])


def test_the_setting_is_read_as_it_is_written(node: Node) -> None:
    path = node.config.folder / "node.toml"
    assert tomllib.loads(path.read_text("utf-8"))["law"] == ""
    assert node.config.law_folder is None


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
    check = law.check_draft(node, drafted(node, **broad(accounts=[account])))
    assert check is not None
    known = check.parts[0].known
    assert fact in known
    assert known["request.identifiers"][0]["item.type"] == kind


def test_property_and_reasons_for_a_transfer_are_read_where_they_are_asked(node: Node) -> None:
    def known(measure: str) -> Any:
        check = law.check_draft(node, drafted(node, request=un_only(measure=measure)))
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
    assert lawtold.told_in(conversation) == {
        "execution.costs_agreed": False,
        "execution.estimated_cost": 900_000,
    }
    register.say("costs.agreed", conversation, now(), about=newest)
    assert lawtold.told_in(conversation)["execution.costs_agreed"] is True


DEARER = {"currency": "ZAR", "amount_minor": 900_000, "note": None}


def test_an_execution_is_judged_after_secrecy_was_given_up(asked: Node, register: Register) -> None:
    conversation = begun(register, confidential=True)
    register.say("confidentiality.cannot-keep", conversation, now())
    summary = {"summary": text("Done."), "domestic_order": None}
    row = answer(asked, conversation, "request.executed", execution=summary)
    assert told(asked, row)["R-075"] == "warn"
    assert law.check_draft(asked, row).step == "execute, answer"


@pytest.mark.parametrize(
    "kind", sorted(set(MOVES) - set(law.STEPS) - {"request.countersigned"} - OPENING_TYPES)
)
def test_of_what_no_rule_speaks_about_nobody_says_that_it_is_ready(
    asked: Node, register: Register, kind: str
) -> None:
    check = law.check_draft(asked, answer(asked, begun(register), kind))
    assert (check.outcome, check.step, check.parts) == (law.NOT_JUDGED, "", ())


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
    check = law.check_draft(asked, answer(asked, begun(register), kind))
    assert check.step == "decide"
    assert check.parts[0].known["decision.kind"] == decided
    assert "R-064" not in told(asked, DraftRow.objects.get())


@pytest.mark.parametrize("reasons", [" ", "\n\t", "\u00a0"])
def test_a_decision_without_reasons_is_not_even_a_draft(asked: Node, reasons: str) -> None:
    decision = {**REFUSAL, "reasons": {"lang": "en", "text": reasons}}
    with pytest.raises(acts.ReasonsMissingError):
        acts._check_reasons({"decision": decision})


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
    (one,) = lawlines.consult_first(asked, came_in(conversation), "request.refused")
    assert one.cite == "40(28)"
    assert not lawlines.consult_first(asked, came_in(conversation), "request.accepted")
    register.say("request.clarification-asked", conversation, now())
    register.say("request.clarified", conversation, now())
    assert not lawlines.consult_first(asked, came_in(conversation), "request.refused")
