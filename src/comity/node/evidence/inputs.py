"""What an officer states of an act on evidence: one rule for pages, API and commands.

Pages take the limits of their fields from here, the API its body; the functions that act build the
same model, so nothing gets past it.
"""

from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)

from comity.canonical import MisuseError
from comity.exchange.faults import in_words

MAX_REASON_CHARS: Final = 1800
"""The chain of custody has room for 2000; a decision or a second officer is named besides."""
MAX_DECISION_CHARS: Final = 190
MAX_PLACE_CHARS: Final = 200
MAX_PART_CHARS: Final = 4000
MAX_CLASS_CHARS: Final = 60
HOLDS: Final = frozenset({"held", "hold-lifted"})
"""Events that somebody decided, and that name the decision."""


class EvidenceInputError(MisuseError, code="evidence-input"):
    """What was stated of an act on evidence is missing, too long, or contradicts the act."""


class RetentionPastError(MisuseError, code="retention-past"):
    """The day until which an exhibit is to be retained is over; choose a later day."""


def _check_letters(text: str) -> str:
    if not any(char.isalnum() for char in text):
        raise ValueError("it has no letter or digit")
    return text


_Written = StringConstraints(strip_whitespace=True, min_length=1)
_Letters = AfterValidator(_check_letters)
# Plain names, not `type` statements: the API's document would put those behind a bare name.
Reason = Annotated[str, _Written, StringConstraints(max_length=MAX_REASON_CHARS), _Letters]
Decision = Annotated[str, _Written, StringConstraints(max_length=MAX_DECISION_CHARS), _Letters]
Place = Annotated[str, _Written, StringConstraints(max_length=MAX_PLACE_CHARS), _Letters]
Part = Annotated[str, _Written, StringConstraints(max_length=MAX_PART_CHARS), _Letters]
RetentionClass = Annotated[str, _Written, StringConstraints(max_length=MAX_CLASS_CHARS), _Letters]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @classmethod
    def checked(cls, **values: Any) -> Self:
        """Return the input.

        Raises:
            EvidenceInputError: it names the member and the rule, never the value.
        """
        try:
            return cls(**values)
        except ValidationError as fault:
            faults = fault.errors(include_url=False, include_input=False)
            first = faults[0]
            place = ".".join(str(part) for part in first["loc"]) or "the act"
            raise EvidenceInputError(f"{place}: {in_words(first)}", faults=faults) from None


class ReasonInput(_Input):
    """Why something is done, and where."""

    reason: Reason
    place: Place | None = None


class EventInput(ReasonInput):
    """A domestic event of an exhibit.

    Attributes:
        event: what was done.
        decision: of a hold or its end: who decided, when, and its number.
        statement: of a redacted copy: record digest of its bundle's statement, as text.
    """

    event: Literal["opened", "reverified", "redacted", "held", "hold-lifted", "exported"]
    decision: Decision | None = None
    statement: Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.event in HOLDS) != (self.decision is not None):
            raise ValueError("a legal hold and its end, and nothing else, name a decision")
        if (self.event == "redacted") != (self.statement is not None):
            raise ValueError("a redacted copy, and nothing else, is named by its statement")
        return self

    @property
    def words(self) -> str:
        """Return the reason as the chain of custody has it, the decision before it."""
        return f"{self.decision}: {self.reason}" if self.decision else self.reason


class PartInput(ReasonInput):
    """A part taken out of an exhibit, or with ``part`` null a copy of the whole."""

    part: Part | None


class RetentionInput(_Input):
    """How long an exhibit is retained here."""

    retention_class: RetentionClass


def check_until(until: datetime, *, at: datetime) -> None:
    """Refuse a moment of retention that is over.

    Args:
        until: aware UTC time until which an exhibit is to be retained.
        at: this node's clock.

    Raises:
        RetentionPastError: it is over, so that nothing would be retained.
    """
    if until <= at:
        raise RetentionPastError("the day is over: choose a later one")
