"""What the checks of a node's health are called, what was found, and what to do now, in English.

The API and the command give these as they are; the page translates them.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from comity.node.core.label_files import read_label_file

_TABLES: Final = read_label_file(__package__)
TITLE: Final = _TABLES["title"]
DO: Final = _TABLES["do"]
FOUND: Final = _TABLES["found"]
LACKING: Final = _TABLES["lacking"]
DO_LACKING: Final = _TABLES["do-lacking"]
DO_STILL: Final = _TABLES["do-still"]
OPERATOR: Final = _TABLES["do-operator"]
"""What the operator does where others are told to ask the operator; by the same keys."""
STILL: Final = _TABLES["still"]


def found_text(
    key: str, stands: str, facts: Mapping[str, Any], say: Callable[[str], str] = str
) -> str:
    """Return what a check found, with places for its facts.

    Args:
        key: of the check.
        stands: how it stands.
        facts: of the check.
        say: translates a sentence.
    """
    if works := facts.get("works"):
        return " ".join(say(STILL[one]) for one in works)
    if lacking := _lacking(stands, facts):
        return say(LACKING[lacking])
    if facts.get("urgent"):
        keys = ["deliveries.bad"] if facts["given_up"] else []
        return " ".join(say(FOUND[one]) for one in (*keys, "deliveries.urgent"))
    if (key, stands) == ("deliveries", "good") and not facts["waiting"]:
        return say(FOUND["deliveries.none"])
    return say(FOUND[_connection(facts) or f"{key}.{stands}"])


def do_text(
    key: str,
    stands: str,
    facts: Mapping[str, Any],
    say: Callable[[str], str] = str,
    *,
    operator: bool = False,
) -> str:
    """Return what is to be done now, with places for facts; empty if nothing is.

    Args:
        key: of the check.
        stands: how it stands.
        facts: of the check.
        say: translates a sentence.
        operator: whether the operator reads it, who is told what to do and not whom to ask.
    """
    lacking, works = _lacking(stands, facts), facts.get("works", ())
    told = _connection(facts) or f"{key}.{stands}"
    found = "deliveries.urgent" if _only_urgent(facts) else told
    # what stops the log is told first, and stops the loops too
    keys = (*works, lacking, found)
    tables = (*((OPERATOR,) if operator else ()), DO_STILL, DO_LACKING, DO)
    text = next((table[one] for one in keys for table in tables if one in table), "")
    return say(text) if text else ""


def _connection(facts: Mapping[str, Any]) -> str:
    """Return the key of what is known of the connection for partners; empty for other checks."""
    known = facts.get("known", "")
    by_page = known == "reached" and not facts["party"]
    return "connection.page" if by_page else known and f"connection.{known}"


def _only_urgent(facts: Mapping[str, Any]) -> bool:
    return bool(facts.get("urgent") and not facts["given_up"])


def _lacking(stands: str, facts: Mapping[str, Any]) -> str:
    return str(facts.get("lacking", "")) if stands == "bad" else ""
