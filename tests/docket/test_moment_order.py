"""What an act says ends does not end before it begins: where it is recorded, and in its form."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.docket.makers import BODIES

from comity.canonical import time_text
from comity.docket.acts import ACTS
from comity.docket.moment_order import ORDER, MomentOrderError, Pair, check_order
from comity.exchange.faults import in_words
from comity.exchange.model_members import kind_of, name_of
from comity.node.docket.pages.forms import ActForm

EARLY, LATE = "2026-05-01T08:00:00Z", "2026-05-01T16:00:00Z"
ROWS = [(act, pair) for act, pairs in ORDER.items() for pair in pairs]


@pytest.mark.parametrize(("act", "pair"), ROWS)
def test_the_wrong_order_is_refused_and_the_member_named(act: str, pair: Pair) -> None:
    fields = ACTS[act].body.model_fields
    assert {name_of(kind_of(fields[n].annotation)[0]) for n in (pair.first, pair.then)} == {"Time"}
    check_order(act, {pair.first: EARLY, pair.then: LATE})
    with pytest.raises(MomentOrderError, match=f"^{pair.then} must be") as fault:
        check_order(act, {pair.first: LATE, pair.then: EARLY})
    faults: Any = fault.value.facts["faults"]
    (told,) = faults
    assert (told["loc"], in_words(told)[:8]) == ((pair.then,), "must be ")


def test_a_shift_of_no_length_is_none_and_what_is_left_out_is_not_compared() -> None:
    with pytest.raises(MomentOrderError):
        check_order("shift.begun", {"at": EARLY, "until": EARLY})
    check_order("shift.begun", {"at": EARLY, "until": None})
    check_order("order.issued", {"issued_at": EARLY, "until": EARLY})


def test_the_last_moment_there_is_has_an_example_too() -> None:
    last = time_text(datetime.max.replace(tzinfo=UTC))
    with pytest.raises(MomentOrderError):
        check_order("shift.begun", {"at": last, "until": last})


def test_the_form_says_it_beside_the_field() -> None:
    told: dict[str, Any] = {
        **{f"said-{name}": value for name, value in BODIES["order.issued"].items() if value},
        "said-what": "Keep one mailbox.",
        "said-issued_at": "2026-05-02T08:00",
        "said-until": "2026-05-01T08:00",
    }
    form = ActForm(ACTS["order.issued"], told)
    assert set(form.errors) == {"until"}
    told["said-until"] = "2026-05-02T09:00"
    assert ActForm(ACTS["order.issued"], told).errors == {}
