"""The words of a team's room: what came, what was done, what it was worth."""

from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.node.core.labels import read_labels
from comity.node.exercise.room import Words

_TABLES: Final = read_labels(__package__)
KIND: Final = _TABLES["room-kind"]
PRESSING: Final = frozenset({"lost-link", "new-victim", "partner-refuses"})
STATE: Final = _TABLES["room-state"]
STATE_MEANS: Final = _TABLES["room-state-means"]
PARTY: Final = _TABLES["room-party"]
DONE: Final = _TABLES["room-done"]
TASK: Final = _TABLES["room-task"]
OUTCOME: Final = _TABLES["room-outcome"]
MINE: Final = _TABLES["room-mine"]
FORM: Final = _TABLES["room-form"]
MALFORMED: Final = _TABLES["room-malformed"]
MEASURE: Final = _TABLES["room-measure"]
QUIZ: Final = _TABLES["room-quiz"]
QUIZ_WHY: Final = _TABLES["room-quiz-why"]
QUIZ_ANSWER: Final = _TABLES["room-quiz-answer"]
FAULT: Final = _TABLES["room-fault"]


def option_words(text: Words) -> str:
    """Return a text of a scenario for a choice of a form, marked as `words` does."""
    if text.lang in {"", (get_language() or "en").lower()}:
        return text.text
    return f"{text.text} ({_('English')})"
