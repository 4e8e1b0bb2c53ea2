"""What is wrong with an act stands at its field, or says which rule is broken."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from tests.desk.sent_forms import posted
from tests.docket.conftest import SENEGAL, DeskOffice
from tests.docket.makers import BODIES
from tests.docket.test_act_forms import written
from tests.walks import every

import comity
from comity.docket.acts import ACTS, Hand
from comity.exchange.values import plain_of
from comity.node.cases.broken_rules import RULE, BrokenRuleError, placed
from comity.node.cases.docket_store import DocketRuleError
from comity.node.docket import labels as dw
from comity.node.docket.pages.forms import ActForm
from comity.node.web import labels
from comity.node.web.measure_labels import MEASURE

FORMS = sorted(act for act in BODIES if written(ACTS[act].body))


@every("act", FORMS)
def test_an_empty_form_is_refused_at_its_fields_alone(act: str) -> None:
    form = ActForm(ACTS[act], {})
    wanted = {name for name, field in form.fields.items() if field.required}
    assert form.is_valid() == (not wanted)
    assert "__all__" not in form.errors
    assert wanted <= set(form.errors)


@pytest.mark.full
@every("act", FORMS)
def test_each_field_that_is_left_empty_or_spoilt_is_named(act: str) -> None:
    names = list(posted(ActForm(ACTS[act], initial=BODIES[act])))
    for name in names:
        for value in ("", "x" * 5000):
            said = posted(ActForm(ACTS[act], initial=BODIES[act]))
            said[name] = value
            form = ActForm(ACTS[act], said, initial=BODIES[act])
            assert form.is_valid() or "__all__" not in form.errors, (name, value)


def _kinds(kind: type[BrokenRuleError]) -> Iterator[type[BrokenRuleError]]:
    for one in kind.__subclasses__():
        yield from (one, *_kinds(one))


def _written() -> tuple[set[str], list[dict[str, ast.expr]]]:
    """Return every text in the program, and what each error of a broken rule is made with."""
    kinds = {kind.__name__ for kind in _kinds(BrokenRuleError)}
    texts, made = set[str](), []
    for part in ("docket", "node"):
        for path in (Path(comity.__file__).parent / part).rglob("*.py"):
            for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    texts.add(one.value)
                if isinstance(one, ast.Call) and getattr(one.func, "id", "") in kinds:
                    made.append({str(word.arg): word.value for word in one.keywords})
    return texts, made


_ELSEWHERE = {"act", "case", "kind", "words"}
"""Members of requests that no act of the docket has."""


@pytest.mark.full
def test_each_rule_of_an_act_has_words_of_its_own_and_names_a_member_that_is_there() -> None:
    texts, made = _written()
    assert len(made) > 50
    assert all("rule" in one for one in made)
    rules = {str(one["rule"].value) for one in made if isinstance(one["rule"], ast.Constant)}
    assert rules <= set(RULE) <= texts
    members = {name for act in ACTS.values() for name in act.body.model_fields} | _ELSEWHERE
    named = [one["member"] for one in made if "member" in one]
    assert {one.value for one in named if isinstance(one, ast.Constant)} <= members


def test_the_words_of_each_rule_say_what_is_wrong_and_what_to_do() -> None:
    words = {str(one) for one in RULE.values()}
    assert len(words) == len(RULE)
    assert [one for one in words if ". " not in one] == []
    assert not words & {str(labels.fault(kind.code)) for kind in _kinds(BrokenRuleError)}


DUE = "2026-03-31T00:00:00Z"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("act", "begun", "spoilt", "told"),
    [
        (
            "subject-request.received",
            "",
            {"identity": "document"},
            ("identity_shown_by", "the document"),
        ),
        (
            "subject-request.received",
            "",
            {"identity_shown_by": "passport"},
            ("identity", "Not shown yet"),
        ),
        (
            "subject-request.extended",
            "subject-request.received",
            {"due": DUE},
            ("due", "later than the present"),
        ),
        (
            "subject-request.decided",
            "subject-request.received",
            {"grounds": []},
            ("grounds", "Choose one from the list"),
        ),
        (
            "subject-request.decided",
            "subject-request.received",
            {"decision": "grant"},
            ("grounds", "no ground"),
        ),
        (
            "subject-request.decided",
            "subject-request.received",
            {"decision": "grant", "grounds": []},
            ("decision", "identity check first"),
        ),
        (
            "breach.found",
            "",
            {"parties": ["za/contact-point"]},
            ("parties", "Your own office"),
        ),
        (
            "breach.found",
            "",
            {"parties": [SENEGAL, SENEGAL]},
            ("parties", "entered twice"),
        ),
        (
            "breach.state-told",
            "breach.found",
            {"party": "vn/contact-point"},
            ("party", "Update the breach"),
        ),
        (
            "breach.closed",
            "breach.found",
            {},
            ("not_told", "Not everyone"),
        ),
        (
            "authority.entered",
            "",
            {"party": "za/prosecutor"},
            ("party", "your own State"),
        ),
        (
            "authority.entered",
            "",
            {"party": "vm/prosecutor"},
            ("party", "two letters of a State"),
        ),
        (
            "authority.joined",
            "authority.entered",
            {"party": "sn/nobody"},
            ("party", "no node"),
        ),
    ],
)
def test_a_broken_rule_of_any_domain_stands_at_its_field(
    office: DeskOffice, act: str, begun: str, spoilt: dict[str, Any], told: tuple[str, str]
) -> None:
    (member, words), decides = told, Hand.OFFICER not in ACTS[act].hands
    place: dict[str, Any] = {"who": "approver" if decides else "case"}
    if begun:
        place["item"] = office.do(begun, BODIES[begun]).id
    said = {**BODIES[act], **spoilt}
    with pytest.raises(BrokenRuleError) as fault:
        office.do(act, said, **place)
    form = ActForm(ACTS[act], posted(ActForm(ACTS[act], initial=said)))
    assert placed(fault.value, [form], label=dw.field) == ""
    assert set(form.errors) == {member}
    assert words in " ".join(map(str, form.errors[member]))
    faults: Any = fault.value.facts["faults"]
    assert (fault.value.facts["act"], faults[0]["loc"]) == (act, (member,))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoilt", "member", "words"),
    [
        ({"until": None}, "until", "An order to preserve must have an end."),
        ({"provider": "0198c0de-0000-7000-8000-000000000001"}, "provider", "no such provider"),
    ],
)
def test_a_broken_rule_stands_at_its_field(
    office: DeskOffice, spoilt: dict[str, Any], member: str, words: str
) -> None:
    said = {**BODIES["order.issued"], **spoilt}
    with pytest.raises(DocketRuleError) as fault:
        office.do("order.issued", said, case="2026-000001")
    form = ActForm(ACTS["order.issued"], posted(ActForm(ACTS["order.issued"], initial=said)))
    assert words in placed(fault.value, [])
    assert placed(fault.value, [form]) == ""
    assert words in " ".join(map(str, form.errors[member]))
    faults: Any = fault.value.facts["faults"]
    assert (fault.value.facts["act"], faults[0]["loc"]) == ("order.issued", (member,))


@pytest.mark.django_db
def test_the_name_of_a_provider_hides_nothing(office: DeskOffice) -> None:
    with pytest.raises(DocketRuleError) as fault:
        office.do("provider.entered", {**BODIES["provider.entered"], "name": "Mail \u202eZA"})
    assert "invisible" in placed(fault.value, [])


@pytest.mark.parametrize(
    ("act", "field", "told"),
    [
        ("provider.entered", "country", "two letters of a State"),
        ("order.complied", "cost-currency", "three capital letters"),
    ],
)
def test_a_code_that_is_misspelt_is_told_how_it_is_written(act: str, field: str, told: str) -> None:
    said = posted(ActForm(ACTS[act], initial=BODIES[act]))
    said[f"said-{field}"] = "?!"
    form = ActForm(ACTS[act], said)
    assert told in " ".join(map(str, form.errors[field]))


def test_what_was_done_is_not_called_what_was_ordered() -> None:
    ordered, done = (dw.field(act, "what") for act in ("order.issued", "order.complied"))
    assert (ordered, done) == ("Content of the order", "Action taken")


def test_a_measure_is_called_alike_on_every_page() -> None:
    kinds = plain_of(ACTS["order.issued"].body.model_fields["measure"].annotation)
    for one in set(get_args(kinds)) & set(MEASURE):
        assert dw.code("measure", one) == str(MEASURE[one])
    assert dw.code("measure", "preservation") == "Expedited preservation"
