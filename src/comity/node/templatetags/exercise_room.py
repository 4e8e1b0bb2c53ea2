"""Showing texts of a scenario and exercise time on the pages of a team's room."""

from typing import Any, Final

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.node.exercise.pages import room_labels
from comity.node.exercise.room import Words
from comity.node.web.measure_labels import MEASURE
from comity.node.web.text_format import isolated

register = template.Library()
register.filter(room_labels.option_words)
_VOCABULARIES: Final = {
    "kind": room_labels.KIND,
    "party": room_labels.PARTY,
    "done": room_labels.DONE,
    "task": room_labels.TASK,
    "outcome": room_labels.OUTCOME,
    "mine": room_labels.MINE,
    "quiz": room_labels.QUIZ,
    "measure": {**room_labels.MEASURE, **MEASURE},
}


@register.filter
def words(text: Words | None) -> SafeString:
    """Return a text of a scenario, marked with its language where that is not the reader's."""
    if text is None:
        return SafeString("")
    if not text.lang:
        return format_html("<bdi>{}</bdi>", isolated(text.text))
    way = "rtl" if text.lang in settings.LANGUAGES_BIDI else "ltr"  # a name may stand first in it
    if text.lang == (get_language() or "en").lower():
        return format_html('<bdi dir="{}">{}</bdi>', way, isolated(text.text))
    return format_html(
        '<bdi lang="{}" dir="{}">{}</bdi> <span class="quiet">({})</span>',
        text.lang,
        way,
        isolated(text.text),
        _("English"),
    )


@register.filter
def passed(seconds: int) -> SafeString:
    """Return exercise time as minutes and seconds."""
    minutes, left = divmod(int(seconds), 60)
    return SafeString(f'<bdi dir="ltr">{minutes}:{left:02d}</bdi>')


@register.filter
def room_word(code: object, vocabulary: str) -> str:
    """Return the word of an exercise for a code."""
    return str(_VOCABULARIES[vocabulary].get(str(code), code))


@register.filter
def pressing(kind: Any) -> bool:
    """Tell whether what came is marked: a link lost, a victim, a refusal."""
    return kind in room_labels.PRESSING
