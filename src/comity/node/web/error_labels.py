"""What a person reads for the code of an error."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from comity.node.core.labels import read_labels
from comity.node.core.provided import ERROR_WORDS, provided


def tables() -> tuple[Mapping[str, Any], ...]:
    """Return every table; no code stands in two of them, for they hold on every page."""
    return (FAULT, *provided(ERROR_WORDS))


_TABLES: Final = read_labels(__package__)
FAULT: Final = _TABLES["fault"]
_CODE: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def unknown(code: str) -> str:
    """Return what a person reads for a code that has no words; a partner's own words as they are.

    Args:
        code: of an error, as docs/reference/errors.md lists them.
    """
    if not _CODE.fullmatch(code):
        return code
    return str(_("Error %(code)s. Report this code to your operator.")) % {"code": code}
