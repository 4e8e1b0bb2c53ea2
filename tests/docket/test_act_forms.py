"""Forms of acts are made from their models: what they show comes back as it was."""

from typing import Any

import pytest
from tests.desk.sent_forms import posted
from tests.docket.makers import BODIES

from comity.docket.acts import ACTS
from comity.exchange.values import Model, kind_of, model_of, plain_of
from comity.node.docket.pages.forms import ActForm

LANG = "vi"


def written(model: type[Model]) -> bool:
    """Tell whether a person can write all of it: no member is an object without a model."""
    for member in model.model_fields.values():
        kind = kind_of(member.annotation)[0]
        inner = model_of(kind)
        if (inner and not written(inner)) or "dict" in str(plain_of(kind)):
            return False
    return True


@pytest.mark.parametrize("act", sorted(act for act in BODIES if written(ACTS[act].body)))
def test_what_an_act_says_comes_back_as_it_was(act: str) -> None:
    body: dict[str, Any] = BODIES[act]
    shown = ActForm(ACTS[act], initial=body)
    form = ActForm(ACTS[act], posted(shown), initial=body)
    assert form.errors == {}
    assert form.value(LANG) == body


@pytest.mark.parametrize(
    ("field", "spoilt", "told"),
    [
        ("cost-currency", "eur", "Enter the three capital letters of a currency"),
        ("cost-currency", "", "Fill in all of this, or none."),
        ("provider_reference", "x" * 301, "Write at most 300 characters"),
    ],
)
def test_what_the_model_refuses_is_told_at_its_field(field: str, spoilt: str, told: str) -> None:
    act, body = ACTS["order.complied"], BODIES["order.complied"]
    data = posted(ActForm(act, initial=body))
    data[f"said-{field}"] = spoilt
    form = ActForm(act, data, initial=body)
    assert set(form.errors) == {field}
    assert told in " ".join(map(str, form.errors[field]))
