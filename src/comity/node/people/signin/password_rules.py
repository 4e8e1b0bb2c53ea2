"""A long password that is a simple pattern is refused: a piece repeated, or a row of keys.

Length, common passwords and likeness to the account's name are Django's own validators.
"""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEAST_DIFFERENT: Final = 5
"""Different characters that a password has."""
LEAST_BESIDE: Final = 6
"""Characters that a password has besides rows of keys."""
_LEAST_ROW: Final = 4
_KEYS: Final = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn", "qwertzuiopasdfghjklyxcvbnm",
)  # fmt: skip
_ROWS: Final = (*_KEYS, *(row[::-1] for row in _KEYS))
"""What a hand types in a row, in both directions."""


class SimplePatternValidator:
    """Refuses a password that is a piece repeated, mostly rows of keys, or few characters."""

    def validate(self, password: str, user: Any = None) -> None:
        """Check a password.

        Raises:
            ValidationError: it is such a pattern; says what to do.
        """
        del user
        plain = password.casefold()
        if (
            len(set(plain)) < LEAST_DIFFERENT
            or _is_repeated(plain)
            or _beside_rows(plain) < LEAST_BESIDE
        ):
            raise ValidationError(
                _(
                    "This password is a simple pattern. Use several words that do not belong "
                    "together."
                ),
                code="password-pattern",
            )

    def get_help_text(self) -> str:
        """Return what a form says of it beforehand."""
        return _("No repeated pattern and no row of keys.")


def _is_repeated(text: str) -> bool:
    """Tell whether a text is a piece at least twice, the last time perhaps in part."""
    half = len(text) // 2
    return any(text[size:] == text[:-size] for size in range(1, half + 1))


def _beside_rows(text: str) -> int:
    """Return how many characters of a text are in no row of keys of four or more."""
    beside = at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and any(text[at : end + 1] in row for row in _ROWS):
            end += 1
        if end - at >= _LEAST_ROW:
            at = end
        else:
            beside, at = beside + 1, at + 1
    return beside
