"""What messages, the directory and the registers say to the rules, and nothing that they do not.

A fact that no section can say, and that no register settles, is left out: the rules then ask for
it, or find that it is missing. `READABLE` lists what can be said at all, so that a page can tell a
request that is silent from a protocol that has no field for it.

Source: docs/reference/instruments.md, "facts.toml"; spec/07-types.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from comity.canonical import PeerError, state_of
from comity.directory import Directory, Entry
from comity.exchange.names import ABOUT_DATA
from comity.instruments import Instrument, Library
from comity.instruments.bases import between

type Facts = dict[str, Any]

READABLE: Final = frozenset(
    {
        "authority.conducting", "authority.contact", "authority.name", "basis.in_force",
        "case.domestic_provision", "case.electronic_evidence", "case.facts", "case.reference",
        "case.subject", "decision.grounds", "decision.kind", "decision.reasons",
        "decision.review_date", "decision.two_persons", "evidence.custody", "evidence.hashed",
        "preservation.end", "preservation.extension_asked", "request.assistance",
        "request.confidential", "request.custodian", "request.data", "request.expedited",
        "request.expedited_reason", "request.identifiers", "request.items", "request.necessity",
        "request.period_end", "request.period_start", "request.persons",
        "request.preservation_reference",
        "request.preserved_exist", "request.property_description", "route.accepted_languages",
        "route.authenticated", "route.channel", "route.contact_point_known",
        "route.directory_checked", "route.language", "route.recipient", "route.urgent",
        "transfer.reasons",
    }
)  # fmt: skip
"""Every fact that this module can give."""

NODE: Final = "node"
CHANNELS: Final = {
    "e-mail": "e-mail",
    "post": "post",
    "courier": "post",
    "fax": "post",
    "diplomatic": "diplomatic",
    "phone": "oral",
    "in-person": "oral",
}
"""Ways by which something came on paper, to the codes of the fact ``route.channel``."""
DECISIONS: Final = {
    "request.accepted": "accept",
    "request.accepted-in-part": "accept-in-part",
    "request.refused": "refuse",
    "request.postponed": "postpone",
}
UNDECIDED: Final = {
    "request.clarification-asked": "ask",
    "request.not-competent": "forward",
    "request.forwarded": "forward",
}
"""Answers that decide nothing yet, or that somebody else decides."""
OTHER: Final = "other"
"""A ground that is none of the instrument's own."""

