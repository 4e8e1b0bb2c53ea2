"""Words of the Common Exercise Format, and reading its members when nobody vouches for them."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final

from comity.drills.errors import DrillError
from comity.drills.values import MAX_ANSWERS

PARTS: Final[Mapping[str, type]] = {
    "exercise": dict, "inject_flow": list, "inject_payloads": list, "injects": list,
}  # fmt: skip
KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "exercise": frozenset(
        {
            "description", "expanded", "meta", "name", "namespace", "tags", "total_duration",
            "uuid", "valid_until", "version",
        }
    ),
    "inject": frozenset(
        {
            "action", "action_payload_resource_uuid", "inject_evaluation", "name", "target_tool",
            "uuid",
        }
    ),
    "flow": frozenset(
        {
            "description", "inject_uuid", "reporting_callback", "requirements", "sequence",
            "timing",
        }
    ),
    "payload": frozenset({"name", "parameters", "type", "uuid"}),
}  # fmt: skip
ACTIONS: Final[Mapping[str, str]] = {
    "email_to_participants": "e-mail",
    "network_connection": "note",
}
_EXACT: Final = frozenset({"contains", "equals", "is"})


def awaited(did: Mapping[str, str], tasks: list[dict[str, Any]]) -> str:
    """Return the inject that somebody has to have got before a deed can be done."""
    if "inject" in did:
        return did["inject"]
    return next(str(one["opens"]) for one in tasks if one["key"] == did["task"])


def answers_of(parameters: Any) -> list[str]:
    """Return values of which each one is an answer, or nothing."""
    rows = parameters if isinstance(parameters, list) else []
    if len(rows) != 1 or not isinstance(rows[0], dict) or len(rows[0]) != 1:
        return []
    (test,) = rows[0].values()
    if not isinstance(test, dict) or test.get("comparison") not in _EXACT:
        return []
    values = list_of(test.get("values"))
    found = [one.strip() for one in values if isinstance(one, str) and one.strip()]
    whole = len(found) == len(values) and 0 < len(found) <= MAX_ANSWERS
    return list(dict.fromkeys(found)) if whole and max(map(len, found)) <= 200 else []


def decoded(parameters: Mapping[str, Any]) -> str | None:
    """Return the text of a file that stands in a payload; None if it is none in UTF-8."""
    content = str(parameters["content"])
    try:
        data = content.encode()
        if parameters.get("content-type") == "base64":
            data = base64.b64decode(content, validate=True)
        return data.decode("utf-8").replace("\r\n", "\n")
    except (binascii.Error, UnicodeError, ValueError):
        return None


def key_of(name: str, taken: set[str], fallback: str) -> str:
    """Return a key made of a name, unlike those that are taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-") or fallback
    return plain if plain not in taken else f"{plain[:30].strip('-')}-{fallback}"


def number_of(value: Any) -> int | None:
    """Return a whole number, also one that is written as text; None for anything else."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def member(said: Any, name: str) -> Mapping[str, Any]:
    """Return an object that is a member; an empty one where there is none."""
    found = said.get(name) if isinstance(said, dict) else None
    return found if isinstance(found, dict) else {}


def list_of(value: Any) -> list[Any]:
    """Return a list; one text alone counts as a list of it."""
    if isinstance(value, str):
        return [value]
    return value if isinstance(value, list) else []


def why(fault: DrillError) -> str:
    """Return what is the matter, without the place that only this program knows."""
    return re.sub(r"^: (?:'[^']*' )?", "", str(fault))
