"""What a program proposes a text might say: each with its place, none taken by itself."""

from dataclasses import dataclass
from typing import Any, Final

MAX_PROPOSALS: Final = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """One value that a person may take, beside the original.

    Attributes:
        field: what it may be: ``reference``, ``requesting.email``, ``identifier`` ...
        value: as it stands in the text, blanks around it taken off; an identifier in normal form.
        place: of the text, as `comity.intake.original.Text` names it.
        start: of the value in that text, in characters.
        end: after it.
        source: template that it was found by, or ``identifier``.
        type: of an identifier, key of `comity.instruments.identifiers.KINDS`; else "".
        notices: codes of warnings of an identifier.
        is_confirmed: whether the template is known to have such a field; its wording never is.
    """

    field: str
    value: str
    place: str
    start: int
    end: int
    source: str
    type: str = ""
    notices: tuple[str, ...] = ()
    is_confirmed: bool = False

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "end": self.end,
            "field": self.field,
            "is_confirmed": self.is_confirmed,
            "notices": list(self.notices),
            "place": self.place,
            "source": self.source,
            "start": self.start,
            "type": self.type,
            "value": self.value,
        }
