"""What the API takes and gives of rules and their findings."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from comity.node.web.inputs import Written
from comity.node.web.schemas import Closed, Digest


class OverrideOut(Closed):
    """An official's decision to go on in spite of a rule."""

    by: str
    at: datetime
    reasons: str


class OverrideIn(Closed):
    """A rule, by its digest, and why the draft is to go in spite of it."""

    rule: Digest = Field(description="digest of the rule, as `draft findings` prints it")
    reasons: Annotated[Written, StringConstraints(max_length=4000)] = Field(
        description="why; kept with the draft, and audited"
    )


class FactsIn(Closed):
    """Facts that no field of a message can say: dotted name to value."""

    facts: Annotated[dict[str, Any], Field(max_length=200)]


class FindingOut(Closed):
    """What one rule says; ``text`` is our own paraphrase, in ``lang``."""

    rule: str
    digest: str
    group: str
    cite: list[str]
    outcome: Literal["breach", "ask"]
    effective: Literal["block", "warn", "ask"]
    verified: bool = Field(description="two people of this office's list confirmed the rule")
    missing: list[str] = Field(description="facts that would settle it")
    unread: list[str] = Field(description="facts that no field of a message can say")
    text: str
    lang: str
    reviewed: bool = Field(description="somebody confirmed the wording of `text`")
    overridden: OverrideOut | None


class InstrumentFindings(Closed):
    """What one instrument says; without ``measure`` it has no such measure."""

    instrument: str
    edition: str
    measure: str | None
    outcome: str | None
    findings: list[FindingOut]


class Uncited(Closed):
    """A citation of an article that the instrument does not have."""

    instrument: str
    article: str


class FindingsOut(Closed):
    """What the law says; ``outcome`` is ``not-judged``, ``step`` empty, where no rule speaks."""

    step: str
    outcome: str
    edition: str = Field(description="same or other than the asking side's; empty: not told")
    unheld: list[str] = Field(description="instruments of the basis that are not held here")
    uncited: list[Uncited] = Field(description="cited articles that the instrument does not have")
    instruments: list[InstrumentFindings]
