"""The words on the screen: an officer's own, one for each code of the protocol."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from comity.node.core.labels import read_labels
from comity.node.web.error_labels import tables, unknown

_TABLES: Final = read_labels(__package__)
DO: Final = _TABLES["do"]
DONE: Final = _TABLES["done"]
STATE: Final = _TABLES["state"]
BASIS: Final = _TABLES["basis"]
STANDING: Final = _TABLES["standing"]
RECEIPT: Final = _TABLES["receipt"]
SENT: Final = _TABLES["sent"]
STAGE: Final = _TABLES["stage"]
ROLE: Final = _TABLES["role"]
TRACK: Final = _TABLES["track"]
CUSTODY: Final = _TABLES["custody"]
ITEM: Final = _TABLES["item"]
MISFIT: Final = _TABLES["misfit"]
LIMIT: Final = _TABLES["limit"]
CONSENT: Final = _TABLES["consent"]
PROOF: Final = _TABLES["proof"]
PROOF_MEANS: Final = _TABLES["proof-means"]
WAY: Final = _TABLES["way"]


def fault(code: str) -> str:
    """Return what a person reads for an error code, one that has no words of its own too.

    Args:
        code: of an error; after a colon stands what a partner said to it.
    """
    return " ".join(_fault(part) for part in code.split(": "))


def _fault(code: str) -> str:
    for table in tables():
        if code in table:
            return str(table[code])
    return unknown(code)


def standing(code: str) -> str:
    """Return what a person reads for a message's standing."""
    return _outcome(code, STANDING, _("refused: it breaks a rule (%(code)s)"))


def receipt(code: str) -> str:
    """Return what a person reads for the outcome that a receipt names: its author's word."""
    return _outcome(code, RECEIPT, _("received and refused (%(code)s)"))


def _outcome(code: str, words: Mapping[str, Any], refused: Any) -> str:
    if code.startswith("refused:"):
        return str(refused) % {"code": code.removeprefix("refused:")}
    return str(words.get(code, code))
