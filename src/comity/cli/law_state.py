"""Whether a treaty is in force at all, in one line and as JSON."""

from comity.instruments import Instrument
from comity.instruments.bases import register_of
from comity.instruments.calendar_rules import entry_rule
from comity.instruments.standing import TreatyEntry, treaty_entry


def state_text(instrument: Instrument) -> str:
    """Return what is known of a treaty's entry into force, in words."""
    entry = _entry(instrument)
    if entry is None:
        return "no treaty: it rests on the law of each State"
    if entry.earliest and entry.earliest == entry.latest:
        return f"in force from {entry.latest}"
    parts = []
    if entry.earliest:
        parts.append(f"not in force before {entry.earliest}")
    if entry.latest:
        parts.append(f"in force from {entry.latest} at the latest")
    return ", ".join(parts) or "not known whether it is in force"


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
