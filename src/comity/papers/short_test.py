"""The short test of an exercise that has ended, as its report holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.training.asking import Item, items
from comity.training.knowing import MOMENTS, Figures, Paper
from comity.training.model import Course


@dataclass(frozen=True, kw_only=True)
class ShortTest:
    """The test of an exercise that has ended.

    Attributes:
        figures: with what must not be told taken out already; None while the reader has not handed
            in the test after the exercise, so that nothing gives it away.
        courses: whose questions were asked, as far as they are here.
        yours: of a player who reads it, the own paper.
    """

    figures: Figures | None
    courses: Mapping[str, Course]
    yours: Paper | None = None

    def item(self, name: str) -> Item | None:
        """Return a question, or None if its course is not here or asks it no more."""
        course, _, key = name.partition(":")
        return next(iter(items(self.courses, [(course, key)])), None)

    def to_value(self) -> dict[str, Any] | None:
        """Return it as JSON; each question with its texts, what is right, why, and articles."""
        if self.figures is None:
            return None
        value = self.figures.to_value()
        for row in value["questions"]:
            item = self.item(row["question"])
            row["cites"] = list(item.cites) if item else []
            spoken = item.course.languages if item else ()
            row["texts"] = {lang: _texts(item, lang) for lang in spoken if item}
        mine = self.yours
        value["yours"] = {at: dict(mine.at(at)) for at in MOMENTS} if mine else None
        return value


def _texts(item: Item, lang: str) -> dict[str, Any]:
    return {
        "right": list(item.right(lang)),
        "text": item.text(lang).text,
        "why": list(item.why(lang)),
    }
