"""The specification's own tables as data for the page: moves, sections, words.

The tables are the specification's (sections 7 and 8.4, ``spec/schemas/sections``); the code that
runs them in the page is its own.
"""

import functools
import json
import re
import tomllib
from importlib import resources
from typing import Any, Final

from comity.exchange.bodies import SECTIONS
from comity.exchange.editions import KNOWN
from comity.verifier.added import ADDED
from comity.verifier.details import DETAILS
from comity.verifier.reasons import REASONS

LANGUAGES: Final = ("ar", "zh-hans", "en", "fr", "ru", "es", "vi")
_CLAIM: Final = re.compile(r"claim-(.+)-[a-z]+")
_IN_SCHEMA: Final = ("description", "title")


def modules() -> dict[str, str]:
    """Return file name -> text of the modules that hold tables."""
    return {
        "added.js": _module("ADDED", ADDED),
        "details.js": _module("DETAILS", DETAILS),
        "moves.js": _module("EDITIONS", [edition.value() for edition in KNOWN]),
        "reasons.js": _module("REASONS", REASONS),
        "schemas.js": _module("SCHEMAS", {name: schema(name) for name in SECTIONS}),
        "words.js": _module("WORDS", {lang: words(lang) for lang in LANGUAGES})
        + _module("CLAIMS", claims()),
    }


def claims() -> list[str]:
    """Return the names of claims in the order of the registry, which the words keep."""
    return list(dict.fromkeys(found[1] for name in words("en") if (found := _CLAIM.match(name))))


def words(lang: str) -> dict[str, Any]:
    """Return the words of the page in a language.

    ``state-…``, ``measure-…``, ``type-…`` and ``land-…`` are those of the law as data: the states
    of a conversation, what is asked, the kinds of message, and the names of States; ``event-…``
    those of the papers: what can happen to an exhibit.
    """
    text = resources.files("comity.verifier").joinpath("words", f"{lang}.json")
    found: dict[str, Any] = json.loads(text.read_text(encoding="utf-8"))
    law = resources.files("comity.instruments").joinpath("data", "words", f"{lang}.toml")
    told = tomllib.loads(law.read_text(encoding="utf-8"))
    paper = resources.files("comity.papers").joinpath("words", f"{lang}.toml")
    printed = tomllib.loads(paper.read_text(encoding="utf-8"))
    return (
        found
        | {f"state-{state}": name for state, name in told["states"].items()}
        | {f"measure-{measure}": name for measure, name in told["measures"].items()}
        | {f"type-{kind}": name for kind, name in told["messages"].items()}
        | {f"event-{event}": name for event, name in printed["event"].items()}
        | {f"land-{state}": names[lang] for state, names in _lands().items()}
    )


@functools.cache
def _lands() -> dict[str, dict[str, str]]:
    """Return the names of States by their code, then by language."""
    text = resources.files("comity.instruments").joinpath("data", "states.toml")
    return tomllib.loads(text.read_text(encoding="utf-8"))


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a section's value, without what is only for readers."""
    found: dict[str, Any] = _bare(SECTIONS[name].model_json_schema())
    return found


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: {key: _bare(item) for key, item in part.items()}
        if name in ("properties", "$defs")
        else _bare(part)
        for name, part in value.items()
        if name not in _IN_SCHEMA
    }


def _module(name: str, value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    escaped = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"export const {name} = {escaped};\n"
