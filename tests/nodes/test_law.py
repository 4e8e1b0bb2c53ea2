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
from tests.nodes.lawful import came_in, drafted, told, un_only
from tests.nodes.offices import preservation_request
from tests.nodes.test_clocks import Office as Register

from comity.canonical import ComityError
from comity.exchange.bodies import check_body
from comity.files.instruments import shipped
from comity.instruments.errors import FactsError, OverrideError
from comity.node.compose import law_overrides
from comity.node.compose.law_overrides import OverrideOwnError
from comity.node.core import law_library
from comity.node.core.clock import now
from comity.node.core.law_library import LawFolderError
from comity.node.core.node import Node
from comity.node.law import assessment
from comity.node.law.facts_from_messages import OTHER, READABLE, ground_codes
from comity.node.messages import draft_changes, drafts
from comity.node.messages.drafts import DraftStageError, LawBlockedError
from comity.node.models import AuditRow, DraftRow, Officer, SectionRow
from comity.node.people.accounts import add_person
from comity.node.people.permissions import RIGHTS, Right

pytestmark = pytest.mark.django_db

FACT = re.compile(r"`([a-z]+[.][a-z_]+)`")
PASSWORD = "a long phrase for tests"


@pytest.fixture
def strict(node: Node, tmp_path: Path) -> Node:
    """A node of an office where two people confirmed one rule."""
    return reviewing(node, tmp_path / "law", ["Ana", "Binh"])


def reviewing(node: Node, folder: Path, people: list[str]) -> Node:
    confirm(folder, people)
    return Node(replace(node.config, law=str(folder)), node.keys)


def officer(name: str, role: str) -> Officer:
    return add_person(name=name, role=role, password=PASSWORD, at=now(), by="operator")


# ------------------------------------------------------------------ what is found


def test_what_the_request_says_is_not_found_missing(node: Node) -> None:
    found = told(node, drafted(node))
    assert not {"R-007", "R-025", "R-026", "R-029", "R-031"} & set(found)


def test_a_treaty_that_does_not_bind_both_is_found(node: Node) -> None:
    assert told(node, drafted(node))["R-001"] == "warn"


def test_what_no_field_can_say_is_missing_and_is_named_as_unread(node: Node) -> None:
    row = drafted(node)
    check = assessment.check_draft(node, row)
    assert check is not None
    part = check.parts[0]
    (finding,) = [finding for finding in part.told if finding.rule.key == "R-030"]
    assert finding.effective == "warn", "nobody has confirmed it here"
    assert part.unread(finding) == ("request.mla_intended",)


def test_a_measure_that_an_instrument_does_not_have_is_not_judged(node: Node) -> None:
    request = {**preservation_request()["request"], "measure": "emergency"}
    check = assessment.check_draft(node, drafted(node, request=request))
    assert check is not None
    parts = {part.instrument.key: part.judgement for part in check.parts}
    assert parts["untoc-2000"] is None
    assert parts["un-2024"] is not None


def test_an_instrument_that_is_not_held_is_said_so(node: Node) -> None:
    basis = [{"instrument": "treaty-of-1900", "article": "1", "status": "in-force"}]
    check = assessment.check_draft(node, drafted(node, request=un_only(basis=basis)))
    assert check is not None
    assert (check.parts, check.unheld) == ((), ("treaty-of-1900",))
    assert check.outcome == assessment.NOT_JUDGED


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
    check = assessment.check_draft(node, drafted(node, request=un_only(basis=basis)))
    assert check is not None
    assert check.uncited == (() if there else (("un-2024", cited),))


def test_a_basis_whose_parts_have_no_numbers_is_cited_freely(node: Node) -> None:
    basis = [{"instrument": "reciprocity", "article": "1", "status": "reciprocity"}]
    check = assessment.check_draft(node, drafted(node, request=un_only(basis=basis)))
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
    check = assessment.check_draft(node, drafted(node, **sections))
    assert check is not None
    assert check.outcome == "not-judged"
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


def test_what_came_in_is_judged_at_its_own_step(asked: Node) -> None:
    check = assessment.check_received(asked, came_in(Register().ask(now(), **un_only())))
    assert check is not None
    assert check.step == "receive"
    assert check.edition == "", "the request named none"
    assert {f.rule.key for f in check.parts[0].told} >= {"R-027", "R-030"}


def test_our_own_request_did_not_come_in(node: Node) -> None:
    assert assessment.check_received(node, came_in(Register().ask(now(), **un_only()))) is None


@pytest.mark.parametrize("word", HOSTILE)
def test_no_request_of_a_stranger_makes_the_judge_fail(asked: Node, word: str) -> None:
    basis = [
        {"instrument": name, "article": word, "status": "reciprocity"} for name in (word, UN.key)
    ]
    conversation = Register().ask(now(), **un_only(reference=word, basis=basis))
    check = assessment.check_received(asked, came_in(conversation))
    assert check is not None
    assert check.unheld == (word,)


def test_an_amendment_replaces_what_was_said(asked: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_clocks, "ASKERS", test_clocks.ASKERS | {"request.amended"})
    register = Register()
    conversation = register.ask(now(), **un_only())
    bare: dict[str, Any] = {"description": text(), "accounts": [], "period": None}
    found = assessment.check_received(asked, came_in(conversation))
    assert found is not None
    assert "request.custodian" in found.parts[0].known
    register.say("request.amended", conversation, now(), subject=bare)
    found = assessment.check_received(asked, came_in(conversation))
    assert found is not None
    assert "request.custodian" not in found.parts[0].known


