"""Identifiers of telephone networks: number, device, subscriber, cell."""

import re
from typing import Final

import phonenumbers
from stdnum import imei as imeis
from stdnum import imsi as imsis
from stdnum import luhn

from comity.instruments.identifiers.errors import CellError, ImeiError, ImsiError, PhoneError
from comity.instruments.identifiers.fields import Given, Parsed, known_fields
from comity.instruments.identifiers.text import isolated

# ------------------------------------------------------------------ phone

_PHONE: Final = re.compile(r"\+[\d\s().\-\u2010-\u2013/]{3,40}")
_EXTENSION: Final = re.compile(r"\d{1,10}", re.ASCII)
_PHONE_ADVICE: Final = "write it with + and the country's code, as +84 24 3825 0000"


def split_phone(text: str) -> dict[str, object]:
    """Return number and extension of ``tel:+12025550123;ext=7`` or of the number alone."""
    number, found, extension = text.strip().removeprefix("tel:").partition(";ext=")
    return {"number": number, "extension": extension} if found else {"number": number}


def parse_phone(given: Given) -> Parsed:
    """Return a number as ``+84...``, digits only.

    Source: ITU-T E.164 section 6 (at most 15 digits); RFC 3966 section 3 (extensions).
    """
    text = given.text("number", most=60)
    if not text.startswith("+"):
        raise PhoneError("phone", "its country's code is missing", _PHONE_ADVICE)
    if not _PHONE.fullmatch(text):
        raise PhoneError("phone", "it holds more than digits and spaces", _PHONE_ADVICE)
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException as fault:
        raise PhoneError("phone", "no country has such numbers", _PHONE_ADVICE) from fault
    if not phonenumbers.is_possible_number(number):
        raise PhoneError("phone", "it is too long or too short", _PHONE_ADVICE)
    extension = given.maybe("extension")
    if extension is not None and not _EXTENSION.fullmatch(extension):
        raise PhoneError("phone", "the extension is not 1 to 10 digits", _PHONE_ADVICE)
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    tail = "" if extension is None else f";ext={extension}"
    codes = [] if phonenumbers.is_valid_number(number) else ["phone-unassigned"]
    fields = known_fields(number=normal, extension=extension)
    return Parsed(fields, normal + tail, isolated(shown + tail, technical=True), codes)


# ------------------------------------------------------------------ device and subscriber

_SEPARATORS: Final = re.compile(r"[ \-/.]")
_IMEI_ADVICE: Final = "dial *#06# or read it from the device: 15 digits, or 16 with the version"


def digits_of(text: str) -> str | None:
    """Return the ASCII digits of a text that holds nothing else but separators, or None."""
    digits = _SEPARATORS.sub("", text)
    return digits if digits.isascii() and digits.isdigit() else None


def parse_imei(given: Given) -> Parsed:
    """Return the digits of an IMEI (14 without, 15 with check digit) or an IMEISV (16).

    An IMEI as networks transmit it ends in 0 in place of its check digit; it is taken, with a
    warning.

    Source: 3GPP TS 23.003 section 6.2 and annex B (Luhn).
    """
    digits = digits_of(given.text("imei"))
    if digits is None or len(digits) not in {14, 15, 16}:
        raise ImeiError("IMEI", "it has not 14, 15 or 16 digits", _IMEI_ADVICE)
    codes = []
    if len(digits) == 14:
        codes.append("imei-no-check")
    elif len(digits) == 15 and not luhn.is_valid(digits):
        if digits[-1] != "0":
            raise ImeiError("IMEI", "its check digit is wrong", _IMEI_ADVICE)
        codes.append("imei-spare")
    shown = imeis.format(digits)
    return Parsed({"imei": digits}, digits, isolated(shown, technical=True), codes)


def parse_imsi(given: Given) -> Parsed:
    """Return the digits of an IMSI; shown as country, network and subscriber if these are known.

    Source: 3GPP TS 23.003 section 2.2; ITU-T E.212 (MCC and MNC).
    """
    digits = digits_of(given.text("imsi"))
    if digits is None or len(digits) not in {14, 15}:
        raise ImsiError("IMSI", "it has not 14 or 15 digits", "write the digits of the SIM's IMSI")
    parts = imsis.split(digits)
    codes = [] if _is_known(parts) else ["mobile-operator"]
    return Parsed({"imsi": digits}, digits, isolated("-".join(parts), technical=True), codes)


def _is_known(parts: tuple[str, ...]) -> bool:
    return len(parts) == 3 and all(parts)


# ------------------------------------------------------------------ cell

_CELL: Final = re.compile(
    r"(\d{3})[-/ ](\d{2,3})[-/ ](\d{1,8})[-/ ](\d{1,11})(?: (gsm|umts|lte|nr))?", re.ASCII
)
_CELL_ADVICE: Final = "write MCC-MNC-LAC-CI or MCC-MNC-TAC-CI in decimal, as 452-04-12345-678"
RADIOS: Final = ("gsm", "umts", "lte", "nr")
# Bits of area (LAC or TAC) and of cell.
_BITS: Final = {"gsm": (16, 16), "umts": (16, 28), "lte": (16, 28), "nr": (24, 36), None: (24, 36)}


def split_cell(text: str) -> dict[str, object]:
    """Return the parts of ``452-04-12345-678 lte``."""
    found = _CELL.fullmatch(text.strip())
    if found is None:
        raise CellError("cell", "not four numbers", _CELL_ADVICE)
    names = ("mcc", "mnc", "area", "cell", "radio")
    return {name: part for name, part in zip(names, found.groups(), strict=True) if part}


def parse_cell(given: Given) -> Parsed:
    """Return a cell: country, network, area (LAC or TAC), cell and which radio network it is.

    Source: 3GPP TS 23.003 sections 4.1, 4.3.1, 19.4.2.3 and 19.6 (parts and their bits);
    3GPP TS 25.331 section 10.3.2.2 (28 bits in UMTS).
    """
    mcc, mnc = given.text("mcc"), given.text("mnc")
    if not re.fullmatch(r"\d{3}", mcc, re.ASCII) or not re.fullmatch(r"\d{2,3}", mnc, re.ASCII):
        raise CellError("cell", "MCC has not 3 or MNC not 2 or 3 digits", _CELL_ADVICE)
    area, cell = given.number("area"), given.number("cell")
    if area is None or cell is None:
        raise CellError("cell", "area or cell is missing", _CELL_ADVICE)
    radio = given.choice("radio", RADIOS)
    area_bits, cell_bits = _BITS[radio]
    if area >> area_bits or cell >> cell_bits:
        raise CellError("cell", "area or cell is larger than the network allows", _CELL_ADVICE)
    codes = [] if radio else ["cell-radio-missing"]
    if imsis.split(mcc + mnc + "0000000000")[:2] != (mcc, mnc):
        codes.append("mobile-operator")
    text = f"{mcc}-{mnc}-{area}-{cell}" + (f" {radio}" if radio else "")
    fields = known_fields(mcc=mcc, mnc=mnc, area=area, cell=cell, radio=radio)
    return Parsed(fields, text, isolated(text, technical=True), codes)