ROUTED: Final = frozenset({"request.submitted", "request.amended", "request.extension-asked"})
"""Messages of the asking side whose way the rules judge."""
_DATA: Final = frozenset(ABOUT_DATA)
_PERSONS: Final = frozenset({"person", "organization"})
_THINGS: Final = frozenset({"device", "file"})
_PROPERTY: Final = frozenset({"freezing", "confiscation"})
_TWO: Final = 2


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message about a request, and the request as it stands.

    Attributes:
        asker, asked: the parties of the request.
        type: of the message.
        sections: of the message, by name; their values are checked.
        request: sections of the request with its amendments.
        received: whether it came from the other side, verified.
        channel: by which way it comes or goes, as the fact ``route.channel`` names it.
        officers: how many officers have to sign the message.
        preserved_until: as last confirmed, or None.
        at: the moment of judging, aware UTC.
        told: facts that the conversation as a whole says (`facts_from_conversation`).
        own: facts that an officer of this office added; they fill gaps, and replace nothing.
    """

    asker: str
    asked: str
    type: str
    sections: Mapping[str, Any]
    request: Mapping[str, Any]
    received: bool = False
    channel: str = NODE
    officers: int = 0
    preserved_until: datetime | None = None
    at: datetime
    own: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


def facts_of(said: Said, instrument: Instrument, library: Library, directory: Directory) -> Facts:
    """Return the facts for judging a message by an instrument, by dotted name."""
    found: Facts = {"at": said.at}
    parts = [_request(said.request), _basis(said, instrument, library, directory)]
    parts.append(dict(said.told))
    if said.type in UNDECIDED:
        parts.append({"decision.kind": UNDECIDED[said.type]})
    elif said.type in DECISIONS:
        parts.append(_decision(said, instrument, library))
    elif said.type == "evidence.offered":  # an offer has digests and a custody chain (spec 15)
        parts.append({"evidence.hashed": True, "evidence.custody": True})
    elif said.type == "preservation.confirmed":
        parts.append({"preservation.end": said.sections["preservation"]["until"]})
    elif said.type == "request.extended":
        parts.append({"preservation.end": said.sections["extension"]["until"]})
    elif said.type in ROUTED:
        parts.append(_route(said, directory))
    for part in parts:
        found |= {name: value for name, value in part.items() if value is not None}
    return {**{k: v for k, v in said.own.items() if k not in found}, **found}


# ------------------------------------------------------------------ the request


def _request(sections: Mapping[str, Any]) -> Facts:
    found: Facts = {}
    if "request" in sections:
        found |= _asked(sections["request"])
        found |= _urgent(sections)
    if "subject" in sections:
        found |= _subject(sections["subject"], _measure(sections))
    if "grounds" in sections:
        grounds = sections["grounds"]
        # the section has one text for the offence and the provision that makes it one
        found["case.subject"] = found["case.domestic_provision"] = grounds["offence"]["text"]
        found["case.facts"] = grounds["facts"]["text"]
        found["request.necessity"] = grounds["necessity"]["text"]
        if _measure(sections) == "transfer-of-proceedings":
            found["transfer.reasons"] = grounds["necessity"]["text"]
    if "authority" in sections:
        found["authority.conducting"] = sections["authority"]["name"]
        found["authority.contact"] = sections["authority"]["contact"]
    return found


def _measure(sections: Mapping[str, Any]) -> str:
    return str(sections["request"]["measure"]) if "request" in sections else ""


def _asked(request: Mapping[str, Any]) -> Facts:
    links = [x["conversation"] for x in request["links"] if x["relation"] == "preservation"]
    return {
        "case.reference": request["reference"],
        "case.electronic_evidence": True if request["measure"] in _DATA else None,
        "request.confidential": request["confidential"],
        "request.preserved_exist": True if links else None,
        "request.preservation_reference": " ".join(links),
    }


def _urgent(sections: Mapping[str, Any]) -> Facts:
    """Return what urgency says; the text on need is asked for as "and why now"."""
    urgent = sections["request"]["urgency"] != "normal"
    found: Facts = {"route.urgent": urgent, "request.expedited": urgent}
    if urgent and "grounds" in sections:
        found["request.expedited_reason"] = sections["grounds"]["necessity"]["text"]
    return found


def _subject(subject: Mapping[str, Any], measure: str) -> Facts:
    """Return what is asked; of whose kind it is, data or property, the measure says."""
    accounts, period = subject["accounts"], subject["period"] or {}
    kinds = {kind: [a for a in accounts if a.get("type") in kind] for kind in (_PERSONS, _THINGS)}
    start, end = period.get("start"), period.get("end")
    told = subject["description"]["text"]
    return {
        "request.assistance": told,
        "request.data": told if measure in _DATA or accounts else None,
        "request.property_description": told if measure in _PROPERTY else None,
        "request.custodian": ", ".join(dict.fromkeys(one["service"] for one in accounts)),
        "request.identifiers": [
            {"value": one["identifier"], "type": one.get("type")}
            | {"period_start": start, "period_end": end}
            for one in accounts
        ],
        "request.persons": [{"name": one["identifier"]} for one in kinds[_PERSONS]] or None,
        "request.items": [{"name": one["identifier"]} for one in kinds[_THINGS]] or None,
        "request.period_start": start,
        "request.period_end": end,
    }


# ------------------------------------------------------------------ basis, way, decision


def _basis(said: Said, instrument: Instrument, library: Library, directory: Directory) -> Facts:
    """Return whether it binds both: the register decides, and a party's word can only lower it."""
    register = _registered(said, instrument, library)
    known = {"in-force": True, "not-in-force": False}.get(register)
    told = [_status(directory, party, instrument.key) for party in (said.asker, said.asked)]
    if any(status and status != "in-force" for status in told):
        known = False
    return {"basis.in_force": known, "authority.name": said.asker}


