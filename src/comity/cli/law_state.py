"""Whether a treaty is in force at all, in one line and as JSON."""

from comity.cli.law_frame import frame
from comity.instruments import Instrument
from comity.instruments.bases import register_of
from comity.instruments.calendar_rules import entry_rule
from comity.instruments.standing import TreatyEntry, treaty_entry


def state_text(instrument: Instrument, lang: str = "en") -> str:
    """Return what is known of a treaty's entry into force, in words."""
    told, entry = frame(lang), _entry(instrument)
    if entry is None:
        return told("state.no_treaty")
    if entry.earliest and entry.earliest == entry.latest:
        return told("state.from", day=entry.latest)
    parts = []
    if entry.earliest:
        parts.append(told("state.not_before", day=entry.earliest))
    if entry.latest:
        parts.append(told("state.latest", day=entry.latest))
    return told.listed(parts) or told("state.unknown")


def state_value(instrument: Instrument) -> dict[str, object] | None:
    """Return the same as JSON; None where there is no treaty."""
    entry = _entry(instrument)
    if entry is None:
        return None
    return {
        "confidence": entry.confidence,
        "earliest": entry.earliest and entry.earliest.isoformat(),
        "latest": entry.latest and entry.latest.isoformat(),
        "published": entry.published,
        "source": entry.source,
    }


def _entry(instrument: Instrument) -> TreatyEntry | None:
    rule = entry_rule(instrument.entry)
    if rule is None:
        return None
    register = register_of(instrument)
    if register is None:
        return TreatyEntry(rule.in_force, rule.in_force, rule.in_force is not None, None, "")
    return treaty_entry(register, rule)
