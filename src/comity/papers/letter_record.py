"""The record of a letter: the signed message that the letter's words are made from.

The record holds the message with its sections, the receipts there are for it, and the State records
and entries that say whose key signed it. A letter carries it as a file inside, together with the
languages and the time that the pages were made with, so that anybody can make them again.

Of a message that went with one signature it holds the second too, once there is one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.canonical import (
    PROTOCOL,
    Mode,
    decode,
    encode,
    members,
    parse_digest,
    parse_time,
    time_text,
)
from comity.exchange import Message, Section, parse_message
from comity.exchange.accept import check_bodies
from comity.exchange.approvals import SECTION, TYPE
from comity.exchange.bodies import Countersignature
from comity.exchange.sections import check_sections
from comity.exchange.values import Model
from comity.keys import Jws, jws
from comity.papers.errors import LetterRecordError
from comity.papers.translations import (
    MAX_TRANSLATIONS,
    Translation,
    checked_translations,
    parse_translation,
    spoken_code,
)
from comity.papers.words import MAX_LANGUAGES

INSIDE: Final = "comity-letter.json"
"""Name of the file inside a letter."""
MAX_RECORD_BYTES: Final = 16 * 1024 * 1024
_MAX_RECEIPTS: Final = 32
_KINDS: Final = {
    "entries": list,
    "message": dict,
    "protocol": str,
    "receipts": list,
    "sections": dict,
    "states": list,
}
_COUNTERSIGNED: Final = "countersigned"
"""Member of a record that is there only once its message was countersigned."""


@dataclass(frozen=True, kw_only=True)
class Countersigned:
    """The later message that brought the second signature, its section one that it commits to.

    Attributes:
        message: as signed.
        approval: the second signature, unverified.
    """

    message: Message
    approval: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class LetterRecord:
    """A record whose sections are those the message commits to; no signature is checked.

    Attributes:
        message: as signed.
        mode: live or exercise, as the signature claims.
        bodies: name to value of each section.
        receipts: that parties gave for the message, unverified.
        states: State records, unverified.
        entries: the author's and the receipts' parties' entries, unverified.
        countersigned: what brought the second signature, or None.
        data: the record's canonical bytes.
    """

    message: Message
    mode: Mode
    bodies: Mapping[str, Model]
    receipts: tuple[Jws, ...]
    states: tuple[Jws, ...]
    entries: tuple[Jws, ...]
    countersigned: Countersigned | None = None
    data: bytes

    @property
    def digest(self) -> bytes:
        """Return the message's content digest, 32 bytes (spec 4)."""
        return parse_digest(self.message.content)

    @property
    def code(self) -> str:
        """Return the code to be read aloud."""
        return spoken_code(self.digest)


@dataclass(frozen=True, kw_only=True)
class Inside:
    """The file inside a letter.

    Attributes:
        record: what the letter is made from.
        languages: of the letter, one or two.
        made_at: time the letter says it was made at; nobody signed it.
        translations: of free texts, each made from the text in the record; nobody signed them.
    """

    record: LetterRecord
    languages: tuple[str, ...]
    made_at: datetime
    translations: tuple[Translation, ...] = ()

    def encode(self) -> bytes:
        """Return the file; without translations it says nothing of them."""
        value = {
            "languages": list(self.languages),
            "made_at": time_text(self.made_at),
            "record": decode(self.record.data, max_bytes=MAX_RECORD_BYTES),
        }
        if self.translations:
            value["translations"] = [item.to_value() for item in self.translations]
        return encode(value)


def write_letter_record(
    message: Jws,
    sections: Mapping[str, Section],
    *,
    receipts: Iterable[Jws],
    states: Iterable[Jws],
    entries: Iterable[Jws],
    countersigned: tuple[Jws, Mapping[str, Section]] | None = None,
) -> bytes:
    """Return the record's canonical bytes.

    Args:
        message: as signed.
        sections: all of its sections, by name.
        receipts: given for it, one or none of each party.
        states: State records, every version, of the author's State and of those of the receipts.
        entries: entries, every version, of the same parties.
        countersigned: the message that brought the second signature, with its sections, or None.
    """
    value = {
        "entries": [envelope.value for envelope in entries],
        "message": message.value,
        "protocol": PROTOCOL,
        "receipts": [envelope.value for envelope in receipts],
        "sections": _values(sections),
        "states": [envelope.value for envelope in states],
    }
    if countersigned is not None:
        later, brought = countersigned
        value[_COUNTERSIGNED] = {"message": later.value, "sections": _values(brought)}
    return encode(value)