def test_of_a_request_that_was_erased_nothing_is_said(asked: Node) -> None:
    conversation = Register().ask(now(), **un_only())
    SectionRow.objects.filter(name="request").update(salt=None, value=None)
    assert assessment.check_received(asked, came_in(conversation)) is None


# ------------------------------------------------------------------ what holds back


def test_nothing_blocks_where_nobody_reviewed(node: Node) -> None:
    row = drafted(node, request=un_only())
    assert told(node, row)["R-030"] == "warn"
    assert not assessment.holds_back(node, row)


def test_one_person_confirms_nothing(node: Node, tmp_path: Path) -> None:
    one = reviewing(node, tmp_path / "one", ["Ana"])
    assert not assessment.holds_back(one, drafted(one))


def test_a_rule_that_two_people_confirmed_blocks(strict: Node) -> None:
    row = drafted(strict)
    assert told(strict, row)["R-030"] == "block"
    assert assessment.holds_back(strict, row)
    with pytest.raises(LawBlockedError):
        drafts._check_law(strict, row)


def test_a_folder_that_is_not_there_holds_everything_back(node: Node) -> None:
    lost = Node(replace(node.config, law="nowhere"), node.keys)
    row = DraftRow.objects.get(id=drafted(node).id)
    with pytest.raises(LawFolderError):
        drafts._check_law(lost, row)


def test_a_list_of_reviewers_that_is_none_holds_everything_back(strict: Node) -> None:
    folder = strict.config.law_folder
    assert folder is not None
    (folder / "reviewers.toml").write_text("reviewer = 1\n", "utf-8")
    law_library._read.cache_clear()
    row = DraftRow.objects.get(id=drafted(strict).id)
    with pytest.raises(ComityError):
        drafts._check_law(strict, row)


def test_a_fact_that_an_officer_adds_settles_the_rule(strict: Node) -> None:
    row = drafted(strict)
    law_overrides.add_facts(strict, row.id, {"request.mla_intended": True}, by="author")
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
        law_overrides.add_facts(node, row.id, given, by="author")
    row.refresh_from_db()
    assert row.law == {}


# ------------------------------------------------------------------ going on in spite of it


def overridden(node: Node, row: DraftRow, who: Officer, reasons: str = "Danger to life.") -> None:
    law_overrides.override(node, row.id, RULE.digest, officer=who, reasons=reasons)


def test_an_official_overrides_with_reasons_and_it_is_written_down(strict: Node) -> None:
    row = drafted(strict)
    overridden(strict, row, officer("chief", "approver"))
    row.refresh_from_db()
    assert told(strict, row)["R-030"] == "warn"
    drafts._check_law(strict, row)
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
    assert assessment.holds_back(strict, DraftRow.objects.get(id=row.id))
    assert not AuditRow.objects.filter(action="law.overridden").exists()


def test_who_made_the_draft_does_not_override_for_it(strict: Node) -> None:
    row = drafted(strict, by="chief")
    with pytest.raises(OverrideOwnError):
        overridden(strict, row, officer("chief", "approver"))
    assert assessment.holds_back(strict, DraftRow.objects.get(id=row.id))


def test_only_approvers_may_override() -> None:
    assert {role for role, rights in RIGHTS.items() if Right.OVERRIDE in rights} == {"approver"}


def test_a_rule_that_only_warns_is_not_overridden(strict: Node) -> None:
    row, chief = drafted(strict), officer("chief", "approver")
    for digest in (UN.rules["R-001"].digest, "sha256:" + "0" * 64, ""):
        with pytest.raises(OverrideError):
            law_overrides.override(strict, row.id, digest, officer=chief, reasons="Because.")


def test_an_override_does_not_hold_for_another_edition_of_the_rule(strict: Node) -> None:
    row = drafted(strict)
    overridden(strict, row, officer("chief", "approver"))
    row.refresh_from_db()
    row.law["overrides"][0]["rule"] = "sha256:" + seed("another edition").hex()
    row.save()
    assert assessment.holds_back(strict, row)


def test_a_closed_draft_is_left_alone(strict: Node) -> None:
    row = drafted(strict)
    draft_changes.discard(row.id, by="author")
    with pytest.raises(OverrideError):
        overridden(strict, row, officer("chief", "approver"))
    with pytest.raises(DraftStageError):
        law_overrides.add_facts(strict, row.id, {"request.mla_intended": True}, by="author")


def test_nothing_of_it_is_in_what_is_sent(strict: Node) -> None:
    row = drafted(strict)
    before = (dict(row.fields), dict(row.sections))
    law_overrides.add_facts(strict, row.id, {"request.mla_intended": False}, by="author")
    overridden(strict, row, officer("chief", "approver"))
    row.refresh_from_db()
    assert (row.fields, row.sections) == before
    assert "Danger to life." not in json.dumps([row.fields, row.sections])


def test_the_setting_is_read_as_it_is_written(node: Node) -> None:
    path = node.config.folder / "node.toml"
    assert tomllib.loads(path.read_text("utf-8"))["law"] == ""
    assert node.config.law_folder is None
