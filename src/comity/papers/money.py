"""Amounts of money as papers show them: a number of minor units written in the currency's own unit.

Source: ISO 4217 list one, column "Mnr unt"; a currency that is not listed here has two decimals.
"""

from typing import Final

_NONE: Final = frozenset({
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
    "VUV", "XAF", "XOF", "XPF",
})  # fmt: skip
_THREE: Final = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_FOUR: Final = frozenset(["CLF", "UYW"])


def shown_amount(amount_minor: int, currency: str) -> str:
    """Return ``1234.50 EUR``, without marks between thousands: those differ between languages.

    Args:
        amount_minor: 0 or more, in the currency's minor unit.
        currency: three capital letters.
    """
    decimals = _decimals(currency)
    if decimals == 0:
        return f"{amount_minor} {currency}"
    whole, part = divmod(amount_minor, 10**decimals)
    return f"{whole}.{part:0{decimals}d} {currency}"


def _decimals(currency: str) -> int:
    known = ((_NONE, 0), (_THREE, 3), (_FOUR, 4))
    return next((count for names, count in known if currency in names), 2)
