"""Legal wording that no lawyer confirmed is marked where it is read, and no other wording is.

It is another question than whether two people confirmed what a rule says.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client, RequestFactory
from tests.docket.conftest import REQUEST, SENEGAL, DeskOffice, asks, text
from tests.instruments.reviewed import reviewed_library

from comity.node.assistance.forms import BoardForm
from comity.node.compose.pages.hints import hints
from comity.node.compose.pages.law_overrides import FactsForm
from comity.node.compose.pages.refusal import decision_form
from comity.node.compose.section_rows import tell
from comity.node.core.law_library import lawbook
from comity.node.law.wording import UNREVIEWED
from comity.node.messages import drafts
from comity.node.models import DraftRow, Officer

pytestmark = pytest.mark.django_db
MARK = str(UNREVIEWED)
BASIS = [{"instrument": "un-2024", "article": "42", "status": "signed-not-in-force"}]


@pytest.fixture(params=[False, True], ids=["unreviewed", "reviewed"])
def reviewed(
    request: pytest.FixtureRequest, office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Return whether somebody confirmed the wording of every file, as the office's law now says."""
    if request.param:
        library = reviewed_library()
        made = replace(lawbook(office.node.config), library=library)
        monkeypatch.setattr("comity.node.core.law_library._read", lambda _folder: made)
        for place in ("law.assessment_rows.laws", "assistance.topics.library"):
            monkeypatch.setattr(f"comity.node.{place}", lambda: library)
    return bool(request.param)


def drafted(office: DeskOffice) -> DraftRow:
    values: dict[str, Any] = {
        "request": {**REQUEST["request"], "measure": "preservation", "basis": BASIS},
        "subject": REQUEST["subject"],
        "grounds": {"offence": text(), "facts": text(), "necessity": text()},
    }
    return drafts.prepare(
        office.node, message_type="request.submitted", values=values, by="case", members=(SENEGAL,)
    )


def test_what_the_rules_say_of_a_draft_is_marked_once_a_block(
    office: DeskOffice, desk: Callable[[Officer], Client], reviewed: bool
) -> None:
    row = drafted(office)
    page = desk(office.people["case"]).get(f"/drafts/{row.id}").text
    assert page.count('<h2 id="check">') == 1
    assert (page.count(MARK) == 0) is reviewed
    assert page.count(MARK) <= 2, "the findings, and the form that asks what is open"


@pytest.mark.parametrize("path", ["/treaties", "/treaties/az"])
def test_a_page_of_treaties_is_marked(
    office: DeskOffice, desk: Callable[[Officer], Client], reviewed: bool, path: str
) -> None:
    page = desk(office.people["case"]).get(path).text
    assert page.count(MARK) == (0 if reviewed else 1)


def test_the_grounds_that_are_offered_are_marked(office: DeskOffice, reviewed: bool) -> None:
    conversation = office.written(
        sections={**REQUEST, "request": {**REQUEST["request"], "basis": BASIS}}
    )
    form = decision_form(office.node, conversation, "request.refused", None)
    assert form is not None
    assert (MARK in str(form.fields["grounds"].help_text)) is not reviewed


def test_the_grounds_of_a_decision_are_marked_after_the_last(
    office: DeskOffice, reviewed: bool
) -> None:
    decision = {"reasons": text(), "grounds": ["un-2024 36-1", "un-2024 37-1"]}
    ours = {**decision, "grounds": ["Section 8 of our own law"]}
    shown = [row for row in tell({"decision": decision}, "request.refused", {}) if row.depth]
    assert [row.notices for row in shown if row.notices] == ([] if reviewed else [(MARK,)])
    assert not any(row.notices for row in tell({"decision": ours}, "request.refused", {}))


def test_questions_templates_and_topics_are_marked(office: DeskOffice, reviewed: bool) -> None:
    asked = FactsForm(office.node, ["case.offence", "route.agreed"])
    assert asked.fields
    assert asked.unreviewed is not reviewed
    template = RequestFactory().get("/", {"template": "phishing-kit"})
    assert hints(office.node, template).unreviewed is not reviewed
    assert (MARK in str(BoardForm("need").fields["topics"].help_text)) is not reviewed


def test_the_figures_of_the_statistics_are_marked(
    office: DeskOffice, desk: Callable[[Officer], Client], reviewed: bool
) -> None:
    asks(office)
    page = desk(office.people["auditor"]).get("/statistics").text
    assert page.count(MARK) == (0 if reviewed else 1)
