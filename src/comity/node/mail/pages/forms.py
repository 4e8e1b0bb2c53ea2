"""Forms for what came on paper: as the forms of messages, but what a letter lacks stays empty."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from comity.docket.correspondence import paper_sections
from comity.node.actions.action_form import ActionForm
from comity.node.cases import paper_authorities
from comity.node.compose.section_forms import SECTION_FORMS
from comity.node.core.node import Node
from comity.node.mail.actions import LETTER_ARRIVED, LETTER_CAME_BACK, POST_LETTER, SET_ASIDE
from comity.node.mail.pages.labels import CHANNEL
from comity.node.models import DocketItem
from comity.node.web import form_fields as f
from comity.node.web import labels
from comity.node.web.section_form import SectionForm
from comity.node.web.section_labels import code_labels
from comity.node.web.story_names import party_text


class PaperRequestForm(SectionForm):
    """What the letter asks for, and on which basis it says so, if on any."""

    without = frozenset({"basis", "links"})

    def __init__(self, section: str, *args: Any, **more: Any) -> None:
        """Ask for one basis."""
        super().__init__(section, *args, **more)
        kinds = {
            "instrument": labels.BASIS.items(),
            "status": code_labels("request", "basis.status").items(),
        }
        for name in _BASIS:
            label, hint = self.member_label(f"basis.{name}"), self.member_hint(f"basis.{name}")
            choices = [("", _("choose")), *kinds.get(name, ())]
            self.fields[name] = (
                f.choice(label, choices, required=False, hint=hint)
                if name in kinds
                else f.short(label, required=False, hint=hint)
            )
        self.fields["reference"].help_text = _("Number on the letter.")

    def value(self, lang: str) -> Any:
        """Return section ``request``."""
        data = self.cleaned_data
        basis = {name: data[name] for name in _BASIS}
        return super().value(lang) | {
            "basis": [basis] if any(basis.values()) else [],
            "links": [],
        }

    def faults(self, value: Any) -> list[Any]:
        """Return what is wrong; a letter may ask without naming what entitles it to."""
        found = super().faults(value)
        return [one for one in found if one["loc"] != ("basis",) or value["basis"]]

    @classmethod
    def initial_of(cls, section: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form shows, with the first basis."""
        return super().initial_of(section, value) | next(iter(value["basis"]), {})


PAPER_FORMS: Final[Mapping[str, type[SectionForm]]] = {**SECTION_FORMS, "request": PaperRequestForm}
_BASIS: Final = ("instrument", "article", "status")


