"""Identifiers of money: wallet, IBAN, bank account, transaction."""

import hashlib
import re
from decimal import Decimal
from typing import Final

from stdnum import bic as bics
from stdnum import bitcoin
from stdnum import iban as ibans
from stdnum.exceptions import InvalidComponent, ValidationError
from stdnum.iso7064 import mod_97_10

from comity.instruments.identifiers.errors import (
    BankAccountError,
    IbanError,
    TransactionError,
    WalletError,
)
from comity.instruments.identifiers.fields import (
    COUNTRIES,
    CURRENCY_DECIMALS,
    Given,
    Parsed,
    country,
    day,
    known_fields,
)
from comity.instruments.identifiers.text import isolated, text_notices

# ------------------------------------------------------------------ wallet

_CHAIN: Final = re.compile(r"[a-z0-9][a-z0-9 ._-]{0,39}")
_BASE58: Final = re.compile(r"[1-9A-HJ-NP-Za-km-z]{25,40}")
_BECH32: Final = re.compile(r"(bc|tb)1([02-9ac-hj-np-z]{8,87})")
_HEX_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")
_TRON_ADDRESS: Final = re.compile(r"T[1-9A-HJ-NP-Za-km-z]{33}")
_PLAIN: Final = re.compile(r"[!-~]{1,200}")
_WALLET_ADVICE: Final = "copy it anew, and name its chain, as bitcoin:... or monero:..."
_BECH32_CONSTANT: Final = 1  # BIP-173, for witness version 0
_BECH32M_CONSTANT: Final = 0x2BC830A3  # BIP-350, for the later ones
# Version byte of a Base58Check address to whether it is one of the main network.
_BITCOIN_VERSIONS: Final = {0x00: True, 0x05: True, 0x6F: False, 0xC4: False}
_TRON_VERSION: Final = 0x41


def split_wallet(text: str) -> dict[str, object]:
    """Return chain and address of ``bitcoin:1BoatSL...``, or the address alone."""
    chain, colon, address = text.strip().partition(":")
    return {"chain": chain, "address": address} if colon else {"address": text}


def parse_wallet(given: Given) -> Parsed:
    """Return chain and address; the checksum is checked for Bitcoin, Ethereum and Tron.

    An address of Ethereum's form is in lower case, whatever its chain.

    Source: BIP-173 and BIP-350 (bech32, bech32m), Bitcoin's Base58Check, EIP-55 (capitals as
    checksum), Tron's documentation of accounts (version byte 0x41).
    """
    address = given.text("address")
    chain = given.maybe("chain", most=40)
    codes: list[str] = []
    if chain is None:
        chain = _chain_of(address)
        codes.append("wallet-chain-assumed")
    chain = chain.lower()
    if not _CHAIN.fullmatch(chain):
        raise WalletError("wallet", "the chain's name is malformed", _WALLET_ADVICE)
    if not _PLAIN.fullmatch(address):
        raise WalletError("wallet", "the address holds other letters than ASCII", _WALLET_ADVICE)
    if chain == "bitcoin":
        address = _bitcoin(address, codes)
    elif chain == "tron":
        _tron(address)
    elif chain == "ethereum" or _HEX_ADDRESS.fullmatch(address):
        address = _ethereum(address, codes)
    if chain not in {"bitcoin", "ethereum", "tron"}:
        codes.append("wallet-unknown-kind")
    text = f"{chain}:{address}"
    return Parsed({"chain": chain, "address": address}, text, isolated(text, technical=True), codes)


def _chain_of(address: str) -> str:
    if _HEX_ADDRESS.fullmatch(address):
        return "ethereum"
    if _TRON_ADDRESS.fullmatch(address):
        return "tron"
    if _BECH32.fullmatch(address.lower()) or (_BASE58.fullmatch(address) and address[0] in "13mn2"):
        return "bitcoin"
    raise WalletError("wallet", "its form is that of no chain known here", _WALLET_ADVICE)


def _base58check(address: str) -> int | None:
    """Return the version byte of an address of 20 bytes, None if the checksum is wrong."""
    if not _BASE58.fullmatch(address):
        return None
    raw = bitcoin.b58decode(address)
    check = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4]
    return raw[0] if len(raw) == 25 and check == raw[-4:] else None


