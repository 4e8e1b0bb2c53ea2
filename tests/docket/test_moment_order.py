"""What an act says happened has happened, and nothing ends, or is answered, before it begins."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.desk.sent_forms import posted
from tests.docket.conftest import DeskOffice
from tests.docket.makers import BODIES, ITEM, section
from tests.walks import every

from comity.canonical import time_text
from comity.docket import Done, Entry
from comity.docket.acts import ACTS, NEW
from comity.docket.moment_order import (
    FREE,
    HAPPENED,
    ORDER,
    MomentAheadError,
    MomentOrderError,
    Pair,
    check_moments,
)
from comity.exchange.accept import MAX_AHEAD
from comity.exchange.faults import in_words
from comity.exchange.values import Model, kind_of, model_of, name_of
from comity.node.cases.broken_rules import placed
from comity.node.cases.docket_store import DocketRuleError
from comity.node.docket import labels as dw
from comity.node.docket.pages.forms import ActForm

EARLY, LATE = "2026-05-01T08:00:00Z", "2026-05-01T16:00:00Z"
AT = datetime(2026, 5, 2, 8, 0, tzinfo=UTC)
ROWS = [(act, pair) for act, pairs in ORDER.items() for pair in pairs]
UPDATES = {"agreement.entered", "authority.contacted", "authority.entered", "provider.entered"}
"""Acts that state again how something stands, or of which what was said before decides nothing."""


def moments(model: type[Model]) -> Iterator[tuple[str, bool]]:
    """Yield each moment that a model names, and whether it stands at the top."""
    for name, member in model.model_fields.items():
        kind = kind_of(member.annotation)[0]
        if name_of(kind) == "Time":
            yield name, True
        elif inner := model_of(kind):
            yield from ((one, False) for one, _top in moments(inner))


def happened(act: str) -> list[str]:
    """Return the members of an act that say when something happened."""
    return [name for name, _top in moments(ACTS[act].body) if name in HAPPENED]


DATED = sorted(act for act in ACTS if happened(act))


def before(act: str, **said: Any) -> Done:
    """Return an earlier entry of an item."""
    told = section(said)
    entry = Entry(
        item=ITEM, number=1, previous=None, act=act, case="", by="a", at=AT, body=told.commitment
    )
    return Done(entry, told)


@every("act", sorted(ACTS))
def test_each_moment_of_each_act_either_has_happened_or_may_lie_ahead(act: str) -> None:
    for name, top in moments(ACTS[act].body):
        assert (name in HAPPENED) + (name in FREE) == 1, name
        assert top or name in FREE, f"{name} stands where nothing is checked"


@every("act", DATED)
def test_what_happened_is_refused_while_it_lies_in_the_future(act: str) -> None:
    for name in happened(act):
        late = time_text(AT + MAX_AHEAD + timedelta(seconds=1))
        with pytest.raises(MomentAheadError, match=f"^{name} must not lie in the future") as fault:
            check_moments(act, {name: late}, (), at=AT)
        faults: Any = fault.value.facts["faults"]
        assert [one["loc"] for one in faults] == [(name,)]
        check_moments(act, {name: time_text(AT + MAX_AHEAD)}, (), at=AT)
        check_moments(act, {name: None}, (), at=AT)


@every("act", [act for act in DATED if NEW not in ACTS[act].sources and act not in UPDATES])
def test_what_follows_something_dated_is_compared_with_it(act: str) -> None:
    kind = ACTS[act].kind
    begins = [one for one in ACTS.values() if one.kind == kind and NEW in one.sources]
    if any(happened(one.name) for one in begins):
        for name in happened(act):
            assert any(pair.of and pair.then == name for pair in ORDER.get(act, ())), name


@pytest.mark.parametrize(("act", "pair"), ROWS)
def test_the_wrong_order_is_refused_and_the_member_named(act: str, pair: Pair) -> None:
    fields, firsts = ACTS[act].body.model_fields, ACTS[pair.of or act].body.model_fields
    for one in (fields[pair.then], firsts[pair.first]):
        assert name_of(kind_of(one.annotation)[0]) == "Time"

    def check(first: str, then: str) -> None:
        said, earlier = ({pair.then: then}, [before(pair.of, **{pair.first: first})])
        if not pair.of:
            said, earlier = {pair.first: first, pair.then: then}, []
        check_moments(act, said, earlier, at=AT)

    check(EARLY, LATE)
    with pytest.raises(MomentOrderError, match=f"^{pair.then} must be") as fault:
        check(LATE, EARLY)
    faults: Any = fault.value.facts["faults"]
    (told,) = faults
    assert (told["loc"], in_words(told)[:8]) == ((pair.then,), "must be ")


@every("act", sorted(ORDER))
def test_an_earlier_entry_that_was_erased_or_says_nothing_is_not_compared(act: str) -> None:
    for pair in ORDER[act]:
        if pair.of:
            erased = Done(before(pair.of).entry, None)
            check_moments(act, {pair.then: EARLY}, [erased, before(pair.of)], at=AT)


def test_of_several_banks_one_was_asked_before_it_answered() -> None:
    asked = [before("recall.asked", at=LATE), before("recall.asked", at=EARLY)]
    check_moments("recall.answered", {"at": EARLY}, asked, at=AT)
    with pytest.raises(MomentOrderError):
        check_moments("recall.answered", {"at": EARLY}, asked[:1], at=AT)


def test_an_order_is_renewed_beyond_each_end_that_it_had() -> None:
    had = [
        before("order.issued", issued_at=EARLY, until="2026-06-01T00:00:00Z"),
        before("order.renewed", until="2026-08-01T00:00:00Z"),
        before("order.renewed", until="2026-07-01T00:00:00Z"),
    ]
    with pytest.raises(MomentOrderError):
        check_moments("order.renewed", {"until": "2026-07-15T00:00:00Z"}, had, at=AT)
    check_moments("order.renewed", {"until": "2026-08-01T00:00:00Z"}, had, at=AT)


def test_a_shift_of_no_length_is_none_and_what_is_left_out_is_not_compared() -> None:
    with pytest.raises(MomentOrderError):
        check_moments("shift.begun", {"at": EARLY, "until": EARLY}, (), at=AT)
    check_moments("shift.begun", {"at": EARLY, "until": None}, (), at=AT)
    check_moments("order.issued", {"issued_at": EARLY, "until": EARLY}, (), at=AT)


def test_the_last_moment_there_is_has_an_example_too() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    told = {"at": time_text(last), "until": time_text(last)}
    with pytest.raises(MomentOrderError):
        check_moments("shift.begun", told, (), at=last)


def test_all_that_is_wrong_with_the_moments_of_an_act_is_told_at_once() -> None:
    said = {"happened_at": "2027-01-02T00:00:00Z", "found_at": EARLY, "due": EARLY}
    with pytest.raises(MomentAheadError) as fault:
        check_moments("breach.found", said, (), at=AT)
    faults: Any = fault.value.facts["faults"]
    assert [(one["type"], one["loc"][0]) for one in faults] == [
        ("moment-ahead", "happened_at"),
        ("moment-order", "found_at"),
        ("moment-order", "due"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("act", "spoilt", "field", "words"),
    [
        (
            "order.issued",
            {"issued_at": "2027-01-01T00:00:00Z", "until": "2027-02-01T00:00:00Z"},
            "issued_at",
            "in the future",
        ),
        ("order.issued", {"until": "2026-02-01T00:00:00Z"}, "until", "before “Issued on”"),
        ("order.served", {"served_at": "2026-02-01T00:00:00Z"}, "served_at", "before “Issued on”"),
        ("order.served", {"served_at": "2027-01-01T00:00:00Z"}, "served_at", "in the future"),
        ("order.renewed", {"until": "2026-04-01T00:00:00Z"}, "until", "before “Until”"),
        ("provider.entered", {"as_of": "2027-01-01T00:00:00Z"}, "as_of", "in the future"),
        *(
            (act, {"contacts": [{"channel": "e-mail", "address": bad}]}, "contacts-0-address", told)
            for act in ("provider.entered", "authority.entered")
            for bad, told in (
                ("none", "no e-mail address"),
                ("a@", "no e-mail address"),
                ("a b@mail.example", "no e-mail address"),
                ("https://mail.example", "no e-mail address"),
                ("+27 12 000 00 00", "no e-mail address"),
            )
        ),
    ],
)
def test_an_impossible_entry_is_refused_and_told_at_its_field(
    office: DeskOffice, act: str, spoilt: dict[str, Any], field: str, words: str
) -> None:
    kind, case = ACTS[act].kind, "2026-000001"
    place: dict[str, Any] = {"case": case if kind == "order" else ""}
    if NEW not in ACTS[act].sources:
        place = {"item": office.do("order.issued", BODIES["order.issued"], case=case).id}
    said = {**BODIES[act], **spoilt}
    with pytest.raises((MomentOrderError, MomentAheadError, DocketRuleError)) as fault:
        office.do(act, said, **place)
    form = ActForm(ACTS[act], posted(ActForm(ACTS[act], initial=said)))
    assert form.is_valid()
    broken: Any = fault.value
    assert placed(broken, [form], label=dw.field) == ""
    assert set(form.errors) == {field}
    assert words in " ".join(map(str, form.errors[field]))
    office.do(act, BODIES[act], **place)
