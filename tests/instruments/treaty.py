"""The fictitious treaty of the tests, and instruments made of few lines."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from comity.files.instruments import read_folder
from comity.instruments import Condition, Instrument, Library
from comity.instruments.predicates import Surroundings, parse_condition

FOLDER: Final = Path(__file__).parent / "data" / "bilateral"
NOW: Final = datetime(2026, 3, 5, 12, tzinfo=UTC)
DAY: Final = timedelta(days=1)

FACTS: Final = b"""
fact = [
  {key = "case.offence", type = "code"},
  {key = "case.years", type = "number"},
  {key = "case.other_years", type = "number"},
  {key = "case.closed", type = "flag"},
  {key = "case.scope", type = "code", values = ["narrow", "wide"]},
  {key = "case.text", type = "text"},
  {key = "decision.kind", type = "code", values = ["accept", "postpone", "refuse"]},
  {key = "decision.grounds", type = "codes"},
  {key = "preservation.start", type = "time"},
  {key = "preservation.end", type = "time"},
  {key = "request.necessity", type = "text"},
  {key = "request.unknown_reason", type = "text"},
  {key = "request.classes", type = "codes", values = ["subscriber", "traffic", "content"]},
  {key = "request.identifiers", type = "items", members = {type = "code", value = "text", \
period_start = "time", count = "number", old = "flag"}},
  {key = "route.language", type = "code"},
  {key = "route.accepted_languages", type = "codes"},
]
"""

HEAD: Final = """
[instrument]
key = "made"
number = 1
covers = ["stored-data"]
[[article]]
key = "1"
[[offence]]
key = "fraud"
cite = "1"
confidence = "text"
[[offence]]
key = "theft"
cite = "1"
confidence = "text"
[[ground]]
key = "security"
cite = "1"
kind = "refuse"
measures = ["stored-data"]
confidence = "text"
[[ground]]
key = "ongoing-case"
cite = "1"
kind = "postpone"
measures = ["*"]
confidence = "text"
[[ground]]
key = "taxes"
cite = "1"
kind = "not-a-ground"
measures = ["*"]
confidence = "text"
"""

RULE: Final = {
    "key": '"R-1"',
    "cite": '["1"]',
    "measures": '["stored-data"]',
    "steps": '["draft"]',
    "group": '"contents"',
    "when": '{missing = "request.necessity"}',
    "effect": '"block"',
    "confidence": '"text"',
}


def rule(**members: str | None) -> str:
    """Return one rule as TOML; a member that is None is left out."""
    merged = RULE | members
    return "[[rule]]\n" + "".join(
        f"{name} = {value}\n" for name, value in merged.items() if value is not None
    )


def made(*rules: str, head: str = HEAD, files: Mapping[str, bytes] | None = None) -> Library:
    """Return a library of one instrument, `made`, with these rules and files."""
    text = head + "".join(rules)
    own = {"facts.toml": FACTS, "made/instrument.toml": text.encode()}
    return Library({**own, **(files or {})})


def instrument(*rules: str) -> tuple[Library, Instrument]:
    """Return a library and its only instrument."""
    library = made(*rules)
    return library, library.instruments["made"]


def bilateral() -> Library:
    """Return the library of the fictitious treaty, over the facts of these tests."""
    return Library({"facts.toml": FACTS}, read_folder(FOLDER))


def condition(value: object) -> Condition:
    """Return the condition of a TOML value, in the surroundings of `made`."""
    library, treaty = instrument()
    grounds = {
        "stored-data": frozenset({"security", "ongoing-case"}),
        "preservation": frozenset({"ongoing-case"}),
    }
    around = Surroundings(library.facts, frozenset(treaty.offences), grounds, "file", "rule R")
    return parse_condition(value, around)


def at(**facts: Any) -> Mapping[str, Any]:
    """Return facts with the moment of judging; ``case__text`` names ``case.text``."""
    return {"at": NOW, **{name.replace("__", "."): value for name, value in facts.items()}}


def cited(instrument: Instrument) -> Iterator[tuple[str, str]]:
    """Yield, for everything in an instrument that cites, its key and the article it cites."""
    rows: tuple[Mapping[str, Any], ...] = (
        instrument.offences,
        instrument.measures,
        instrument.grounds,
        instrument.safeguards,
        instrument.rules,
        instrument.unchecked,
    )
    for table in rows:
        for key, row in table.items():
            for cite in row.cite:
                yield key, cite.partition("(")[0]
