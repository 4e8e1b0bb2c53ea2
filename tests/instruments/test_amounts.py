"""An amount is shown by the digits of its currency, and none is lost."""

import pytest

from comity.instruments.amounts import amount_text


@pytest.mark.parametrize(
    ("minor", "currency", "wanted"),
    [
        (125_000, "ZAR", "1,250.00 ZAR"),
        (5, "EUR", "0.05 EUR"),
        (0, "USD", "0.00 USD"),
        (2_500_000, "VND", "2,500,000 VND"),
        (1_234_567, "KWD", "1,234.567 KWD"),
        (12_345, "CLF", "1.2345 CLF"),
        (2**53 - 1, "JPY", "9,007,199,254,740,991 JPY"),
        (100, "QQQ", "1.00 QQQ"),
    ],
)
def test_an_amount_has_the_digits_of_its_currency(minor: int, currency: str, wanted: str) -> None:
    assert amount_text(minor, currency) == wanted
