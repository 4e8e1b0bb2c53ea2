"""An instrument as the rest of the program sees it: frozen, checked, without texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final, Literal

from comity.canonical import digest, digest_text, encode
from comity.instruments.conditions import Condition

MEASURES: Final = (
    "preservation", "preservation-extension", "partial-disclosure", "subscriber-data",
    "stored-data", "realtime-traffic", "content-interception", "mla-other", "video-hearing",
    "service-of-documents", "witness-transfer", "extradition", "freezing", "confiscation",
    "spontaneous-information", "point-of-contact", "emergency", "police-cooperation",
    "joint-investigation", "transfer-of-proceedings", "removal-of-material",
    "victim-assistance", "transborder-access", "domain-registration", "provider-order",
    "order-through-state", "emergency-disclosure", "emergency-mla",
)  # fmt: skip
STEPS: Final = (
    "draft", "receive", "decide", "execute", "answer", "release", "transfer", "display", "use",
    "watch", "close",
)  # fmt: skip
GROUPS: Final = (
    "basis", "scope", "routing", "form", "contents", "identifiers", "safeguards", "rights",
    "grounds", "consultation", "conditions", "data-protection", "evidence", "clock", "costs",
    "persons", "property", "record",
)  # fmt: skip
CONFIDENCES: Final = ("text", "secondary", "high", "medium", "low")
GROUND_KINDS: Final = ("refuse", "postpone", "not-a-ground")
EFFECTS: Final = ("block", "warn")
LANGUAGES: Final = ("ar", "en", "es", "fr", "ru", "vi", "zh-hans")

type Effect = Literal["block", "warn"]


@dataclass(frozen=True)
class Article:
    """An article by its number, ``42``, with the chapter it stands in."""

    key: str
    chapter: str


@dataclass(frozen=True)
class Offence:
    """An offence that the instrument establishes."""

    key: str
    cite: tuple[str, ...]
    confidence: str


@dataclass(frozen=True)
class Measure:
    """What may be asked under the instrument.

    Attributes:
        outputs: codes of what may come of it.
        limits: name, with its unit in it, to number.
    """

    key: str
    cite: tuple[str, ...]
    outputs: tuple[str, ...]
    limits: Mapping[str, int]
    confidence: str


@dataclass(frozen=True)
class Ground:
    """A ground on which a request may, or may not, be refused or postponed.

    Attributes:
        kind: one of `GROUND_KINDS`.
        measures: those it is for; ``*`` for all.
        consult: whether consultation comes first.
    """

    key: str
    cite: tuple[str, ...]
    kind: str
    measures: tuple[str, ...]
    consult: bool
    confidence: str


@dataclass(frozen=True)
class Safeguard:
    """A safeguard that the instrument asks for."""

    key: str
    cite: tuple[str, ...]
    confidence: str


@dataclass(frozen=True)
class Unchecked:
    """A statement that no machine can check, with the reason why; for the maintainers."""

    key: str
    cite: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Rule:
    """A rule: the condition of its breach, and what follows.

    Attributes:
        digest: ``sha256:...`` of the rule as written; what a reviewer confirms.
        measures: those it is for; ``*`` for all.
        steps: moments at which it is judged.
        when: the condition of the breach.
        effect: ``block`` or ``warn``.
        policy: its number is local policy, not the treaty's.
        limit: the limit of its measures whose number it repeats, or None.
    """

    key: str
    digest: str
    cite: tuple[str, ...]
    measures: tuple[str, ...]
    steps: tuple[str, ...]
    group: str
    when: Condition
    effect: Effect
    confidence: str
    policy: bool
    limit: str | None

    def applies(self, measure: str, step: str) -> bool:
        """Tell whether the rule is judged for a measure at a step."""
        return step in self.steps and ("*" in self.measures or measure in self.measures)


@dataclass(frozen=True)
class Entry:
    """How the instrument enters into force.

    Attributes:
        threshold: consents it takes, or None where it has no such rule.
        delay_days, delay_months: from the last of them.
        later_delay_days, later_delay_months: for a State that joins later, from its deposit.
        organizations_count: whether an organization's consent counts among them.
        in_force: the day, if it is in force.
    """

    threshold: int | None = None
    delay_days: int | None = None
    delay_months: int | None = None
    later_delay_days: int | None = None
    later_delay_months: int | None = None
    organizations_count: bool = False
    in_force: date | None = None


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """A treaty, or the basis of reciprocity, as its folder describes it.

    Attributes:
        number: of the edition of this data.
        opened: for signature.
        authentic: tags of the languages of its authentic texts.
        depositary: who keeps it; empty where there is none.
        covers: measures it covers without saying more of them.
        status: the tables of its status.toml as read, the shipped one first.
        value: the canonical value whose digest names the edition.
    """

    key: str
    number: int
    opened: date | None
    authentic: tuple[str, ...]
    depositary: str
    covers: tuple[str, ...]
    entry: Entry | None
    articles: Mapping[str, Article]
    offences: Mapping[str, Offence]
    measures: Mapping[str, Measure]
    grounds: Mapping[str, Ground]
    safeguards: Mapping[str, Safeguard]
    rules: Mapping[str, Rule]
    unchecked: Mapping[str, Unchecked]
    status: tuple[Mapping[str, Any], ...] = ()
    value: Mapping[str, Any] = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """The edition: digest ``instrument`` of the canonical form of instrument.toml.

        Source: spec/04-digests.md.
        """
        return digest_text(digest("instrument", encode(dict(self.value))))

    def provides(self, measure: str) -> bool:
        """Tell whether the measure may be asked under this instrument."""
        return measure in self.measures or measure in self.covers


def rule_digest(rule: Rule) -> str:
    """Return what a reviewer confirms: a digest of the rule and of the instrument's key."""
    return rule.digest
