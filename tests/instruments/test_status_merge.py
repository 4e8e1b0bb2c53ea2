"""A newer register over an older one: the later day holds, contradictions are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.instruments.registers import deposit, register, row, total

from comity.instruments.status import Register
from comity.instruments.status_export import Change, merge

OLD, NEW = "2026-03-01", "2026-06-01"


def only(base: Register, update: Register) -> Change:
    (change,) = merge(base, update).changes
    return change


def test_a_state_that_was_not_there_is_added() -> None:
    found = merge(register(row("at")), register(row("br")))
    assert [(change.state, change.kind) for change in found.changes] == [("br", "added")]
    assert set(found.register.states) == {"at", "br"}


def test_a_newer_row_replaces() -> None:
    base = register(row("at", "signed = 2025-10-25", as_of=OLD))
    update = register(row("at", f"signed = 2025-10-25\n{deposit('2026-05-01')}", as_of=NEW))
    found = merge(base, update)
    assert found.register.states["at"] == update.states["at"]
    assert found.changes == (Change("at", "replaced", ("consent", "as_of")),)
    assert found.conflicts == ()


def test_an_older_row_changes_nothing() -> None:
    base = register(row("at", deposit("2026-05-01"), as_of=NEW))
    found = merge(base, register(row("at", as_of=OLD)))
    assert found.changes[0].kind == "older"
    assert found.register.states == base.states


def test_a_row_as_new_and_different_is_a_conflict_and_the_first_stays() -> None:
    base = register(row("at", "signed = 2025-10-25"))
    found = merge(base, register(row("at", "signed = 2025-10-26")))
    assert [(change.kind, change.fields) for change in found.conflicts] == [
        ("conflict", ("signed",))
    ]
    assert found.register.states == base.states


@pytest.mark.parametrize(
    ("before", "after", "contradicts"),
    [
        ("signed = 2025-10-25", "signed = 2025-10-26", ("signed",)),
        ("signed = 2025-10-25", "", ("signed",)),
        (deposit("2026-01-01"), deposit("2026-01-02"), ("consent",)),
        (
            'consent = { kind = "ratification", deposited_by = 2026-02-01 }',
            deposit("2026-02-02"),
            ("consent",),
        ),
        (
            'consent = { kind = "accession", reported = "2026-02" }',
            deposit("2026-02-02"),
            ("consent",),
        ),
        ('signed_reported = "2025-10"', "signed = 2025-11-01", ("signed_reported",)),
        ('signed_reported = "2025-10"', 'signed_reported = "2025-11"', ("signed_reported",)),
        ('signed_reported = "2025-10"', "", ("signed_reported",)),
        ("organization = true", "", ("organization",)),
        ("in_force = 2026-01-01", deposit("2025-10-03"), ("in_force",)),
    ],
)
def test_a_newer_row_that_says_otherwise_is_taken_and_shown(
    before: str, after: str, contradicts: tuple[str, ...]
) -> None:
    base, update = register(row("at", before, as_of=OLD)), register(row("at", after, as_of=NEW))
    change = only(base, update)
    assert (change.kind, change.contradicts) == ("replaced", contradicts)
    assert change.conflict


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "signed = 2025-10-25"),
        ('signed_reported = "2025-10"', "signed = 2025-10-25"),
        ('consent = { kind = "ratification", reported = "2026-02" }', deposit("2026-03-09")),
        (
            'consent = { kind = "ratification", deposited_by = 2026-02-01 }',
            deposit("2026-02-01"),
        ),
        (deposit("2026-01-01"), f"in_force = 2026-04-01\n{deposit('2026-01-01')}"),
    ],
)
def test_a_newer_row_that_says_more_is_no_contradiction(before: str, after: str) -> None:
    base, update = register(row("at", before, as_of=OLD)), register(row("at", after, as_of=NEW))
    assert not only(base, update).conflict


def test_a_notice_that_is_gone_is_shown() -> None:
    notice = (
        '[[state.notice]]\nkind = "reservation"\ncite = ["42(5)"]\ntext = "May refuse."\n'
        'language = "en"\nsource = "a law"\n'
    )
    base = register(row("at", as_of=OLD), notice)
    assert only(base, register(row("at", as_of=NEW))).contradicts == ("notices",)


def test_a_state_missing_from_a_newer_complete_list_stays_and_is_shown() -> None:
    base = register(row("at", as_of=OLD), row("br", as_of=OLD))
    found = merge(base, register(row("br", as_of=NEW), complete=True))
    assert [(change.state, change.kind) for change in found.conflicts] == [("at", "absent")]
    assert "at" in found.register.states


def test_a_complete_list_of_the_day_of_a_row_has_that_row() -> None:
    base = register(row("at", as_of=OLD))
    same = merge(base, register(complete=True, as_of=OLD))
    assert [change.kind for change in same.changes] == ["absent"]
    older = merge(register(row("at", as_of=NEW)), register(complete=True, as_of=OLD))
    assert older.changes == ()


@pytest.mark.parametrize(
    ("base", "update", "note"),
    [
        (("old", OLD), ("new", NEW), "new"),
        (("new", NEW), ("old", OLD), "new"),
        (("old", OLD), ("", NEW), "old"),
        (("", NEW), ("old", OLD), "old"),
        (("", OLD), ("", NEW), ""),
    ],
)
def test_the_newer_note_stays(base: tuple[str, str], update: tuple[str, str], note: str) -> None:
    first, second = (
        register(f'note = "{text}"' if text else "", as_of=as_of) for text, as_of in (base, update)
    )
    assert merge(first, second).register.note == note


def test_a_state_missing_from_a_list_that_is_not_complete_is_no_conflict() -> None:
    base = register(row("at", as_of=OLD))
    assert merge(base, register(row("br", as_of=NEW))).conflicts == ()


@pytest.mark.parametrize(
    ("base", "update", "complete", "as_of"),
    [
        ((False, OLD), (False, NEW), False, NEW),
        ((True, OLD), (False, NEW), True, OLD),
        ((False, NEW), (True, OLD), True, OLD),
        ((True, OLD), (True, NEW), True, NEW),
    ],
)
def test_the_result_is_complete_only_up_to_the_day_of_a_complete_list(
    base: tuple[bool, str], update: tuple[bool, str], complete: bool, as_of: str
) -> None:
    found = merge(
        register(complete=base[0], as_of=base[1]), register(complete=update[0], as_of=update[1])
    ).register
    assert (found.complete, found.as_of.isoformat()) == (complete, as_of)


def test_totals_of_both_stay_and_one_said_again_is_replaced() -> None:
    base = register(total(3, as_of=OLD), total(5, as_of=NEW))
    found = merge(base, register(total(4, as_of=OLD))).register
    assert [count.number for count in found.counts] == [4, 5]


ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from([OLD, NEW]), st.sampled_from(["05", "06"])),
    unique_by=lambda item: item[0],
)


@given(ROWS)
def test_merging_a_register_with_itself_changes_nothing(
    rows: list[tuple[str, str, str]],
) -> None:
    known = register(
        *(row(f"a{key}", f"signed = 2025-10-{day}", as_of=as_of) for key, as_of, day in rows)
    )
    found = merge(known, known)
    assert found.register == known
    assert {change.kind for change in found.changes} <= {"same"}


def test_merging_leaves_both_registers_as_they_were() -> None:
    base, update = register(row("at", as_of=OLD)), register(row("at", "signed = 2025-10-25"))
    before = dict(base.states), dict(update.states)
    merge(base, update)
    assert (dict(base.states), dict(update.states)) == before
