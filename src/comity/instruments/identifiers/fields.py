"""The fields of an identifier as they came in, and what parsing makes of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from comity.canonical.errors import ComityError
from comity.canonical.times import time_text
from comity.instruments.identifiers.errors import (
    IdentifierCountryError,
    IdentifierDateError,
    IdentifierFieldError,
    IdentifierTimeError,
)
from comity.instruments.identifiers.text import MAX_TEXT_CHARS, bounded

type Value = str | int | tuple[str, ...] | tuple[Mapping[str, str], ...]
"""What a field of a parsed identifier may be."""

MAX_ROWS: Final = 20
MAX_INTEGER: Final = 1 << 63


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser returns.

    Attributes:
        fields: the normal form, without fields that were not given.
        text: the normal form on one line.
        display: ``text`` made safe to show.
        codes: of the warnings.
    """

    fields: Mapping[str, Value]
    text: str
    display: str
    codes: list[str] = field(default_factory=list)


class Given:
    """Fields that were given, of which none is trusted."""

    def __init__(self, what: str, value: object, known: tuple[str, ...]) -> None:
        """Take the fields.

        Args:
            what: the type's name, for errors.
            value: the mapping.
            known: names that the type has.

        Raises:
            IdentifierFieldError: it is no mapping, or has a field that the type has not.
        """
        self.what = what
        self._known = known
        if not isinstance(value, Mapping):
            raise self._error("it is not given field by field")
        if not set(value) <= set(known):
            raise self._error("a field is given that it has not")
        self._value = value

    def _error(self, why: str) -> IdentifierFieldError:
        return IdentifierFieldError(self.what, why, f"its fields are {', '.join(self._known)}")

    def has(self, name: str) -> bool:
        """Tell whether the field is given."""
        return self._value.get(name) is not None

    def text(self, name: str, *, most: int = MAX_TEXT_CHARS) -> str:
        """Return a text that must be given, bounded and in NFC."""
        value = self._value.get(name)
        if value is None:
            raise self._error(f"{name} is missing")
        if not isinstance(value, str):
            raise self._error(f"{name} is no text")
        return bounded(value, f"{self.what}, {name}", most=most)

    def maybe(self, name: str, *, most: int = MAX_TEXT_CHARS) -> str | None:
        """Return a text, or None if it is not given."""
        return self.text(name, most=most) if self.has(name) else None

    def number(self, name: str) -> int | None:
        """Return a whole number that is not negative, given as number or digits, or None."""
        value = self._value.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
            value = int(value)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MAX_INTEGER:
            raise self._error(f"{name} is no whole number")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        """Return one of several words, or None."""
        value = self.maybe(name)
        if value is not None and value not in choices:
            raise IdentifierFieldError(
                f"{self.what}, {name}", "not a word that is known", f"write {', '.join(choices)}"
            )
        return value

    def rows(self, name: str) -> list[object]:
        """Return the members of a list, or none."""
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list | tuple) or len(value) > MAX_ROWS:
            raise self._error(f"{name} is no list of at most {MAX_ROWS}")
        return list(value)


def known_fields(**fields: Value | None) -> dict[str, Value]:
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None and value != ()}


# Codes that identifiers are written with: countries and currencies.
#
# Source: ISO 3166-1 (alpha-2 codes); ISO 4217, current currencies with XCG and ZWG, and the
# withdrawn ANG, HRK, SLL and ZWL: a payment may be older than its currency's end. Metals, units of
# accounts and test codes are left out.


_COUNTRIES: Final = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
    LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES: Final = frozenset(_COUNTRIES.split())

_TWO_DECIMALS: Final = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
    CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL
    GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR
    LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB
    PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP
    SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL
"""
_NO_DECIMALS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS: Final = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS: Final = "CLF UYW"

CURRENCY_DECIMALS: Final = {
    code: decimals
    for decimals, codes in (
        (0, _NO_DECIMALS),
        (2, _TWO_DECIMALS),
        (3, _THREE_DECIMALS),
        (4, _FOUR_DECIMALS),
    )
    for code in codes.split()
}
"""Decimals of the minor unit, by currency."""


def country(text: str) -> str:
    """Return a country's code in capitals.

    Raises:
        IdentifierCountryError: it is no officially assigned code.
    """
    code = text.strip().upper()
    if code not in COUNTRIES:
        raise IdentifierCountryError(
            "country", "not a country's code", "write its two letters of ISO 3166-1, as VN or FR"
        )
    return code


# Times and dates as people write them beside an identifier.


_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(\.\d{1,9})?\s?([Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(~?)", re.ASCII)
_YEARS: Final = range(1850, 2101)
_ADVICE: Final = "write the time with its zone, as 2026-11-24T09:00:00Z or +07:00"


def moment(text: str) -> str:
    """Return a time as ``YYYY-MM-DDThh:mm:ssZ``; fractions of a second are cut.

    Raises:
        IdentifierTimeError: no zone, no seconds, ``-00:00`` (which says that the zone is not
            known), or no such time.

    Source: RFC 3339 sections 4.3 and 5.6; RFC 6302 section 2 (accurate to the second).
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise IdentifierTimeError("time", "not a time that can be read", _ADVICE)
    day, minute, second, _, zone = found.groups()
    if zone is None or zone == "-00:00":
        raise IdentifierTimeError("time", "its zone is missing", _ADVICE)
    if second is None:
        raise IdentifierTimeError("time", "its seconds are missing", _ADVICE)
    offset = "+00:00" if zone in "Zz" else zone
    try:
        return time_text(datetime.fromisoformat(f"{day}T{minute}{second}{offset}"))
    except (ValueError, OverflowError, ComityError) as fault:
        raise IdentifierTimeError("time", "there is no such time", _ADVICE) from fault


def day(text: str, *, what: str) -> str:
    """Return a whole date, ``YYYY-MM-DD``.

    Raises:
        IdentifierDateError: it is less than a whole date, or there is no such day.
    """
    found = partial_date(text, what=what)
    if len(found) != len("YYYY-MM-DD"):
        raise IdentifierDateError(what, "it is no whole date", "write it as 2026-11-24")
    return found


def partial_date(text: str, *, what: str) -> str:
    """Return a date as far as it is known: ``1990``, ``1990-05`` or ``1990-05-17``.

    A ``~`` at its end says that it is estimated.

    Raises:
        IdentifierDateError: there is no such day, or the year is one of another calendar.

    Source: ISO 8601-1 section 5.2; ISO 8601-2 section 8.4 (``~``).
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise IdentifierDateError(
            what, "not a date that can be read", "write it as 1990-05-17, 1990-05, 1990 or 1990~"
        )
    year, month, number, about = found.groups()
    if int(year) not in _YEARS:
        raise IdentifierDateError(
            what,
            f"the year is not between {_YEARS[0]} and {_YEARS[-1]}",
            "write the date in the Gregorian calendar",
        )
    try:
        date(int(year), int(month or 1), int(number or 1))
    except ValueError as fault:
        raise IdentifierDateError(what, "there is no such day", "check month and day") from fault
    return "-".join(part for part in (year, month, number) if part) + about
