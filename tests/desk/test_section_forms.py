"""Forms of sections are made from their models: what they show comes back, faults find a field."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.desk.sent_forms import posted
from tests.exchange.makers import BODIES, VN, ZA

from comity.canonical import time_text
from comity.evidence import age_keys
from comity.exchange.bodies import SECTIONS
from comity.exchange.values import Model, is_text, kind_of, model_of, name_of, plain_of
from comity.node.assistance.table_forms import ActionReportForm, MinutesForm
from comity.node.compose import item_forms
from comity.node.compose.section_forms import SECTION_FORMS, UNWRITTEN, DeliveryForm
from comity.node.compose.section_rows import MACHINE
from comity.node.mail.pages.forms import PAPER_FORMS
from comity.node.web.section_form import SectionForm
from comity.node.web.section_labels import HINT, SECTION, TABLES

LANG = "vi"
FORMS: dict[str, type[SectionForm]] = {**SECTION_FORMS, **PAPER_FORMS, "delivery": DeliveryForm}
BY_PROGRAM = UNWRITTEN - {"delivery", "request"}
GENERIC = sorted(name for name, form in SECTION_FORMS.items() if form is SectionForm)
CHOICES = {"decision": item_forms.DECIDED, "execution": item_forms.EXECUTED}
type Value = dict[str, Any]


def form_of(name: str, data: Any = None, **more: Any) -> SectionForm:
    """Return a section's form, told what its page tells it."""
    form = FORMS[name](name, data, **more)
    if isinstance(form, MinutesForm):
        form.know([{"number": n, "title": f"Item {n}"} for n in (1, 2)], (ZA, VN))
    if isinstance(form, ActionReportForm):
        form.know([(1, "Send the model form"), (2, "Try it in one case")])
    if name in CHOICES:
        known: Any = [SimpleNamespace(number=n, description={"text": "Logs"}) for n in (1, 2)]
        item_forms.offer(form, known, CHOICES[name])
    return form


def shown(name: str, value: Value) -> SectionForm:
    """Return the form that shows a value."""
    return form_of(name, initial=FORMS[name].initial_of(name, value))


def sent_back(name: str, value: Value) -> SectionForm:
    """Return the form that a value comes back in, as it was shown."""
    before = FORMS[name].initial_of(name, value)
    return form_of(name, posted(shown(name, value)), initial=before)


# ------------------------------------------------------------------ values


