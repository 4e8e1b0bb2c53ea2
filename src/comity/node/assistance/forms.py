"""Forms of the sections of assistance between States, in officers' words."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.node.assistance.topics import topic_choices, topics_reviewed
from comity.node.law.wording import UNREVIEWED
from comity.node.web import assistance_labels
from comity.node.web import form_fields as f
from comity.node.web.section_form import SectionForm

MAX_NOMINEES: Final = 200
_BETWEEN: Final = "|"
_PARTS: Final = 3


def _topics_hint() -> str:
    """Return the source of the topics, and that nobody reviewed their names where nobody did."""
    source = gettext("As the UN Convention against Cybercrime lists them in Article 54.")
    return source if topics_reviewed() else f"{source} {UNREVIEWED}"


def topics_field() -> forms.MultipleChoiceField:
    """Return the field of the topics of Article 54."""
    return forms.MultipleChoiceField(
        label=_("Topics"),
        choices=topic_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=lazy(_topics_hint, str)(),
    )


def matter_field() -> forms.CharField:
    """Return the field of the one line by which a matter is known."""
    return f.short(_("In one line"), hint=_("This line stands on both boards."))


class _Board(SectionForm):
    """What a need and an offer have in common."""

    matter = matter_field()
    description = f.long(_("Description"), rows=5)
    topics = topics_field()
    form = f.choice(_("Form of help"), assistance_labels.FORM.items())
    reference = f.short(_("Our reference"), hint=_("The number this office gave the matter."))
    review_by = f.moment(
        _("We look at it again by"), hint=_("In UTC. It is on the watch from then on.")
    )
    follows: Mapping[str, str] | None = None

    def common(self, lang: str) -> dict[str, Any]:
        """Return the members that both sections have."""
        data = self.cleaned_data
        return {
            "matter": data["matter"],
            "description": f.text(data["description"], lang),
            "topics": data["topics"],
            "form": data["form"],
            "reference": data["reference"],
            "review_by": f.wire_time(data["review_by"]),
            "follows": self.follows,
        }


class NeedForm(_Board):
    """What we need."""

    title = _("What is needed")

    def value(self, lang: str) -> Any:
        """Return section ``need``."""
        return self.common(lang)


class HelpForm(_Board):
    """What we can help with."""

    title = _("What we can help with")
    terms = f.long(_("On which terms"), required=False, rows=2, hint=_("Costs, limits, conditions"))
    until = f.moment(_("It may be taken up until"), required=False)

    def value(self, lang: str) -> Any:
        """Return section ``help``."""
        data = self.cleaned_data
        return self.common(lang) | {
            "terms": f.text_or_none(data["terms"], lang),
            "until": f.wire_time(data["until"]),
        }


class Span(SectionForm):
    """Whatever begins and ends."""

    def clean(self) -> dict[str, Any]:
        """Check that the end is not before the beginning."""
        data = super().clean() or {}
        f.check_span(self, "begins", "ends")
        return data


class AgreementForm(Span):
    """What was agreed."""

    title = _("What was agreed")
    summary = f.long(_("What each side does, in short"))
    under = f.short(
        _("Under which agreement"),
        required=False,
        hint=_("A treaty or memorandum between the two States, with its date."),
    )
    begins = f.moment(_("Begins"))
    ends = f.moment(_("Ends"), required=False)
    review_by = f.moment(_("Both look at it again by"))

    def value(self, lang: str) -> Any:
        """Return section ``agreement``."""
        data = self.cleaned_data
        return {
            "summary": f.text(data["summary"], lang),
            "under": data["under"] or None,
            **{name: f.wire_time(data[name]) for name in ("begins", "ends", "review_by")},
        }


class ProgressForm(SectionForm):
    """How far it is."""

    title = _("Progress")
    summary = f.long(_("How far it is"))
    review_by = f.moment(_("Both look at it again by"), required=False)

    def value(self, lang: str) -> Any:
        """Return section ``progress``."""
        data = self.cleaned_data
        return {
            "summary": f.text(data["summary"], lang),
            "review_by": f.wire_time(data["review_by"]),
        }


class ResultForm(SectionForm):
    """How it ended."""

    title = _("Result")
    outcome = f.choice(_("It was done"), assistance_labels.OUTCOME.items())
    summary = f.long(_("What came of it"))

    def value(self, lang: str) -> Any:
        """Return section ``result``."""
        data = self.cleaned_data
        return {"outcome": data["outcome"], "summary": f.text(data["summary"], lang)}


class ComplaintForm(SectionForm):
    """What was not as agreed."""

    title = _("Complaint")
    summary = f.long(_("What was not as agreed"))
    remedy = f.long(_("What would mend it"), required=False, rows=2)
    answer_by = f.moment(_("We ask for an answer by"))

    def value(self, lang: str) -> Any:
        """Return section ``complaint``."""
        data = self.cleaned_data
        return {
            "summary": f.text(data["summary"], lang),
            "remedy": f.text_or_none(data["remedy"], lang),
            "answer_by": f.wire_time(data["answer_by"]),
        }


class PlacesForm(Span):
    """Places in a course."""

    title = _("Course")
    matter = matter_field()
    description = f.long(_("Description"), rows=5)
    topics = topics_field()
    places = forms.IntegerField(
        label=_("Places for that State"),
        min_value=1,
        max_value=10_000,
        widget=forms.NumberInput(attrs={"dir": "ltr"}),
    )
    where = f.short(_("Where"), hint=_("A town, or that it is held over the network."))
    languages = forms.MultipleChoiceField(
        label=_("Languages of the course"),
        choices=f.WRITING,
        widget=forms.CheckboxSelectMultiple,
    )
    begins = f.moment(_("Begins"))
    ends = f.moment(_("Ends"))
    nominate_by = f.moment(_("Nominate by"))
    requirements = f.long(_("What is expected of those who come"), required=False, rows=2)
    reference = f.short(_("Our reference"), hint=_("The number this office gave the matter."))

    def value(self, lang: str) -> Any:
        """Return section ``places``."""
        data = self.cleaned_data
        said = {name: data[name] for name in ("matter", "topics", "places", "where", "languages")}
        return {
            **said,
            "description": f.text(data["description"], lang),
            **{name: f.wire_time(data[name]) for name in ("begins", "ends", "nominate_by")},
            "requirements": f.text_or_none(data["requirements"], lang),
            "reference": data["reference"],
        }


class NominationsForm(SectionForm):
    """Whom we nominate."""

    title = _("Nominations")
    nominees = f.long(
        _("People"),
        rows=6,
        hint=_(
            "One a line: name | function | language, for example A. Tran | Examiner | en."
            " Nothing that the organiser does not need."
        ),
    )
    note = f.long(_("Note"), required=False, rows=2)

    def clean_nominees(self) -> list[dict[str, Any]]:
        """Return the people, a number each."""
        lines = [line for line in self.cleaned_data["nominees"].splitlines() if line.strip()]
        if len(lines) > MAX_NOMINEES:
            raise forms.ValidationError(_("At most 200 people in one message."))
        known = dict(f.WRITING)
        found = []
        for number, line in enumerate(lines, 1):
            parts = [part.strip() for part in line.split(_BETWEEN)]
            if len(parts) != _PARTS or not all(parts) or max(map(len, parts)) > f.MAX_SHORT:
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

    def value(self, lang: str) -> Any:
        """Return section ``nominations``."""
        data = self.cleaned_data
        return {"nominees": data["nominees"], "note": f.text_or_none(data["note"], lang)}


class NominationAnswersForm(SectionForm):
    """What becomes of those who were nominated."""

    title = _("Answer to the nominations")
    answers = f.long(
        _("Answers"),
        rows=6,
        hint=_("One a line: number | accepted, waiting-list or declined; for example 1 | accepted"),
    )
    note = f.long(_("Note"), required=False, rows=2)

    def clean_answers(self) -> list[dict[str, Any]]:
        """Return the answers, by ascending number."""
        found: dict[int, str] = {}
        lines = [line for line in self.cleaned_data["answers"].splitlines() if line.strip()]
        for place, line in enumerate(lines, 1):
            number, _mark, outcome = (part.strip() for part in line.partition(_BETWEEN))
            if not (number.isascii() and number.isdigit() and 0 < int(number[:9]) <= MAX_NOMINEES):
                raise forms.ValidationError(
                    _("Line %(number)s: the number of a nominated person comes first."),
                    params={"number": place},
                )
            if outcome not in assistance_labels.ANSWER or int(number) in found:
                raise forms.ValidationError(
                    _("Line %(number)s: accepted, waiting-list or declined, once for each person."),
                    params={"number": place},
                )
            found[int(number)] = outcome
        return [{"number": one, "outcome": found[one]} for one in sorted(found)]

    def value(self, lang: str) -> Any:
        """Return section ``nomination-answers``."""
        data = self.cleaned_data
        return {"answers": data["answers"], "note": f.text_or_none(data["note"], lang)}


ASSISTANCE_FORMS: Final[Mapping[str, type[SectionForm]]] = {
    "agreement": AgreementForm,
    "complaint": ComplaintForm,
    "help": HelpForm,
    "need": NeedForm,
    "nomination-answers": NominationAnswersForm,
    "nominations": NominationsForm,
    "places": PlacesForm,
    "progress": ProgressForm,
    "result": ResultForm,
}
