"""Wallets, IBANs, bank accounts and payments, by the examples of their standards."""

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.instruments.identifying import codes, refusal

from comity.instruments.identifiers import money, parse

# ------------------------------------------------------------------ Bitcoin

VALID_BIP350 = [
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
    "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
    "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
    "BC1SW50QGDZ25J",
    "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
    "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy",
    "tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
]
INVALID_BIP350 = [
    "tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
    "tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf",
    "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
    "tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47",
    "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
    "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
    "bc1pw5dgrnzv",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
    "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
    "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
    "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j",
    "bc1gmk9yu",
]


@pytest.mark.parametrize("address", VALID_BIP350)
def test_the_valid_addresses_of_bip_350_are_taken(address: str) -> None:
    found = parse("wallet", f"bitcoin:{address}")
    assert found.fields["address"] == address.lower()
    test_network = address.lower().startswith("tb")
    assert codes(found) == (["wallet-test-network"] if test_network else [])
    assert parse("wallet", address).fields == found.fields


@pytest.mark.parametrize("address", INVALID_BIP350)
def test_the_invalid_addresses_of_bip_350_are_refused(address: str) -> None:
    assert refusal("wallet", f"bitcoin:{address}") == "identifier-wallet"
    assert refusal("wallet", address) == "identifier-wallet"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", []),
        ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", []),
        ("mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", ["wallet-test-network"]),
    ],
)
def test_a_base58_address_is_checked(address: str, expected: list[str]) -> None:
    assert codes(parse("wallet", f"bitcoin:{address}")) == expected
    for place in range(len(address)):
        other = "2" if address[place] != "2" else "3"
        spoilt = address[:place] + other + address[place + 1 :]
        assert refusal("wallet", f"bitcoin:{spoilt}") == "identifier-wallet"


@settings(deadline=None)
@given(st.from_regex(r"[1-9A-HJ-NP-Za-km-z]{26,34}", fullmatch=True))
def test_no_made_up_base58_text_is_taken(text: str) -> None:
    assert refusal("wallet", f"bitcoin:{text}") == "identifier-wallet"
    assert refusal("wallet", f"tron:T{text}"[:39]) == "identifier-wallet"


# ------------------------------------------------------------------ Ethereum, Tron and others

EIP55 = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]


def has_keccak() -> bool:
    try:
        hashlib.new("keccak-256")
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("address", EIP55)
def test_the_addresses_of_eip_55_are_taken(address: str) -> None:
    found = parse("wallet", f"ethereum:{address}")
    assert found.text == f"ethereum:{address.lower()}"
    assert codes(found) == ([] if has_keccak() else ["wallet-checksum-unchecked"])


@pytest.mark.parametrize("address", EIP55)
def test_capitals_that_do_not_fit_are_refused_or_said_to_be_unchecked(address: str) -> None:
    spoilt = "0x" + address[2:].swapcase()
    if has_keccak():
        assert refusal("wallet", f"ethereum:{spoilt}") == "identifier-wallet"
    else:
        assert codes(parse("wallet", f"ethereum:{spoilt}")) == ["wallet-checksum-unchecked"]


def test_without_keccak_the_capitals_are_said_to_be_unchecked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(money, "eip55", lambda digits: None)
    found = parse("wallet", f"ethereum:{EIP55[0]}")
    assert codes(found) == ["wallet-checksum-unchecked"]


@pytest.mark.parametrize("change", [str.lower, str.upper])
def test_an_address_in_one_letter_case_has_no_checksum(change: Callable[[str], str]) -> None:
    found = parse("wallet", "ethereum:0x" + change(EIP55[0][2:]))
    assert codes(found) == ["wallet-no-checksum"]


@pytest.mark.parametrize("bad", [EIP55[0][:-1], EIP55[0][2:], EIP55[0] + "0", "0x" + "g" * 40])
def test_what_is_no_ethereum_address_is_refused(bad: str) -> None:
    assert refusal("wallet", f"ethereum:{bad}") == "identifier-wallet"


def test_a_tron_address_is_checked() -> None:
    address = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
    assert codes(parse("wallet", f"tron:{address}")) == []
    assert refusal("wallet", f"tron:{address[:-1]}u") == "identifier-wallet"
    assert refusal("wallet", "tron:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa") == "identifier-wallet"


