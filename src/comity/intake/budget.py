"""What reading one original may take, attachments included: counted down as it is used."""

from dataclasses import dataclass, field
from typing import Final

from comity.intake.original import MAX_ATTACHMENTS, MAX_TEXT_CHARS, MAX_TEXTS, Text
from comity.intake.safe_text import clean, text_cautions

MAX_UNPACKED_BYTES: Final = 256 * 1024 * 1024


@dataclass
class Budget:
    """What is left.

    Attributes:
        chars: of text.
        texts: places with text.
        attachments: at every depth together.
        unpacked_bytes: that compression may still bring forth.
    """

    chars: int = MAX_TEXT_CHARS
    texts: int = MAX_TEXTS - 1
    attachments: int = MAX_ATTACHMENTS
    unpacked_bytes: int = MAX_UNPACKED_BYTES

    def take_attachment(self) -> bool:
        """Tell whether one more may be read, and count it."""
        self.attachments -= 1
        return self.attachments >= 0

    def take_unpacked(self, size_bytes: int) -> bool:
        """Tell whether so many bytes may be unpacked, and count them."""
        self.unpacked_bytes -= size_bytes
        return self.unpacked_bytes >= 0


@dataclass
class Found:
    """What a reader of one kind found so far; `comity.intake.reading` makes an original of it.

    Attributes:
        warnings: codes.
        texts: with their places.
        values: other members of `comity.intake.original.Original`.
        parts: what is attached: name, declared kind, bytes.
    """

    warnings: set[str] = field(default_factory=set)
    texts: list[Text] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)
    parts: list[tuple[str, str, bytes]] = field(default_factory=list)

    def say(self, budget: Budget, place: str, raw: str) -> None:
        """Add text of a place as far as the budget goes, with the cautions it deserves."""
        if not raw.strip():
            return
        if budget.chars <= 0 or budget.texts <= 0:
            self.warnings.add("truncated")
            return
        cut = raw[: budget.chars]
        text, cautions = clean(cut)
        self.warnings |= cautions | text_cautions(text)
        is_truncated = len(cut) < len(raw)
        if is_truncated:
            self.warnings.add("truncated")
        budget.chars -= len(text)
        budget.texts -= 1
        self.texts.append(Text(place=place, text=text, is_truncated=is_truncated))
