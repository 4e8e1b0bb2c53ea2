"""Under which treaties two States may ask each other; never a guess."""

from dataclasses import dataclass
from datetime import date

import pytest
from tests.instruments.registers import deposit, row, text

from comity.canonical.names import MalformedNameError
from comity.instruments.bases import SameStateError, between, register_of
from comity.instruments.library import Library, read_table
from comity.instruments.model import Entry, Instrument
from comity.instruments.status import StatusError

ON = date(2026, 6, 1)
ENTRY = Entry(threshold=2, delay_days=90, later_delay_days=30)
LANGUAGES = (
    '[[state.notice]]\nkind = "languages"\ncite = ["40(13)"]\nlanguages = ["de", "en"]\n'
    'date = 2026-05-01\nsource = "a law"\n'
)
TWO = (row("at", deposit("2026-01-10")), LANGUAGES, row("br", deposit("2026-02-01")))


@dataclass
class Shelf:
    instruments: dict[str, Instrument]


def instrument(key: str, *status: bytes, entry: Entry | None = ENTRY) -> Instrument:
    return Instrument(
        key=key, number=1, opened=None, authentic=(), depositary="", covers=(), entry=entry,
        articles={}, offences={}, measures={}, grounds={}, safeguards={}, rules={}, unchecked={},
        status=tuple(read_table("status.toml", raw) for raw in status), value={},
    )  # fmt: skip


def shelf(*instruments: Instrument) -> Shelf:
    return Shelf({each.key: each for each in instruments})


def test_domestic_law_stands_last_and_what_is_in_force_first() -> None:
    found = between(
        shelf(
            instrument("domestic", entry=None),
            instrument("a-not", text(*TWO, complete=True), entry=Entry(threshold=3, delay_days=90)),
            instrument("b-few", text(*TWO[:2])),
            instrument("c-force", text(*TWO)),
        ),
        "at",
        "br",
        ON,
    )
    assert [(basis.instrument, basis.value) for basis in found] == [
        ("c-force", "in-force"),
        ("a-not", "not-in-force"),
        ("b-few", "not-in-force"),
        ("domestic", "domestic-law"),
    ]
    assert found[-1].sides[0].standing is None


def test_a_basis_says_which_side_decides() -> None:
    rows = (*TWO, row("ca", "signed = 2025-10-25", as_of="2026-06-01"))
    (found,) = between(shelf(instrument("x", text(*rows))), "at", "ca", ON)
    assert (found.value, found.reasons) == ("not-in-force", (("ca", "not-joined"),))
    (found,) = between(shelf(instrument("x", text(*rows))), "at", "us", ON)
    assert (found.value, found.reasons) == ("unknown", (("us", "not-listed"),))


def test_one_state_that_is_not_bound_settles_it_whatever_the_other_is() -> None:
    rows = (*TWO, row("ca", "signed = 2025-10-25"))
    (found,) = between(shelf(instrument("x", text(*rows))), "us", "ca", ON)
    assert (found.value, found.reasons) == ("not-in-force", (("ca", "not-joined"),))


def test_a_treaty_without_a_register_is_unknown() -> None:
    (found,) = between(shelf(instrument("x")), "at", "br", ON)
    assert (found.value, found.sides[0].languages) == ("unknown", ())


def test_languages_and_notices_hold_from_their_day() -> None:
    library = shelf(instrument("x", text(*TWO)))
    (found,) = between(library, "at", "br", ON)
    assert [side.languages for side in found.sides] == [("de", "en"), ()]
    (found,) = between(library, "at", "br", date(2026, 4, 30))
    assert found.sides[0].notices == ()


def test_a_later_file_lies_over_the_first() -> None:
    newer = text(row("br", f"{deposit('2026-02-01')}\nended = 2026-05-30"), as_of="2026-06-02")
    newer = newer.replace(b"as_of = 2026-06-01", b"as_of = 2026-06-02")
    (found,) = between(shelf(instrument("x", text(*TWO), newer)), "at", "br", ON)
    assert found.reasons == (("br", "ended"),)


def test_no_register_is_read_where_there_is_none() -> None:
    assert register_of(instrument("x")) is None


@pytest.mark.parametrize("state", ["AT", "", "aut", "a/"])
def test_what_is_no_state_is_refused(state: str) -> None:
    with pytest.raises(MalformedNameError):
        between(shelf(), state, "br", ON)
    with pytest.raises(MalformedNameError):
        between(shelf(), "br", state, ON)


def test_a_state_and_itself_is_refused() -> None:
    with pytest.raises(SameStateError):
        between(shelf(), "br", "br", ON)


def test_a_broken_register_is_no_unknown() -> None:
    with pytest.raises(StatusError):
        between(shelf(instrument("x", text(row("AT")))), "at", "br", ON)


def test_a_library_is_such_a_shelf() -> None:
    assert between(Library(), "at", "br", ON) == ()