def test_an_address_without_chain_says_that_the_chain_was_told_by_its_form() -> None:
    assert "wallet-chain-assumed" in codes(parse("wallet", EIP55[0]))
    assert "wallet-chain-assumed" in codes(parse("wallet", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"))


def test_an_unknown_kind_names_its_chain() -> None:
    assert refusal("wallet", "rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH") == "identifier-wallet"
    found = parse("wallet", "XRP:rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH")
    assert found.text == "xrp:rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH"
    assert codes(found) == ["wallet-unknown-kind"]


# ------------------------------------------------------------------ IBAN and bank account


@pytest.mark.parametrize(
    "number",
    [  # the registry of ISO 13616
        "GB29 NWBK 6016 1331 9268 19",
        "DE89 3704 0044 0532 0130 00",
        "FR14 2004 1010 0505 0001 3M02 606",
        "NO93 8601 1117 947",
        "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
        "SA03 8000 0000 6080 1016 7519",
    ],
)
def test_the_examples_of_the_registry_are_taken(number: str) -> None:
    found = parse("iban", number.lower())
    assert found.text == number.replace(" ", "")
    assert found.display == f"\u2066{number}\u2069"
    assert codes(found) == []


@pytest.mark.parametrize(
    "bad",
    [
        "GB29 NWBK 6016 1331 9268 18",
        "GB28 NWBK 6016 1331 9268 19",
        "DE89 3704 0044 0532 0130 0",
        "ZZ29 NWBK 6016 1331 9268 19",
        "29GB NWBK 6016 1331 9268 19",
        "GB29",
        "ＧＢ29 NWBK 6016 1331 9268 19",
    ],
)
def test_what_is_no_iban_is_refused(bad: str) -> None:
    assert refusal("iban", bad) == "identifier-iban"


@settings(deadline=None)
@given(st.integers(0, 21), st.integers(1, 9))
def test_no_single_wrong_digit_of_an_iban_goes_unseen(place: int, shift: int) -> None:
    number = "GB29NWBK60161331926819"
    if number[place].isdigit():
        wrong = str((int(number[place]) + shift) % 10)
        spoilt = number[:place] + wrong + number[place + 1 :]
        assert refusal("iban", spoilt) == "identifier-iban"


def test_a_bank_account_names_its_country_and_better_its_bank() -> None:
    account = {"country": "vn", "number": "0011 0042-1"}
    assert codes(parse("bank-account", {**account, "bic": "BFTVVNVX"})) == []
    assert codes(parse("bank-account", account)) == ["bank-bic-missing"]
    assert codes(parse("bank-account", {**account, "bic": "DEUTDEFF"})) == ["bank-bic-country"]
    iban = {"country": "gb", "number": "GB29NWBK60161331926819", "bic": "NWBKGB2L"}
    assert codes(parse("bank-account", iban)) == ["bank-is-iban"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"country": "zz", "number": "1"}, "identifier-country"),
        ({"country": "Vietnam", "number": "1"}, "identifier-country"),
        ({"number": "1"}, "identifier-field"),
        ({"country": "vn"}, "identifier-field"),
        ({"country": "vn", "number": "1'2"}, "identifier-bank-account"),
        ({"country": "vn", "number": "1" * 35}, "identifier-bank-account"),
        ({"country": "vn", "number": "1", "bic": "BFTV"}, "identifier-bank-account"),
        ({"country": "vn", "number": "1", "bic": "BFTV1NVX"}, "identifier-bank-account"),
    ],
)
def test_what_is_no_bank_account_is_refused(fields: dict[str, object], code: str) -> None:
    assert refusal("bank-account", fields) == code


# ------------------------------------------------------------------ transaction


@pytest.mark.parametrize(
    ("amount", "currency", "normal"),
    [
        ("1250.5", "eur", "1250.50"),
        ("001250.500", "EUR", "1250.50"),
        ("1000000", "VND", "1000000"),
        ("1000000.00", "VND", "1000000"),
        ("1.5", "KWD", "1.500"),
    ],
)
def test_an_amount_has_its_currencys_decimals(amount: str, currency: str, normal: str) -> None:
    found = parse("transaction", {"id": "1", "amount": amount, "currency": currency})
    assert found.fields["amount"] == normal


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": "1,250.00", "currency": "EUR"},
        {"amount": "1250,00", "currency": "EUR"},
        {"amount": "-5", "currency": "EUR"},
        {"amount": "1e9", "currency": "EUR"},
        {"amount": "١٢", "currency": "EUR"},
        {"amount": "1.005", "currency": "EUR"},
        {"amount": "1.5", "currency": "JPY"},
        {"amount": "5", "currency": "BTC"},
        {"amount": "5", "currency": "€"},
        {"amount": "5"},
        {"currency": "EUR"},
        {"amount": "5", "currency": "EUR", "asset": "BTC"},
    ],
)
def test_an_amount_that_can_be_misread_is_refused(fields: dict[str, object]) -> None:
    assert refusal("transaction", {"id": "1", **fields}) == "identifier-transaction"


@pytest.mark.parametrize("bad", ["2026-11", "2026-02-30", "1.11.2026", "2569-11-01", "2026-11-01~"])
def test_a_value_date_is_a_day_of_the_gregorian_calendar(bad: str) -> None:
    assert refusal("transaction", {"id": "1", "value_date": bad}) == "identifier-date"


def test_an_amount_in_a_virtual_asset_warns() -> None:
    found = parse("transaction", {"id": "ab" * 32, "amount": "0.05000000", "asset": "BTC"})
    assert codes(found) == ["transaction-asset"]
