"""The limits on use that a conversation lays on the evidence that came in it.

One pure function of the messages that took effect. It says what was set, by which message, whether
it was accepted, and which uses were consented to; it judges no use: a text is for people to read.

Source: spec 7 and 8; docs/how-to/conditions-of-use.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from comity.canonical import PeerError, members, parse_digest, parse_party

SET: Final = "set"
ACCEPTED: Final = "accepted"
REFUSED: Final = "refused"
ASKED: Final = "asked"
GIVEN: Final = "given"

ONWARD: Final = "onward-transfer"
EXCULPATORY: Final = "exculpatory"
TYPES: Final = frozenset(
    {
        "request.submitted",
        "conditions.set",
        "conditions.accepted",
        "conditions.refused",
        "use.consent-asked",
        "use.consent-given",
        "use.consent-refused",
        "information.shared",
    }
)
"""The only types of message from which a limit can come, or on which one can depend."""

KINDS: Final = ("use-limitation", "confidentiality", "return", "destruction", "other")
STANDINGS: Final = (SET, ACCEPTED, REFUSED)
MAX_LIMITS: Final = 10_000
_MAX_TEXT_CHARS: Final = 40_000
_MAX_TAG_CHARS: Final = 60
_ANSWERS: Final = {
    "conditions.accepted": ACCEPTED,
    "conditions.refused": REFUSED,
    "use.consent-given": GIVEN,
    "use.consent-refused": REFUSED,
}


class LimitError(PeerError, code="limit-malformed"):
    """A value is no use limitation."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A message that took effect.

    Attributes:
        type: of the message.
        content: its content digest.
        author: party.
        about: content digest of the message it answers, or None.
        sections: name to value, checked; an erased section is not among them.
    """

    type: str
    content: str
    author: str
    about: str | None = None
    sections: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One limit on use.

    Attributes:
        kind: use-limitation, confidentiality, return, destruction or other.
        lang, text: what was written, with its language; both empty where there is no text, or it
            was erased.
        source: content digest of the message that set it.
        by: party that set it.
        standing: set, accepted or refused.
    """

    kind: str
    lang: str
    text: str
    source: str
    by: str
    standing: str

    @property
    def binds(self) -> bool:
        """Tell whether it binds: a condition that was refused was never agreed to."""
        return self.standing != REFUSED

    def to_value(self) -> dict[str, str]:
        """Return the JSON value."""
        return {
            "by": self.by,
            "kind": self.kind,
            "lang": self.lang,
            "source": self.source,
            "standing": self.standing,
            "text": self.text,
        }


@dataclass(frozen=True, kw_only=True)
class Consent:
    """A use for which consent was asked, or notice given.

    Attributes:
        purpose: as section ``use`` has it; empty where it was erased.
        to: party that is to get it, or empty.
        asked: content digest of the question.
        answer: content digest of the answer, or empty.
        standing: asked, given or refused.
    """

    purpose: str
    to: str
    asked: str
    answer: str
    standing: str

    def to_value(self) -> dict[str, str]:
        """Return the JSON value."""
        return {
            "answer": self.answer,
            "asked": self.asked,
            "purpose": self.purpose,
            "standing": self.standing,
            "to": self.to,
        }


@dataclass(frozen=True, kw_only=True)
class Limits:
    """All that binds the evidence of one conversation.

    Attributes:
        limits: in the order in which they took effect.
        consents: in the order in which they were asked for.
    """

    limits: tuple[Limit, ...] = ()
    consents: tuple[Consent, ...] = ()

    @property
    def restricts(self) -> bool:
        """Tell whether a person must look before the evidence is used."""
        return bool(self.limits)

    def consented(self, purpose: str, *, to: str = "") -> bool:
        """Tell whether a use is consented to: the newest answer about it counts.

        Args:
            purpose: code of section ``use``.
            to: party that is to get it; a consent that names another, or none, is not for it.
        """
        answers = [
            one.standing
            for one in self.consents
            if (one.purpose, one.to) == (purpose, to) and one.standing != ASKED
        ]
        return bool(answers) and answers[-1] == GIVEN

    def noticed(self, purpose: str) -> bool:
        """Tell whether the other side was told of a use, whatever it answered."""
        return any(one.purpose == purpose for one in self.consents)


def parse_limit(value: object) -> Limit:
    """Return the limit of a JSON value from a file.

    Raises:
        LimitError: an unknown word, or too long a text.
        PeerError: by code, which part of it is wrong.
    """
    names = ("by", "kind", "lang", "source", "standing", "text")
    found = members(value, dict.fromkeys(names, str))
    if found["kind"] not in KINDS or found["standing"] not in STANDINGS:
        raise LimitError("a limit of an unknown kind or standing")
    if len(found["text"]) > _MAX_TEXT_CHARS or len(found["lang"]) > _MAX_TAG_CHARS:
        raise LimitError("a limit longer than any message holds")
    parse_digest(found["source"])
    parse_party(found["by"])
    return Limit(**found)


def limits_of(messages: Iterable[Told]) -> Limits:
    """Return the limits that bind whatever evidence came in a conversation.

    Args:
        messages: of one conversation that took effect, in merged order; other types are passed
            over.

    Returns:
        Both sides reach the same from the same messages. It says nothing of a use that a text
        allows or forbids.
    """
    limits: list[Limit] = []
    consents: dict[str, Consent] = {}
    answers: list[Told] = []
    for one in messages:
        if one.type in _ANSWERS:
            answers.append(one)
        elif one.type == "use.consent-asked":
            consents[one.content] = _asked(one)
        else:
            limits.extend(_limits(one))
    standing = {a.about: _ANSWERS[a.type] for a in answers if a.type.startswith("conditions.")}
    bound = tuple(replace(one, standing=standing.get(one.source, one.standing)) for one in limits)
    for answer in answers:  # in the order of the answers, so that the newest stands last
        asked = consents.pop(answer.about or "", None)
        if asked is not None:
            standing_now = _ANSWERS[answer.type]
            consents[asked.asked] = replace(asked, answer=answer.content, standing=standing_now)
    return Limits(limits=bound, consents=tuple(consents.values()))


def _limits(one: Told) -> Iterable[Limit]:
    if one.type == "conditions.set":
        section = one.sections.get("conditions")
        if section is None:  # erased: that there was a condition is known, and not what it said
            yield _limit(one, "other", None)
            return
        for condition in section["conditions"]:
            yield _limit(one, condition["kind"], condition["text"])
    elif one.type == "request.submitted":
        if one.sections.get("request", {"confidential": True})["confidential"]:
            yield _limit(one, "confidentiality", None)
    elif one.type == "information.shared":
        told = one.sections.get("information", {"confidential": True, "purpose_limit": None})
        if told["confidential"]:
            yield _limit(one, "confidentiality", None)
        if told["purpose_limit"] is not None:
            yield _limit(one, "use-limitation", told["purpose_limit"])


def _limit(one: Told, kind: str, text: Mapping[str, str] | None) -> Limit:
    lang, said = ("", "") if text is None else (text["lang"], text["text"])
    return Limit(kind=kind, lang=lang, text=said, source=one.content, by=one.author, standing=SET)


def _asked(one: Told) -> Consent:
    use = one.sections.get("use", {"purpose": "", "to": None})  # erased: it consents to nothing
    return Consent(
        purpose=use["purpose"], to=use["to"] or "", asked=one.content, answer="", standing=ASKED
    )