def _bitcoin(address: str, codes: list[str]) -> str:
    found = _BECH32.fullmatch(address.lower())
    if found is None:
        main = _BITCOIN_VERSIONS.get(-1 if (byte := _base58check(address)) is None else byte)
        if main is None:
            raise WalletError("wallet", "it is no Bitcoin address that checks", _WALLET_ADVICE)
    else:
        if address not in {address.lower(), address.upper()}:
            raise WalletError("wallet", "small letters and capitals are mixed", _WALLET_ADVICE)
        address = address.lower()
        _check_bech32(found[1], found[2])
        main = found[1] == "bc"
    if not main:
        codes.append("wallet-test-network")
    return address


def _check_bech32(prefix: str, data: str) -> None:
    """Refuse an address whose checksum, version or program is not as BIP-173 and BIP-350 say."""
    values = ["qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(char) for char in data]
    head = [ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix]
    version = values[0]
    constant = _BECH32_CONSTANT if version == 0 else _BECH32M_CONSTANT
    if bitcoin.bech32_checksum(head + values) != constant:
        raise WalletError("wallet", "its checksum is wrong", _WALLET_ADVICE)
    try:
        program = bitcoin.b32decode(values[1:-6])
    except ValidationError:
        program = b""
    sizes = {20, 32} if version == 0 else range(2, 41)
    if version > 16 or len(program) not in sizes:
        raise WalletError("wallet", "it is no Bitcoin address that checks", _WALLET_ADVICE)


def _tron(address: str) -> None:
    if not _TRON_ADDRESS.fullmatch(address) or _base58check(address) != _TRON_VERSION:
        raise WalletError("wallet", "it is no Tron address that checks", _WALLET_ADVICE)


def _ethereum(address: str, codes: list[str]) -> str:
    if not _HEX_ADDRESS.fullmatch(address):
        raise WalletError("wallet", "it is not 0x and 40 hex digits", _WALLET_ADVICE)
    digits = address[2:]
    if digits in {digits.lower(), digits.upper()}:
        codes.append("wallet-no-checksum")
    elif (capitals := eip55(digits)) is None:
        codes.append("wallet-checksum-unchecked")
    elif digits != capitals:
        raise WalletError("wallet", "its capitals do not fit its digits", _WALLET_ADVICE)
    return "0x" + digits.lower()


def eip55(digits: str) -> str | None:
    """Return 40 hex digits with capitals as EIP-55 has them.

    Returns:
        None where the OpenSSL that Python is built with has no Keccak-256 (before 3.2).
    """
    try:
        marks = hashlib.new("keccak-256", digits.lower().encode()).hexdigest()
    except ValueError:
        return None
    pairs = zip(digits.lower(), marks, strict=False)
    return "".join(digit.upper() if int(mark, 16) > 7 else digit for digit, mark in pairs)


# ------------------------------------------------------------------ IBAN and bank account

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_IBAN_ADVICE: Final = "copy it anew: two letters, two digits, then the account"
_ACCOUNT: Final = re.compile(r"[A-Z0-9]{1,34}")
_BIC_ADVICE: Final = "write the bank's BIC with 8 or 11 characters"


def parse_iban(given: Given) -> Parsed:
    """Return an IBAN without spaces, in capitals; shown in groups of four.

    Source: ISO 13616-1 (form, check digits by ISO 7064 mod 97-10); the SWIFT registry (length and
    form by country), as python-stdnum has it.
    """
    number = re.sub(r"[ \-.]", "", given.text("iban", most=60)).upper()
    if not _IBAN.fullmatch(number):
        raise IbanError("IBAN", "it is malformed", _IBAN_ADVICE)
    if not mod_97_10.is_valid(number[4:] + number[:4]):
        raise IbanError("IBAN", "its check digits are wrong", _IBAN_ADVICE)
    codes = []
    if not _is_registered(number):
        if number[:2] not in COUNTRIES:
            raise IbanError("IBAN", "no country has its first two letters", _IBAN_ADVICE)
        codes.append("iban-country")
    else:
        try:
            ibans.validate(number)
        except ValidationError as fault:
            raise IbanError("IBAN", "it has not its country's form", _IBAN_ADVICE) from fault
    return Parsed({"iban": number}, number, isolated(ibans.format(number), technical=True), codes)


def _is_registered(number: str) -> bool:
    """Tell whether the library's registry has the country."""
    try:
        ibans.validate(number, check_country=False)
    except InvalidComponent:
        return False
    except ValidationError:
        return True
    return True


_BIC: Final = re.compile(r"[A-Za-z]{6}[A-Za-z0-9]{2}(?:[A-Za-z0-9]{3})?")


def split_bank_account(text: str) -> dict[str, object]:
    """Return country, number and, where the last word has the form of one, BIC."""
    words = text.split()
    bic = words.pop() if len(words) > 2 and _BIC.fullmatch(words[-1]) else None
    return {"country": words[0] if words else "", "number": " ".join(words[1:]), "bic": bic}


def parse_bank_account(given: Given) -> Parsed:
    """Return country, number and BIC of an account that has no IBAN.

    Source: ISO 9362 (BIC).
    """
    code = country(given.text("country"))
    number = re.sub(r"[ \-./]", "", given.text("number")).upper()
    if not _ACCOUNT.fullmatch(number):
        raise BankAccountError(
            "bank account", "the number is not 1 to 34 letters and digits", "copy it anew"
        )
    codes = []
    if _IBAN.fullmatch(number) and mod_97_10.is_valid(number[4:] + number[:4]):
        codes.append("bank-is-iban")
    bic = given.maybe("bic")
    if bic is None:
        codes.append("bank-bic-missing")
    else:
        try:
            bic = bics.validate(bic)
        except ValidationError as fault:
            raise BankAccountError("bank account", "the BIC is malformed", _BIC_ADVICE) from fault
        if bic[4:6] != code:
            codes.append("bank-bic-country")
    text = " ".join(part for part in (code, number, bic) if part)
    fields = known_fields(country=code, number=number, bic=bic)
    return Parsed(fields, text, isolated(text, technical=True), codes)


# ------------------------------------------------------------------ transaction

_PAYMENT: Final = re.compile(
    r"(?P<id>.+?)(?: (?P<amount>[0-9]{1,18}(?:\.[0-9]{1,18})?) (?P<unit>[^\s0-9-]\S{1,39}))?"
    r"(?: (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}))?"
)

_AMOUNT: Final = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
_AMOUNT_ADVICE: Final = "write digits and one point for decimals, as 1250.00"


def split_transaction(text: str) -> dict[str, object]:
    """Return the parts of ``4711 1250.00 EUR 2026-03-01``; what does not fit is the number."""
    match = _PAYMENT.fullmatch(text.strip())
    if match is None:
        return {"id": text}
    unit = match["unit"]
    name = "currency" if unit and unit.upper() in CURRENCY_DECIMALS else "asset"
    parts = {"id": match["id"], "amount": match["amount"], name: unit, "value_date": match["date"]}
    return {name: value for name, value in parts.items() if value}


def parse_transaction(given: Given) -> Parsed:
    """Return a payment: its number, amount with currency or virtual asset, and value date.

    Source: ISO 4217 (currencies and their decimals).
    """
    id = given.text("id", most=200)
    amount = given.maybe("amount")
    currency, asset = given.maybe("currency"), given.maybe("asset", most=40)
    if (amount is None) != (currency is None and asset is None) or (currency and asset):
        why = "an amount goes with one currency or one virtual asset"
        raise TransactionError("transaction", why, "write both, as 1250.00 and EUR")
    codes = text_notices(id, technical=True)
    if amount is not None and not _AMOUNT.fullmatch(amount):
        raise TransactionError("transaction", "the amount is malformed", _AMOUNT_ADVICE)
    if amount is not None and currency:
        currency = currency.upper()
        amount = _in_minor_units(amount, currency)
    elif amount is not None:
        amount = f"{Decimal(amount):f}"
        codes += ["transaction-asset", *text_notices(asset or "", technical=True)]
    date = day(given.text("value_date"), what="value date") if given.has("value_date") else None
    fields = known_fields(id=id, amount=amount, currency=currency, asset=asset, value_date=date)
    text = " ".join(map(str, fields.values()))
    shown = " ".join(isolated(str(value), technical=True) for value in fields.values())
    return Parsed(fields, text, shown, codes)


def _in_minor_units(amount: str, currency: str) -> str:
    decimals = CURRENCY_DECIMALS.get(currency)
    if decimals is None:
        why = "the currency is not one of ISO 4217"
        raise TransactionError("transaction", why, "write its three letters, as EUR or VND")
    whole, _, rest = amount.partition(".")
    if len(rest.rstrip("0")) > decimals:
        why = f"{currency} has {decimals} decimals"
        raise TransactionError("transaction", why, _AMOUNT_ADVICE)
    cents = rest.rstrip("0").ljust(decimals, "0")
    return (whole.lstrip("0") or "0") + (f".{cents}" if cents else "")