def _values(sections: Mapping[str, Section]) -> dict[str, Any]:
    return {name: section.to_value() for name, section in sections.items()}


def read_letter_record(data: bytes) -> LetterRecord:
    """Return the record of a file.

    Args:
        data: untrusted.

    Raises:
        PeerError: by code, why it is none, or which section the message does not commit to.
    """
    return _record(decode(data, max_bytes=MAX_RECORD_BYTES))


def read_inside(data: bytes) -> Inside:
    """Return the file that was inside a letter.

    Args:
        data: untrusted.

    Raises:
        PeerError: by code, as `read_letter_record`, or what is wrong with a translation.
    """
    fields = members(
        decode(data, max_bytes=MAX_RECORD_BYTES),
        {"languages": list, "made_at": str, "record": dict},
        frozenset({"translations"}),
    )
    languages = fields["languages"]
    if not 1 <= len(languages) <= MAX_LANGUAGES or not all(isinstance(o, str) for o in languages):
        raise LetterRecordError(f"a letter is in one to {MAX_LANGUAGES} languages")
    record = _record(fields["record"])
    return Inside(
        record=record,
        languages=tuple(languages),
        made_at=parse_time(fields["made_at"]),
        translations=_translations(fields.get("translations", []), record),
    )


def _translations(values: object, record: LetterRecord) -> tuple[Translation, ...]:
    if not isinstance(values, list) or len(values) > MAX_TRANSLATIONS:
        raise LetterRecordError(f"translations: a list of at most {MAX_TRANSLATIONS}")
    found = tuple(map(parse_translation, values))
    checked_translations(found, record.bodies)
    return found


def _record(value: object) -> LetterRecord:
    fields: dict[str, Any] = members(value, _KINDS, frozenset({_COUNTERSIGNED}))
    if fields["protocol"] != PROTOCOL or len(fields["receipts"]) > _MAX_RECEIPTS:
        raise LetterRecordError("another protocol, or more receipts than parties")
    message, bodies = _said(fields)
    return LetterRecord(
        message=message,
        mode=_mode(message.envelope),
        bodies=bodies,
        receipts=_envelopes(fields["receipts"]),
        states=_envelopes(fields["states"]),
        entries=_envelopes(fields["entries"]),
        countersigned=(
            _countersigned(fields[_COUNTERSIGNED], message) if _COUNTERSIGNED in fields else None
        ),
        data=encode(value),
    )


def _said(fields: Mapping[str, Any]) -> tuple[Message, Mapping[str, Model]]:
    """Return a message and the values of the sections that it commits to."""
    message = parse_message(jws.parse_value(fields["message"]))
    sections = {name: Section.from_value(item) for name, item in fields["sections"].items()}
    check_sections(message.draft.body, sections)
    return message, check_bodies(message.draft, sections)


def _countersigned(value: object, message: Message) -> Countersigned:
    """Return what brought the second signature, once it says that it is for this message."""
    later, bodies = _said(members(value, {"message": dict, "sections": dict}))
    brought = bodies.get(SECTION)
    draft = later.draft
    about = (draft.type, draft.about, draft.author)
    if not isinstance(brought, Countersignature) or about != (
        TYPE, message.content, message.draft.author,
    ):  # fmt: skip
        raise LetterRecordError("what is to be its countersignature is another message")
    return Countersigned(message=later, approval=brought.approval)


def _envelopes(values: list[object]) -> tuple[Jws, ...]:
    return tuple(jws.parse_value(value) for value in values)


def _mode(envelope: Jws) -> Mode:
    modes: tuple[Mode, ...] = ("live", "exercise")
    for mode in modes:
        if envelope.typ == jws.typ("message", mode):
            return mode
    raise LetterRecordError("what is signed in it is no message")
