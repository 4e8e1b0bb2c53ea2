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
    if (key, stands) == ("deliveries", "good") and not facts["waiting"]:
        return say(FOUND["deliveries.none"])
    return say(FOUND[f"{key}.{stands}"])


def do_text(
    key: str, stands: str, facts: Mapping[str, Any], say: Callable[[str], str] = str
) -> str:
    """Return what is to be done now, with places for facts; empty if nothing is.

    Args:
        key: of the check.
        stands: how it stands.
        facts: of the check.
        say: translates a sentence.
    """
    text = DO_LACKING.get(_lacking(stands, facts)) or DO.get(f"{key}.{stands}", "")
    if facts.get("newer"):
        text = DO["superseded"]
    return say(text) if text else ""


def _lacking(stands: str, facts: Mapping[str, Any]) -> str:
    return str(facts.get("lacking", "")) if stands == "bad" else ""
