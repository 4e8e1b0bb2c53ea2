"""What is typed in a form reaches the content that is signed, or is refused beside its field."""

import pytest
from django import forms
from tests.desk.sent_forms import posted
from tests.desk.test_pasted_identifiers import typed
from tests.desk.test_section_forms import FORMS, form_of, in_lang, shown
from tests.exchange.makers import BODIES

from comity.node.compose.identifiers import HOLDER, MAX_ROWS, PASTE
from comity.node.compose.section_forms import SubjectForm
from comity.node.web.form_fields import LinesField

WORD = "Zanzibar"
NAMES = sorted(FORMS)


def free_texts(form: forms.Form) -> list[str]:
    """Return the names of the fields in which anything may be typed."""
    plain = (forms.CharField, LinesField)
    return [name for name, one in form.fields.items() if type(one) in plain]


def test_each_field_reaches_the_content_or_has_an_error() -> None:
    lost, reached = [], 0
    for name in NAMES:
        whole = posted(shown(name, in_lang(BODIES[name])) if name in BODIES else form_of(name))
        for field in free_texts(form_of(name, whole)):
            for data in ({}, whole.dict()):
                form = form_of(name, {**data, f"{name}-{field}": WORD})
                for one in form.fields.values():
                    one.required = bool(data) and one.required
                if form.is_valid():
                    reached += WORD in str(form.value("en"))
                    lost += [(name, field)] if WORD not in str(form.value("en")) else []
    assert lost == []
    assert reached > 40


@pytest.mark.parametrize("text", ["", "Subject: greetings\nFrom: nobody\n\nRegards"])
def test_a_holder_without_an_identifier_is_refused_at_its_field(text: str) -> None:
    form = SubjectForm("subject", typed(text, **{"subject-row_holder": WORD}))
    assert not form.is_valid()
    assert "description" not in form.errors
    assert "name the holder in" in str(form.errors[HOLDER])
    assert form[HOLDER].value() == WORD, "what was typed stays"
    assert (PASTE in form.errors) == bool(text), "a text without an identifier is not dropped"


def test_a_holder_goes_to_the_rows_that_name_none() -> None:
    rows = {"subject-row_kind_1": "ip", "subject-row_identifier_1": "203.0.113.9"}
    form = SubjectForm("subject", typed("", **rows, **{"subject-row_holder": WORD}))
    assert form.is_valid(), form.errors
    assert [one["service"] for one in form.accounts] == [WORD]
    assert not form[HOLDER].value(), "it is in the row now, where it can be corrected"


def test_identifiers_beyond_the_last_row_are_refused() -> None:
    many = "\n".join(f"a{number}.example" for number in range(MAX_ROWS + 5))
    form = SubjectForm("subject", typed(many, **{"subject-row_holder": "registry"}))
    assert "At most 500 identifiers" in str(form.errors[PASTE])
