"""What is withheld from a bundle, rule by rule, and by whose decision.

A rule names sections of messages, or an exhibit: whole, or some files of it where it is opened. A
rule that meets nothing is an error, because somebody believes that something is kept back.

Source: spec/16-bundles.md.
"""

import fnmatch
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from comity.bundle.errors import RedactionError, RedactionUnmetError
from comity.bundle.layout import MIB
from comity.bundle.statement import MAX_DECISION_CHARS, MAX_REASON_CHARS, Withheld
from comity.canonical import PeerError, decode_loose, digest_text
from comity.evidence.offer import Offer

MAX_BYTES: Final = MIB
_MANY: Final = 10_000
_DECISION: Final = ("authority", "date", "number")
_TOP: Final = frozenset({"decision", "reason", "withhold"})
_RULE: Final = frozenset({"exhibit", "files", "reason", "sections"})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing, or several of a kind, that do not go out.

    Attributes:
        why: reason and decision.
        sections: names, or ``<content digest>/<name>`` for one message's.
        exhibit: identifier, or root of the package as a digest text; empty for none.
        files: paths as the exhibit's manifest has them (``data/...``), or patterns with ``*``,
            ``?`` and ``[...]``; empty: the whole exhibit.
    """

    why: Withheld
    sections: tuple[str, ...] = ()
    exhibit: str = ""
    files: tuple[str, ...] = ()

    def is_about(self, offer: Offer) -> bool:
        """Tell whether the rule names the exhibit of an offer."""
        return bool(self.exhibit) and self.exhibit in {offer.exhibit, digest_text(offer.root)}


@dataclass
class Redactor:
    """Answers what is withheld, and remembers which rules were met.

    Attributes:
        rules: in order; the first that fits gives the reason.
    """

    rules: Sequence[Rule]
    _met: set[tuple[int, str]] = field(default_factory=set)

    def section(self, content: str, name: str) -> Withheld | None:
        """Return why a section of the message of a content digest is withheld, or None."""
        for number, rule in enumerate(self.rules):
            for wanted in rule.sections:
                if wanted in {name, f"{content}/{name}"}:
                    self._met.add((number, wanted))
                    return rule.why
        return None

    def package(self, offer: Offer) -> Withheld | None:
        """Return why a sealed package is withheld: it is, or it holds a file that is."""
        for number, rule in enumerate(self.rules):
            if rule.is_about(offer):
                if not rule.files:
                    self._met.add((number, rule.exhibit))
                return rule.why
        return None

    def whole(self, offer: Offer) -> bool:
        """Tell whether an exhibit is withheld whole."""
        return any(rule.is_about(offer) and not rule.files for rule in self.rules)

    def file(self, offer: Offer, path: str) -> Withheld | None:
        """Return why a payload file of an opened exhibit is withheld, or None."""
        found = None
        for number, rule in enumerate(self.rules):
            for wanted in rule.files if rule.is_about(offer) else ():
                if path == wanted or fnmatch.fnmatchcase(path, wanted):
                    self._met.add((number, wanted))
                    found = found or rule.why
        return found

    def check_met(self) -> None:
        """Raise unless every rule met something.

        Raises:
            RedactionUnmetError: what a rule names is not in the case, or its exhibit is not given
                opened; nothing may be handed out.
        """
        for number, rule in enumerate(self.rules):
            wanted = rule.sections + (rule.files or ((rule.exhibit,) if rule.exhibit else ()))
            lost = [item for item in wanted if (number, item) not in self._met]
            if lost:
                raise RedactionUnmetError(
                    f"rule {number + 1} names {len(lost)} things that this bundle would not hold "
                    "anyway: correct it, or give the opened exhibit with --exhibits",
                    rule=number + 1,
                )


def named_sections(names: Iterable[str], reason: str) -> tuple[Rule, ...]:
    """Return the rule that withholds sections without anybody's decision, or none."""
    found = tuple(names)
    return (Rule(why=Withheld(reason), sections=found),) if found else ()


def parse_redaction(data: bytes, *, toml: bool) -> tuple[Rule, ...]:
    """Return the rules of a redaction file.

    Args:
        data: UTF-8; ``decision`` (``authority``, ``date``, ``number``), ``reason``, and
            ``withhold``: a list of tables with ``sections``, or ``exhibit`` and ``files``.
        toml: whether it is TOML; else JSON.

    Raises:
        RedactionError: unknown or missing members, or nothing to withhold.
    """
    value = _read(data, toml=toml)
    if not _TOP.issuperset(value) or not isinstance(value.get("withhold"), list):
        raise RedactionError("a redaction has decision, reason and a list to withhold")
    decision, reason = _decision(value.get("decision")), value.get("reason")
    rules = tuple(_rule(item, decision, reason) for item in value["withhold"][:_MANY])
    if not rules or len(value["withhold"]) > _MANY:
        raise RedactionError(f"a redaction withholds 1 to {_MANY} things")
    return rules


def _read(data: bytes, *, toml: bool) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise RedactionError("larger than any redaction we read")
    try:
        value = tomllib.loads(data.decode("utf-8")) if toml else decode_loose(data, max_bytes=MIB)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, PeerError) as fault:
        raise RedactionError("neither TOML nor JSON") from fault
    if not isinstance(value, dict):
        raise RedactionError("a redaction is a table")
    return value


def _decision(value: object) -> str:
    if not isinstance(value, dict) or value.keys() != set(_DECISION):
        raise RedactionError("a decision has authority, date and number")
    if isinstance(value["date"], date):
        value = {**value, "date": value["date"].isoformat()}
    parts = [value[name] for name in _DECISION]
    if not all(isinstance(part, str) and part.strip() for part in parts):
        raise RedactionError("authority, date and number of a decision are texts")
    try:
        date.fromisoformat(value["date"])
    except ValueError as fault:
        raise RedactionError("a decision's date is written YYYY-MM-DD") from fault
    text = ", ".join(part.strip() for part in parts)
    if len(text) > MAX_DECISION_CHARS:
        raise RedactionError(f"a decision is named in {MAX_DECISION_CHARS} characters")
    return text


def _rule(value: object, decision: str, common: object) -> Rule:
    if not isinstance(value, dict) or not _RULE.issuperset(value):
        raise RedactionError("what is withheld is sections, or an exhibit with files")
    reason = value.get("reason", common)
    if not isinstance(reason, str) or not 0 < len(reason.strip()) <= MAX_REASON_CHARS:
        raise RedactionError("what is withheld has a reason, its own or the common one")
    sections, files = _texts(value.get("sections", [])), _texts(value.get("files", []))
    exhibit = value.get("exhibit", "")
    if not isinstance(exhibit, str) or bool(sections) == bool(exhibit) or (files and not exhibit):
        raise RedactionError("a rule names sections, or one exhibit and perhaps files of it")
    why = Withheld(reason.strip(), decision)
    return Rule(why=why, sections=sections, exhibit=exhibit, files=files)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise RedactionError("names are a list of texts")
    return tuple(value)