def in_lang(value: Any) -> Any:
    """Return a value with every text in the language of these tests."""
    if isinstance(value, dict) and set(value) == {"lang", "text"}:
        return {**value, "lang": LANG}
    if isinstance(value, dict):
        return {name: in_lang(one) for name, one in value.items()}
    return [in_lang(one) for one in value] if isinstance(value, list) else value


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Return what a type may hold."""
    model, plain, name = model_of(kind), plain_of(kind), name_of(kind)
    words = st.from_regex(r"[A-Za-z]([A-Za-z ]{0,20}[a-z])?", fullmatch=True)
    if is_text(model):
        return st.builds(lambda text: {"lang": LANG, "text": text}, words)
    if model is not None:
        return bodies(model)
    if get_origin(plain) is Literal:
        return st.sampled_from(get_args(plain))
    if plain is bool:
        return st.booleans()
    if plain is int:
        return st.integers(1, 1000)
    if name == "Time":
        seconds = st.integers(10**9, 3 * 10**9)
        return seconds.map(lambda at: time_text(datetime.fromtimestamp(at, UTC)))
    return st.sampled_from([VN, ZA]) if name == "Party" else words


def bodies(model: type[Model]) -> st.SearchStrategy[Any]:
    """Return values of a model."""
    found = {}
    for name, member in model.model_fields.items():
        kind, may_be_null, many = kind_of(member.annotation)
        one = values(kind)
        if name == "currency":
            one = st.from_regex(r"[A-Z]{3}", fullmatch=True)
        one = st.lists(one, min_size=1, max_size=4) if many else one
        found[name] = st.none() | one if may_be_null else one
    return st.fixed_dictionaries(found)


# ------------------------------------------------------------------ forms


def test_every_section_but_those_of_programs_has_a_form() -> None:
    assert set(FORMS) == set(SECTIONS) - BY_PROGRAM


@pytest.mark.parametrize("name", sorted(set(FORMS) - {"delivery"}))
def test_a_value_comes_back_as_it_was(name: str) -> None:
    value = in_lang(BODIES[name])
    if name == "table":  # the form does not ask for the language of a document
        value["documents"] = [{**one, "language": None} for one in value["documents"]]
    if name == "minutes":  # an action is due at the end of its day
        for action in value["actions"]:
            action["due_by"] = "2026-09-01T23:59:00Z"
    form = sent_back(name, value)
    assert form.errors == {}
    assert form.value(LANG) == value


def test_a_key_comes_back_as_it_was() -> None:
    value = {"recipient": str(age_keys.generate(os.urandom).recipient)}
    form = sent_back("delivery", value)
    assert form.errors == {}
    assert form.value(LANG) == value
    assert set(form_of("delivery", {"delivery-recipient": "age1" + "q" * 58}).errors) == {
        "recipient"
    }


@pytest.mark.parametrize("name", GENERIC)
@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_any_value_comes_back_as_it_was(name: str, data: st.DataObject) -> None:
    value = data.draw(bodies(SECTIONS[name]))
    SECTIONS[name].model_validate(value)
    form = sent_back(name, value)
    if set(form.errors) == {"ends"}:  # what no rule of the protocol asks
        return
    assert form.errors == {}
    assert form.value(LANG) == value


@pytest.mark.parametrize("name", sorted(SECTION_FORMS))
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_what_a_form_takes_its_model_takes(name: str, data: st.DataObject) -> None:
    good = posted(shown(name, in_lang(BODIES[name])))
    some = st.sampled_from(["", " ", "1", "-1", "x" * 301, "za/central-authority", "ZAR", "other"])
    for field in data.draw(st.lists(st.sampled_from(sorted(good)), max_size=3)):
        good[field] = data.draw(some | st.text(max_size=20))
    before = FORMS[name].initial_of(name, BODIES[name])
    form = form_of(name, good, initial=before)
    if form.is_valid():
        SECTIONS[name].model_validate(form.value("en"))
    else:
        assert set(form.errors) <= set(form.fields)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_what_is_missing_is_told_at_its_field(name: str) -> None:
    for field in form_of(name):
        if field.field.required:
            data = posted(shown(name, in_lang(BODIES[name])))
            if field.widget_type == "checkboxselectmultiple":
                del data[field.html_name]
            else:
                data[field.html_name] = ""
            form = form_of(name, data, initial=FORMS[name].initial_of(name, BODIES[name]))
            assert set(form.errors) == {field.name}
            assert form.errors[field.name] == [field.field.error_messages["required"]]


@pytest.mark.parametrize(
    ("section", "field", "spoilt", "told"),
    [
        ("costs", "currency", "Rand", "Enter a valid value."),
        ("costs", "amount_minor", str(2**53), "to 9007199254740991"),
        ("forwarding", "to", "the police", "Enter a valid value."),
        ("use", "to", "the police", "Enter a valid value."),
        ("conditions", "conditions-0-text", "", "This field is required."),
        ("decision", "grounds", "x\n" * 21, "At most 20 entries."),
        (
            "decision",
            "grounds",
            "x\n" + "x" * 301,
            "Line 2: Write at most 300 char",
        ),
        ("subject", "end", "", "Fill in all of this, or none."),
        ("subject", "end", "1990-01-01T00:00", "The end is before the begin."),
        ("nominations", "nominees", "A | B | en\n" * 201, "At most 200 entries."),
        ("table", "agenda", "Talk | 1441", "Line 1: title | minutes, from 1 to 1440."),
        ("table-answer", "people", "1001", "to 1000"),
        ("request", "status", "", "Fill in all of this, or none."),
    ],
)
def test_what_is_spoilt_is_told_at_its_field(
    section: str, field: str, spoilt: str, told: str
) -> None:
    data = posted(shown(section, in_lang(BODIES[section])))
    data[f"{section}-{field}"] = spoilt
    form = form_of(section, data, initial=FORMS[section].initial_of(section, BODIES[section]))
    assert set(form.errors) == {field}
    assert told in " ".join(map(str, form.errors[field]))


def test_a_section_that_may_stay_empty_is_whole_where_it_is_begun() -> None:
    empty = {f"authority-{name}": "" for name in ("name", "title", "contact")}
    form = form_of("authority", empty, optional=True)
    assert form.is_valid()
    assert form.value(LANG) is None
    form = form_of("authority", empty | {"authority-name": "Police"}, optional=True)
    assert form.errors == {name: ["Fill in all of this, or none."] for name in ("title", "contact")}


def test_the_second_row_of_a_list_is_named_though_the_first_stays_empty() -> None:
    data = posted(form_of("conditions"))
    data["conditions-conditions-0-kind"] = "other"
    data["conditions-conditions-0-text"] = "No copies"
    data["conditions-conditions-2-kind"] = "return"
    form = form_of("conditions", data)
    assert form.errors == {"conditions-2-text": ["Fill in all of this, or none."]}


# ------------------------------------------------------------------ labels


def members_of(
    model: type[Model], hidden: frozenset[str], path: str = ""
) -> Iterator[tuple[str, Any]]:
    """Yield each member with its type, parts after what they are part of."""
    for name, member in model.model_fields.items():
        kind = kind_of(member.annotation)[0]
        yield f"{path}{name}", kind
        inner = model_of(kind)
        if inner is not None and not is_text(inner) and name not in hidden:
            yield from members_of(inner, hidden, f"{path}{name}.")


@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_every_member_and_code_has_a_label_in_the_order_of_the_model(section: str) -> None:
    wanted = [SECTION]
    for path, kind in members_of(SECTIONS[section], MACHINE.get(section, frozenset())):
        wanted.append(path)
        codes = get_args(plain_of(kind)) if get_origin(plain_of(kind)) is Literal else ()
        if name_of(kind) not in {"Kind", "Measure"}:  # these have words of their own
            wanted += [f"{path}.{code}" for code in codes if isinstance(code, str)]
    hints = {name for name in TABLES[section] if name.endswith(f".{HINT}")}
    assert [name for name in TABLES[section] if name not in hints] == wanted
    assert {name.removesuffix(f".{HINT}") for name in hints} <= set(wanted)


def test_no_table_is_without_a_section() -> None:
    assert set(TABLES) == set(SECTIONS)
