"""In which text box of a message's form a fact is written that has no field of its own."""

from typing import Any, Final

from comity.node.compose.measures import SPEECH
from comity.node.law.assessment_rows import Line
from comity.node.law.wording import Said
from comity.node.models import DraftRow
from comity.node.web.section_labels import member_label

_BOXES: Final = (
    ("case.", ("grounds", "facts")),
    ("authority.", ("authority", "name")),
    ("request.", ("subject", "description")),
    ("property.", ("subject", "description")),
    ("witness.", ("subject", "description")),
    ("decision.", ("decision", "reasons")),
    ("transfer.", ("transfer", "reasons")),
)
"""How the name of a fact begins, to section and member of the box that says it."""


def text_boxes(line: Line, row: DraftRow) -> list[tuple[Any, list[Said]]]:
    """Return the labels of boxes, with the facts to write into each; an empty label: into none.

    Args:
        line: a finding of the rules on a draft.
        row: the draft.
    """
    found: dict[Any, list[Said]] = {}
    for name, label in zip(line.unread, line.labels, strict=True):
        found.setdefault(_box(name, row), []).append(label)
    return list(found.items())


def _box(fact: str, row: DraftRow) -> Any:
    for start, (section, member) in _BOXES:
        if fact.startswith(start) and section in row.sections:
            return _label(section, member, row)
    return ""


def _label(section: str, member: str, row: DraftRow) -> Any:
    """Return what the form calls a box; that of what is asked is called by the measure."""
    request = row.sections.get("request", {}).get("value", {})
    speech = SPEECH.get(request.get("measure", ""))
    if (section, member) == ("subject", "description") and speech is not None:
        return speech.label
    return member_label(section, member)
