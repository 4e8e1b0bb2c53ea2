"""Forms of the sections of assistance between States, where their model alone does not make one."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from comity.node.assistance.topics import topic_choices, topics_reviewed
from comity.node.law.wording import UNREVIEWED
from comity.node.web import form_fields as f
from comity.node.web.model_form import Choices
from comity.node.web.section_form import SectionForm
from comity.node.web.section_labels import code_labels

_BETWEEN: Final = "|"
_PARTS: Final = 3


def _with_review(hint: Any) -> str:
    """Return the source of the topics, and that nobody reviewed their names where nobody did."""
    return str(hint) if topics_reviewed() else f"{hint} {UNREVIEWED}"


class BoardForm(SectionForm):
    """What stands on the board: a need, an offer, a course; with topics of the law."""

    without = frozenset({"follows"})
    follows: Mapping[str, str] | None = None

    def code_choices(self, path: str, kind: Any, codes: tuple[Any, ...]) -> Choices:
        """Return the topics of Article 54, or the codes of another member."""
        return topic_choices() if path == "topics" else super().code_choices(path, kind, codes)

    def member_hint(self, path: str) -> Any:
        """Return the hint; of topics also whether somebody reviewed their names."""
        hint = super().member_hint(path)
        return lazy(_with_review, str)(hint) if path == "topics" else hint

    def value(self, lang: str) -> Any:
        """Return the section with what it goes on from, where its model has that."""
        found = super().value(lang)
        return found | ({"follows": self.follows} if "follows" in self.model.model_fields else {})


def _nominee_line(one: Mapping[str, Any]) -> str:
    return f" {_BETWEEN} ".join((one["name"], one["function"], one["language"]))


def _answer_line(one: Mapping[str, Any]) -> str:
    return f"{one['number']} {_BETWEEN} {one['outcome']}"


class NominationsForm(SectionForm):
    """Whom we nominate, one person a line."""

    nominees = f.LinesField(rows=6, show=_nominee_line)

    def clean_nominees(self) -> list[dict[str, Any]]:
        """Return the people, a number each."""
        known = dict(f.WRITING)
        found = []
        for number, line in enumerate(self.cleaned_data["nominees"], 1):
            parts = [part.strip() for part in line.split(_BETWEEN)]
            if len(parts) != _PARTS or not all(parts):
                raise forms.ValidationError(
                    _("Line %(number)s: name | function | language."), params={"number": number}
                )
            name, function, language = parts
            if language not in known:
                raise forms.ValidationError(
                    _("Line %(number)s: the language is one of %(known)s."),
                    params={"number": number, "known": ", ".join(known)},
                )
            found.append(
                {"number": number, "name": name, "function": function, "language": language}
            )
        return found


class NominationAnswersForm(SectionForm):
    """What becomes of those who were nominated, one a line."""

    answers = f.LinesField(rows=6, show=_answer_line)

    def clean_answers(self) -> list[dict[str, Any]]:
        """Return the answers, by ascending number."""
        known = code_labels("nomination-answers", "answers.outcome")
        found: dict[int, str] = {}
        for place, line in enumerate(self.cleaned_data["answers"], 1):
            number, _mark, outcome = (part.strip() for part in line.partition(_BETWEEN))
            if not (number.isascii() and number.isdigit() and int(number[:9]) > 0):
                raise forms.ValidationError(
                    _("Line %(number)s: the number of a nominated person comes first."),
                    params={"number": place},
                )
            if outcome not in known or int(number[:9]) in found:
                raise forms.ValidationError(
                    _("Line %(number)s: accepted, waiting-list or declined, once for each person."),
                    params={"number": place},
                )
            found[int(number[:9])] = outcome
        return [{"number": one, "outcome": found[one]} for one in sorted(found)]


ASSISTANCE_FORMS: Final[Mapping[str, type[SectionForm]]] = {
    "help": BoardForm,
    "need": BoardForm,
    "nomination-answers": NominationAnswersForm,
    "nominations": NominationsForm,
    "places": BoardForm,
}
"""Sections whose form has more than its model says."""