class SheetForm(forms.Form):
    """Of whom it is, how and when it came."""

    author = f.choice(_("Sending authority"), ())
    channel = f.choice(_("Channel"), CHANNEL.items())
    dated = f.moment(_("Date on the document"), required=False)
    received_at = f.moment(_("Received"))
    case = f.short(
        _("Case"),
        required=False,
        hint=_("Leave empty for a new case number."),
        most=40,
    )
    remark = f.long(_("Remarks"), required=False, rows=2)
    lang = f.choice(_("Language of these texts"), f.WRITING)

    def __init__(self, authors: Iterable[str], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        f.set_choices(self, "author", [(one, party_text(one)) for one in authors])


class ReasonsForm(ActionForm):
    """A form whose reasons say their language."""

    def values(self) -> Mapping[str, Any]:
        """Return the reasons in their language."""
        data = self.cleaned_data
        return {"reasons": f.text(data["reasons"], data["lang"])}


class AsideForm(ReasonsForm):
    """Why nothing is written down."""

    action = SET_ASIDE

    reasons = f.long(_("Reason"), rows=2)
    lang = f.language(_("Language of your texts"))


class TakeInForm(forms.Form):
    """A file that came, and how."""

    file = forms.FileField(
        label=_("Original"),
        allow_empty_file=True,
        max_length=255,
        help_text=_("An e-mail saved as a file, a PDF, a Word document, a scan; up to 32 MiB."),
        widget=forms.ClearableFileInput(),
    )
    channel = f.choice(_("Channel"), CHANNEL.items())
    sender = f.short(_("Stated sender"))
    authority = f.choice(
        _("Authority"), (), required=False, hint=_("If known. You can add it later.")
    )
    received_at = f.moment(_("Received"))
    dated = f.moment(_("Date on the document"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        rows = DocketItem.objects.filter(kind="authority", state="listed").order_by("about")
        found = [("", _("not known")), *((row.item, row.about) for row in rows)]
        f.set_choices(self, "authority", found)


class PostedForm(ActionForm):
    """How a letter of ours left."""

    action = POST_LETTER

    channel = f.choice(_("Sent by"), CHANNEL.items())
    to = f.short(_("Address"))
    tracking = f.short(_("Tracking number"), required=False)
    posted_at = f.moment(_("Posted at"))

    def values(self) -> Mapping[str, Any]:
        """Return the fields; of a number that is empty, that there is none."""
        data = super().values()
        return {**data, "tracking": data["tracking"] or None}


class ArrivedForm(ActionForm):
    """How one knows that a letter arrived."""

    action = LETTER_ARRIVED

    at = f.moment(_("Delivered at"))
    known_by = f.short(_("Proof of delivery"), hint=_("A receipt, a call, or the courier's page."))


class BackForm(ReasonsForm):
    """Why a letter came back."""

    action = LETTER_CAME_BACK

    reasons = f.long(_("Remark on the letter"), rows=2)
    lang = f.language(_("Language of your texts"))


def authors(node: Node) -> tuple[str, ...]:
    """Return the authorities whose letters can be written down: entered here, or by document."""
    listed = (one for one in node.directory.parties() if one != node.party)
    by_document = {one for one in listed if paper_authorities.writes_on_paper(node, one)}
    return tuple(sorted(by_document | set(paper_authorities.parties())))


def section_forms(message_type: str, data: Any = None) -> dict[str, SectionForm]:
    """Return the forms of what a letter of a type may say; those not needed may stay empty."""
    found = {}
    for name, needed in paper_sections(message_type).items():
        form = PAPER_FORMS[name](name, data)
        form.empty_permitted = not needed
        found[name] = form
    return found


def values_of(parts: Mapping[str, SectionForm], lang: str) -> dict[str, Any]:
    """Return section values of valid forms; what was left empty is left out."""
    found = {}
    for name, form in parts.items():
        if not form.empty_permitted or form.has_changed():
            value = form.value(lang)
            if value is not None:
                found[name] = value
    return found


# ------------------------------------------------------------------ proposals

_TARGETS: Final = {
    "reference": "request-reference",
    "requesting.reference": "request-reference",
    "facts": "grounds-facts",
    "offence": "grounds-offence",
    "necessity": "grounds-necessity",
    "data": "subject-description",
    "requesting.organization": "authority-name",
    "requesting.title": "authority-title",
    "requesting.email": "authority-contact",
    "identifier": "subject-accounts",
}
MAX_SHOWN: Final = 40


def offered(reading: Mapping[str, Any], parts: Mapping[str, SectionForm]) -> list[dict[str, Any]]:
    """Return what a program proposes for the fields of these forms, each with a number to tick."""
    fields = {f"{name}-{field}" for name, form in parts.items() for field in form.fields}
    found: list[dict[str, Any]] = []
    seen = set()
    for row in reading.get("proposals", []):
        for one in row["proposals"]:
            target = _TARGETS.get(one["field"])
            if target in fields and (target, one["value"]) not in seen:
                seen.add((target, one["value"]))
                found.append({**one, "target": target, "number": str(len(found))})
    return found[:MAX_SHOWN]


def with_taken(data: QueryDict, proposals: Iterable[Mapping[str, Any]]) -> QueryDict:
    """Return what was typed with the ticked proposals put into their fields, and no others."""
    ticked, made = set(data.getlist("take")), data.copy()
    for one in proposals:
        if one["number"] not in ticked:
            continue
        target, value = one["target"], one["value"]
        if one["field"] == "identifier":
            value = f"{one['type']} {value}"
            kept = made.get(target, "").splitlines()
            made[target] = "\n".join([*(line for line in kept if line != value), value])
        else:
            made[target] = value[: f.MAX_LONG]
    made.setlist("take", [])
    return made
