"""Amounts of money for people: a number of smallest units, by the digits of its currency.

Source: ISO 4217, table A.1, minor units; a currency that is not listed here has two digits.
"""

from typing import Final

_NONE: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE: Final = "BHD IQD JOD KWD LYD OMR TND"
_FOUR: Final = "CLF UYW"
DIGITS: Final = {
    **dict.fromkeys(_NONE.split(), 0),
    **dict.fromkeys(_THREE.split(), 3),
    **dict.fromkeys(_FOUR.split(), 4),
}
"""Currency to the digits of its smallest unit, where these are not two."""


def amount_text(amount_minor: int, currency: str) -> str:
    """Return an amount as people write it, Western digits, left to right: ``1,250.00 ZAR``.

    Args:
        amount_minor: in the smallest unit, not negative.
        currency: three letters of ISO 4217; one that nobody knows has two digits.
    """
    digits = DIGITS.get(currency, 2)
    whole, rest = divmod(amount_minor, 10**digits)
    return f"{whole:,}{f'.{rest:0{digits}d}' if digits else ''} {currency}"
