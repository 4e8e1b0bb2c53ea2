"""Items of the docket: the table of acts, derived illegal acts, and chains that hold."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.docket.makers import BODIES, DIGEST, ITEM, MONEY, every_state, go_on, section, ways
from tests.walks import every

from comity.canonical import PeerError, encode
from comity.docket import (
    ACTS,
    KINDS,
    NEW,
    ActIllegalError,
    ActUnknownError,
    Done,
    EntryChainError,
    EntryMalformedError,
    Item,
    act_named,
    acts_of,
    item_of,
    next_entry,
    parse_entry,
)
from comity.docket.entry import MAX_NUMBER, Entry


def test_every_act_has_a_body_here_and_a_kind() -> None:
    assert BODIES.keys() == ACTS.keys()
    assert {act.kind for act in ACTS.values()} == KINDS.keys()
    for kind in KINDS.values():
        states = {act.target for act in ACTS.values() if act.kind == kind.name}
        assert kind.open <= states
        assert len(kind.name) <= 16  # the column of the register
    assert max(map(len, ACTS)) <= 40


@every("name", ACTS)
def test_every_act_is_possible_from_each_state_of_its_row(name: str) -> None:
    act = ACTS[name]
    for before in ways(act):
        after = go_on(before, name)
        assert after.state == (act.target or before.state if before else act.target)
        assert parse_entry(after.entries[-1].entry.encode()) == after.entries[-1].entry


ILLEGAL = [
    (kind, state, name)
    for kind in KINDS
    for state in sorted({NEW, *every_state(kind)})
    for name, act in ACTS.items()
    if act.kind == kind and state not in act.sources
]


@every(("kind", "state", "name"), ILLEGAL)
def test_whatever_the_table_does_not_list_is_refused(kind: str, state: str, name: str) -> None:
    before = None if state == NEW else every_state(kind)[state]
    with pytest.raises(ActIllegalError) as fault:
        go_on(before, name)
    assert fault.value.facts["state"] == state


def test_what_can_be_done_next_is_what_the_table_lists() -> None:
    sent = go_on(None, "referral.sent")
    assert [act.name for act in acts_of(sent)] == [
        "referral.accepted",
        "referral.returned",
        "referral.recalled",
    ]


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS.values() if kind.of_case])
def test_what_belongs_to_a_case_begins_in_none_other(kind: str) -> None:
    first = next(act for act in ACTS.values() if act.kind == kind and NEW in act.sources)
    with pytest.raises(ActIllegalError):
        go_on(None, first.name, case="")


def test_an_item_keeps_its_case() -> None:
    assert go_on(go_on(None, "referral.sent"), "referral.accepted", case="2026-000099").case == (
        "2026-000001"
    )


# ------------------------------------------------------------------ clocks


def _at(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def test_who_accepts_a_slip_owns_its_clock() -> None:
    sent = go_on(None, "referral.sent")
    assert sent.due == _at(10)
    assert go_on(sent, "referral.accepted").due == _at(12)
    assert go_on(sent, "referral.accepted", due=None).due == _at(10)
    assert go_on(sent, "referral.returned").due is None


def test_an_order_ends_where_its_last_renewal_says_even_after_the_provider_complied() -> None:
    order = go_on(go_on(go_on(None, "order.issued"), "order.served"), "order.complied")
    assert (order.state, order.is_open, order.due) == ("complied", True, _at(30, 5))
    assert go_on(order, "order.renewed").due == _at(28, 8)
    assert go_on(order, "order.ended").due is None


# ------------------------------------------------------------------ bodies


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("order.issued", {"measure": "torture"}),
    ("order.issued", {"until": "2026-02-30T00:00:00Z"}),
    ("order.issued", {"provider": "7"}),
    ("order.issued", {"what": {"lang": "", "text": "x"}}),
    ("order.issued", {"foreign": 1}),
    ("provider.entered", {"country": "Germany"}),
    ("provider.entered", {"contacts": [{"channel": "e-mail", "address": ""}]}),
    ("provider.entered", {"contacts": [{"channel": "e-mail", "address": "a"}] * 21}),
    ("authority.entered", {"party": "Senegal"}),
    ("recall.opened", {"paid": {**MONEY, "currency": "euro"}}),
    ("recall.opened", {"paid": {**MONEY, "amount_minor": -1}}),
    ("recall.opened", {"paid": {**MONEY, "amount_minor": 12.5}}),
    ("rights.recorded", {"answers": []}),
    ("note.written", {"text": {"lang": "en", "text": "x" * 40_001}}),
]


@pytest.mark.parametrize(("act", "told"), HOSTILE)
def test_a_body_out_of_form_is_refused_by_place_and_never_by_value(
    act: str, told: dict[str, Any]
) -> None:
    with pytest.raises(EntryMalformedError) as fault:
        go_on(None, act, **told)
    assert str(fault.value.facts["path"]).startswith(act)
    assert "torture" not in str(fault.value)


def test_the_output_of_a_machine_alone_is_no_translation() -> None:
    taken = go_on(go_on(None, "translation.asked"), "translation.taken")
    with pytest.raises(EntryMalformedError):
        go_on(taken, "translation.delivered", checked_by_a_person=False)


def test_an_act_nobody_knows_is_refused() -> None:
    with pytest.raises(ActUnknownError):
        next_entry(
            None,
            identifier=ITEM,
            act="order.burnt",
            section=section({}),
            case="1",
            by="x",
            at=_at(1),
        )


# ------------------------------------------------------------------ chains


@pytest.fixture
def order() -> Item:
    return go_on(go_on(go_on(None, "order.issued"), "order.served"), "order.renewed")


def test_an_item_takes_no_entry_that_nobody_could_read_again(order: Item) -> None:
    last = order.entries[-1]

    def renewed(number: int) -> Entry:
        """Return the entry after one of a number."""
        long = replace(order, entries=(Done(replace(last.entry, number=number), last.section),))
        return next_entry(
            long,
            identifier="",
            act="order.renewed",
            section=section(BODIES["order.renewed"]),
            case="",
            by="officer-1",
            at=_at(9),
        )

    most = renewed(MAX_NUMBER - 1)
    assert parse_entry(most.encode()) == most
    with pytest.raises(ActIllegalError):
        renewed(MAX_NUMBER)


def test_an_omitted_entry_shows(order: Item) -> None:
    first, _, third = order.entries
    with pytest.raises(EntryChainError):
        item_of((first, third))
    with pytest.raises(EntryChainError):
        item_of(order.entries[1:])


def test_an_entry_told_otherwise_shows(order: Item) -> None:
    first, second, third = order.entries
    other = Done(replace(first.entry, by="officer-2"), first.section)
    with pytest.raises(EntryChainError):
        item_of((other, second, third))


def test_a_body_told_otherwise_shows(order: Item) -> None:
    first, second, third = order.entries
    assert first.section is not None
    forged = Done(first.entry, section({**first.section.value, "number": "99/2026"}))
    with pytest.raises(EntryChainError):
        item_of((forged, second, third))


def test_an_erased_body_leaves_the_chain_whole(order: Item) -> None:
    erased = tuple(Done(done.entry, None) for done in order.entries)
    item = item_of(erased)
    assert (item.state, item.told, item.due) == ("served", {}, None)


def test_entries_of_two_kinds_are_no_item() -> None:
    slip, order = go_on(None, "referral.sent"), go_on(None, "order.issued")
    second = replace(
        order.entries[0].entry, number=2, previous=slip.entries[0].entry.digest, act="order.served"
    )
    with pytest.raises(EntryChainError):
        item_of((*slip.entries, Done(second, None)))


@given(st.binary(max_size=400))
def test_no_bytes_break_the_parser(data: bytes) -> None:
    try:
        parse_entry(data)
    except PeerError as fault:
        assert fault.code  # noqa: PT017 - nothing else may come out


@given(
    st.dictionaries(
        st.sampled_from(
            ["act", "at", "body", "by", "case", "item", "number", "previous", "protocol"]
        ),
        st.one_of(
            st.none(),
            st.integers(),
            st.text("a:é\x00", max_size=8),
            st.just(DIGEST),
            st.just("order.issued"),
        ),
    )
)
def test_no_object_breaks_the_parser(value: dict[str, Any]) -> None:

    try:
        data = encode(value)
    except Exception:  # noqa: BLE001 - numbers beyond what canonical JSON has
        return
    with pytest.raises(PeerError):
        parse_entry(data)


def test_an_act_that_is_misspelt_is_told_with_the_one_most_like_it() -> None:
    with pytest.raises(ActUnknownError, match=r"did you mean order\.issued\?"):
        act_named("order.isued")
    with pytest.raises(ActUnknownError, match=r"has this name$"):
        act_named("x" * 5000)
