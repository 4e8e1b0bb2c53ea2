"""What a field says of a number or of a length: what is allowed, in this node's own words."""

import re
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from pydantic import BaseModel, Field
from pydantic import ValidationError as ModelError
from tests.conftest import REPOSITORY

from comity.node.operations.setup_wizard.forms import OfficeForm
from comity.node.web.fault_sentences import fault_sentence
from comity.node.web.form_fields import whole_number

NODE = REPOSITORY / "src" / "comity" / "node"


def said(field: forms.Field, typed: str) -> str:
    with pytest.raises(ValidationError) as fault:
        field.clean(typed)
    [told] = fault.value.messages
    return str(told)


@pytest.mark.parametrize("typed", ["0", "65536", "9" * 400, "eighty", "80.5", "-1", "8\u202e0"])
def test_the_port_says_what_is_allowed_whatever_is_wrong(typed: str) -> None:
    told = said(OfficeForm.base_fields["port"], typed)
    assert told == "Enter a whole number from 1 to 65535."


@pytest.mark.parametrize(
    ("limits", "typed", "told"),
    [
        ({"least": 5}, "4", "Enter a whole number of at least 5."),
        ({"most": 5}, "6", "Enter a whole number of at most 5."),
        ({}, "six", "Enter a whole number."),
    ],
)
def test_a_number_says_the_limit_it_has(limits: Any, typed: str, told: str) -> None:
    assert said(whole_number("Minutes", **limits), typed) == told


def test_a_text_says_how_long_it_may_be_in_every_form() -> None:
    assert said(forms.CharField(max_length=3), "four") == (
        "Write at most 3 characters. You wrote 4."
    )
    assert said(forms.CharField(min_length=3), "me") == "Write at least 3 characters. You wrote 2."


def test_a_model_that_refuses_says_it_in_the_same_words() -> None:
    class Told(BaseModel):
        count: int = Field(ge=1, le=3)
        text: str = Field(max_length=3)

    with pytest.raises(ModelError) as fault:
        Told(count=4, text="four")
    assert [str(fault_sentence(dict(one))) for one in fault.value.errors()] == [
        "Enter a whole number of at most 3.",
        "Write at most 3 characters. You wrote 4.",
    ]


def test_no_form_makes_a_number_field_of_its_own() -> None:
    made = re.compile(r"forms\.(Integer|Float|Decimal)Field\(")
    found = [p.name for p in NODE.rglob("*.py") if made.search(p.read_text("utf-8"))]
    assert found == ["form_fields.py"]


class Upload(forms.Form):
    """A form with a file, whose choice a browser does not keep."""

    name = forms.CharField(max_length=3)
    file = forms.FileField(required=False)


class Word(forms.Form):
    """A form with a password, which no page shows again."""

    name = forms.CharField(max_length=3)
    password = forms.CharField(widget=forms.PasswordInput)


class Plain(forms.Form):
    """A form whose fields all stand as they were typed."""

    name = forms.CharField(max_length=3)


@pytest.mark.parametrize(("form", "again"), [(Upload, True), (Word, True), (Plain, False)])
def test_a_page_that_asks_for_a_correction_says_what_is_to_be_entered_again(
    form: type[forms.Form], *, again: bool
) -> None:
    told = render_to_string("web/errors.html", {"form": form({"name": "four"})})
    assert ("Enter passwords and choose files again" in told) is again
    assert ("Nothing you entered is lost" in told) is not again
