"""A long password that is a simple pattern is refused: a piece repeated, or a row of keys.

Length, common passwords and likeness to the account's name are Django's own validators.
"""

import re
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_REPEATED: Final = 6
"""Longest piece whose repetition makes a password no better."""
LEAST_DIFFERENT: Final = 5
"""Different characters that a password has."""
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn", "qwertzuiopasdfghjklyxcvbnm",
)  # fmt: skip
"""What a hand types in a row; backwards too."""
_REPEATED: Final = re.compile(rf"(.{{1,{MOST_REPEATED}}}?)\1+", re.DOTALL)


class SimplePatternValidator:
    """Refuses a password that is one short piece repeated, a row of keys, or few characters."""

    def validate(self, password: str, user: Any = None) -> None:
        """Check a password.

        Raises:
            ValidationError: it is such a pattern; says what to do.
        """
        del user
        plain = password.casefold()
        rows = (*_ROWS, *(row[::-1] for row in _ROWS))
        if (
            len(set(plain)) < LEAST_DIFFERENT
            or _REPEATED.fullmatch(plain)
            or any(plain in row * 2 for row in rows)
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