def _registered(said: Said, instrument: Instrument, library: Library) -> str:
    asker, asked = state_of(said.asker), state_of(said.asked)
    if asker == asked:
        return "unknown"
    try:
        found = between(library, asker, asked, said.at.date())
    except PeerError:  # the office's own status file breaks the format
        return "unknown"
    return next((basis.value for basis in found if basis.instrument == instrument.key), "unknown")


def _status(directory: Directory, party: str, instrument: str) -> str:
    entry = _entry(directory, party)
    listed = entry.instruments if entry else ()
    return next((one.status for one in listed if one.name == instrument), "")


def _reference(said: Said) -> str | None:
    """Return the reference of the preservation that a longer one is asked of: its own request's."""
    return said.request["request"]["reference"] if "request" in said.request else None


def _entry(directory: Directory, party: str) -> Entry | None:
    try:
        return directory.entry(party)
    except PeerError:
        return None


def _route(said: Said, directory: Directory) -> Facts:
    entry = _entry(directory, said.asked)
    found: Facts = {"route.channel": said.channel, "route.language": _language(said)}
    if said.type == "request.extension-asked":
        found["preservation.extension_asked"] = said.at
        found["preservation.end"] = said.preserved_until
        found["request.preservation_reference"] = _reference(said)
    if said.received:
        found["route.authenticated"] = True
    if entry is not None:
        found["route.recipient"] = _recipient(entry.functions)
        found["route.directory_checked"] = entry.issued_at
        found["route.accepted_languages"] = [primary(tag) for tag in entry.languages]
    if any(_is_contact_point(one.functions) for one in _of_state(directory, said.asked)):
        found["route.contact_point_known"] = True
    return found


def _of_state(directory: Directory, party: str) -> Iterator[Entry]:
    for other in directory.parties():
        if state_of(other) == state_of(party) and (entry := _entry(directory, other)):
            yield entry


def _is_contact_point(functions: tuple[str, ...]) -> bool:
    return "contact-point" in functions


def _recipient(functions: tuple[str, ...]) -> str | None:
    if "central-authority" in functions:
        return "central-authority"
    return "contact-point" if _is_contact_point(functions) else None


def _language(said: Said) -> str | None:
    """Return the one language of all free texts, or None if they differ or there are none."""
    found = {primary(tag) for section in said.request.values() for tag in _tags(section)}
    return found.pop() if len(found) == 1 else None


def _tags(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if set(value) == {"lang", "text"}:
            yield value["lang"]
        else:
            for member in value.values():
                yield from _tags(member)
    elif isinstance(value, list):
        for member in value:
            yield from _tags(member)


def primary(tag: str) -> str:
    """Return the language of a BCP 47 tag without script and region."""
    return tag.partition("-")[0].lower()


def _decision(said: Said, instrument: Instrument, library: Library) -> Facts:
    decision = said.sections["decision"]
    return {
        "decision.kind": DECISIONS[said.type],
        "decision.reasons": decision["reasons"]["text"],
        "decision.review_date": decision["review_by"],
        "decision.grounds": ground_codes(decision["grounds"], instrument, library),
        "decision.two_persons": True if said.officers >= _TWO else None,
    }


def ground_codes(texts: list[str], instrument: Instrument, library: Library) -> list[str]:
    """Return the grounds of a decision as codes of an instrument.

    A ground is written as ``KEY-OF-INSTRUMENT KEY-OF-GROUND``. One of another instrument that we
    hold says nothing here; any other text is `OTHER`, so that no rule takes it for one of its own.
    """
    found = []
    for text in texts:
        name, _, key = text.partition(" ")
        if name == instrument.key and key in instrument.grounds:
            found.append(key)
        elif name == instrument.key or name not in library.instruments:
            found.append(OTHER)
    return list(dict.fromkeys(found))
