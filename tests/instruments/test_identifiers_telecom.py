"""Phone numbers, IMEI, IMSI and cells, by the examples of their standards."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn
from tests.instruments.identifying import codes, refusal

from comity.instruments.identifiers import IdentifierError, parse

# ------------------------------------------------------------------ phone


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("+84 24 3825 0000", "+842438250000"),
        ("+1 (202) 555-0123", "+12025550123"),
        ("+39 06 698 12345", "+390669812345"),  # Italy keeps its 0
        ("+٩٦٢ ٦ ٥٦٠ ٠٠٠٠", "+96265600000"),  # Arabic-Indic digits
        ("tel:+41-44-668-18-00", "+41446681800"),
    ],
)
def test_a_number_is_kept_as_e164(written: str, normal: str) -> None:
    found = parse("phone", written)
    assert (found.text, codes(found)) == (normal, [])


@pytest.mark.parametrize(
    "bad",
    [
        "024 3825 0000",  # which country?
        "0084 24 3825 0000",  # 00 is not dialled everywhere
        "+999 1234567",
        "+0 1234567",
        "+84",
        "+84 1",
        "+1 202 555 01234567",
        "+1 800 FLOWERS",
        "+84 24 3825 0000 / 0001 and more",
        "+84 24 3825 0000;ext=abc",
        "+" + "1" * 16,
    ],
)
def test_what_is_no_international_number_is_refused(bad: str) -> None:
    assert refusal("phone", bad) == "identifier-phone"


def test_a_number_that_its_plan_does_not_have_warns() -> None:
    assert codes(parse("phone", "+1 202 055 0123")) == ["phone-unassigned"]


# ------------------------------------------------------------------ IMEI


@pytest.mark.parametrize("number", ["26-053179-311383-7", "49-015420-323751-8"])
def test_a_check_digit_that_fits_is_taken_without_a_word(number: str) -> None:
    assert codes(parse("imei", number)) == []


def test_the_versions_of_one_number_are_told_apart() -> None:
    assert codes(parse("imei", "49015420323751")) == ["imei-no-check"]
    assert codes(parse("imei", "490154203237510")) == ["imei-spare"]  # as networks send it
    assert codes(parse("imei", "4901542032375199")) == []  # IMEISV has no check digit


@pytest.mark.parametrize(
    "bad", ["490154203237517", "4901542032375", "49015420323751812", "49015420323751x", "٤" * 15]
)
def test_a_wrong_digit_or_length_is_refused(bad: str) -> None:
    assert refusal("imei", bad) == "identifier-imei"


@settings(deadline=None)
@given(st.from_regex(r"[0-9]{14}", fullmatch=True), st.integers(0, 13), st.integers(1, 9))
def test_no_single_wrong_digit_goes_unseen(digits: str, place: int, shift: int) -> None:
    whole = digits + luhn.calc_check_digit(digits)
    assert parse("imei", whole).text == whole
    wrong = str((int(whole[place]) + shift) % 10)
    spoilt = whole[:place] + wrong + whole[place + 1 :]
    try:
        assert codes(parse("imei", spoilt)) == ["imei-spare"]
    except IdentifierError as error:
        refused = error.code
    else:
        refused = "identifier-imei" if spoilt.endswith("0") else "taken"
    assert refused == "identifier-imei"


# ------------------------------------------------------------------ IMSI and cell


def test_an_imsi_is_shown_by_country_network_and_subscriber() -> None:
    assert parse("imsi", "429011234567890").display == "\u2066429-01-1234567890\u2069"
    assert parse("imsi", "310150123456789").display == "\u2066310-150-123456789\u2069"


def test_an_imsi_of_an_unknown_network_warns() -> None:
    assert codes(parse("imsi", "000011234567890")) == ["mobile-operator"]


@pytest.mark.parametrize("bad", ["4290112345678901", "4290112345678", "42901123456789a"])
def test_what_is_no_imsi_is_refused(bad: str) -> None:
    assert refusal("imsi", bad) == "identifier-imsi"


def test_a_network_code_of_two_digits_is_another_than_one_of_three() -> None:
    assert parse("cell", "452-04-1-2 lte").fields != parse("cell", "452-004-1-2 lte").fields


@pytest.mark.parametrize(
    "largest",
    [
        "452-04-65535-65535 gsm",
        "452-04-65535-268435455 umts",
        "452-04-65535-268435455 lte",
        "452-04-16777215-68719476735 nr",
    ],
)
def test_a_cell_may_be_as_large_as_its_network_allows_and_no_larger(largest: str) -> None:
    assert codes(parse("cell", largest)) == []
    place, radio = largest.split(" ")
    mcc, mnc, area, cell = place.split("-")
    assert refusal("cell", f"{mcc}-{mnc}-{int(area) + 1}-{cell} {radio}") == "identifier-cell"
    assert refusal("cell", f"{mcc}-{mnc}-{area}-{int(cell) + 1} {radio}") == "identifier-cell"


@pytest.mark.parametrize("bad", ["452-04-1", "45-04-1-2", "452-4-1-2", "452-04-0x1f-2", "a-b-c-d"])
def test_what_is_no_cell_is_refused(bad: str) -> None:
    assert refusal("cell", bad) == "identifier-cell"


def test_a_cell_without_radio_or_of_an_unknown_network_warns() -> None:
    assert codes(parse("cell", "452-04-12345-678")) == ["cell-radio-missing"]
    assert codes(parse("cell", "000-01-12345-678 lte")) == ["mobile-operator"]
