"""Forms of one entry of a scenario: what all of them have, and the form of an inject."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.drills import DrillError, Finding
from comity.drills.editing import with_entry, with_texts
from comity.drills.parse import FILE
from comity.drills.texts import MAX_TEXT, check_text
from comity.exchange.types import MOVES
from comity.instruments.words import ENGLISH
from comity.node.exercise.pages import scenario_labels as words
from comity.node.exercise.pages.scenario_form_context import ENGLISH_FILE, Opened
from comity.node.web import form_fields as f

NUMBERS: Final = {"dir": "ltr"}
DAY_MINUTES: Final = 24 * 60


def plain(value: str) -> None:
    """Refuse what no text of a scenario may hold."""
    try:
        check_text(value.replace("\r\n", "\n"), file="", key="")
    except DrillError as fault:
        raise forms.ValidationError(
            _("Plain text only: no tags, no scripts, and braces only around the name of a value.")
        ) from fault


def key_field(hint: Any) -> forms.RegexField:
    """Return a field for the key of a new entry."""
    return forms.RegexField(
        r"^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$",
        max_length=64,
        label=_("Key"),
        help_text=hint,
        error_messages={"invalid": _("Letters, digits and hyphens alone.")},
        widget=forms.TextInput(attrs=NUMBERS),
    )


def number(
    label: Any, *, most: int, least: int = 0, hint: Any = "", required: bool = False
) -> forms.IntegerField:
    """Return a field for a whole number."""
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=least,
        max_value=most,
        help_text=hint,
        widget=forms.NumberInput(attrs=NUMBERS),
    )


def english_text(label: Any, *, rows: int, hint: Any = "") -> forms.CharField:
    """Return a field for an English text of a scenario."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=MAX_TEXT,
        help_text=hint,
        validators=[plain],
        widget=forms.Textarea(attrs={"rows": rows, "lang": "en", "dir": "ltr"}),
    )


def lines(label: Any, hint: Any) -> forms.CharField:
    """Return a field for several values, one a line."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=MAX_TEXT,
        help_text=hint,
        validators=[plain],
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class EntryForm(forms.Form):
    """An entry of scenario.toml with its English texts, changed or added.

    Attributes:
        sort: of entry, as the format names its tables.
        texts: field to the key of its text, with ``{}`` for the key of the entry.
        places: word that a finding begins with, or its code, to the field beside which it stands.
    """

    sort: ClassVar[str]
    texts: ClassVar[Mapping[str, str]] = {}
    places: ClassVar[Mapping[str, str]] = {}

    def __init__(self, at: Opened, key: str, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.use_required_attribute = False
        self.at, self.entry_key = at, key
        self.before = at.entry(self.sort, key)
        if key:
            self.fields.pop("key", None)
        given = {
            name: at.english.get(form.format(key), "") if key else ""
            for name, form in self.texts.items()
        }
        self.initial = {**self.first(self.before), **given}
        self.offer()

    @property
    def wanted(self) -> str:
        """The key of the entry that is changed, or that was typed for a new one."""
        return self.entry_key or str(self.cleaned_data.get("key", ""))

    @property
    def settled(self) -> str:
        """The key of the entry once it can be told: of one that is there, or was typed well."""
        return self.wanted if self.is_bound and self.is_valid() else self.entry_key

    def first(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form shows of an entry."""
        return dict(members)

    def offer(self) -> None:
        """Fill the lists from which is chosen."""

    def members(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the entry says, with what the form does not know as it was."""
        raise NotImplementedError

    def clean_key(self) -> str:
        """Refuse a key that another entry of the kind bears."""
        key = str(self.cleaned_data["key"])
        if self.at.entry(self.sort, key):
            raise forms.ValidationError(_("There is an entry of this key already."))
        return key

    def changed(self) -> dict[str, bytes]:
        """Return the scenario's files as the form asks for them.

        Raises:
            DrillError: a file breaks the format.
        """
        made = with_entry(self.at.one.files, self.sort, self.wanted, self.members(self.before))
        return with_texts(made, ENGLISH, self.said())

    def said(self) -> dict[str, str]:
        """Return the key of each English text to what was typed."""
        return {
            form.format(self.wanted): str(self.cleaned_data[name]).replace("\r\n", "\n")
            for name, form in self.texts.items()
        }

    def beside(self, one: Finding) -> str:
        """Return the field beside which a finding stands; empty where it is of something else."""
        if one.file == ENGLISH_FILE:
            keys = {form.format(self.wanted): name for name, form in self.texts.items()}
            return keys.get(one.key, "")
        if one.file == FILE and one.code == "drill-text" and one.key in self.fields:
            return one.key
        if one.file != FILE or one.key != f"{self.sort} {self.wanted}":
            return ""
        first = one.text.replace(":", " ").partition(" ")[0]
        field = self.places.get(first) or self.places.get(one.code) or first
        return field if field in self.fields else ""


class InjectForm(EntryForm):
    """When something comes, what it is, and for whom."""

    sort = "inject"
    texts: ClassVar[Mapping[str, str]] = {"title": "injects.{}.title", "text": "injects.{}.text"}
    places: ClassVar[Mapping[str, str]] = {
        "from": "sender",
        "role": "to",
        "comes": "minute",
        "waits": "trigger",
        "loop": "trigger",
        "never-comes": "trigger",
        "exhibit-unfit": "exhibit",
        "message-impossible": "type",
        "thread": "type",
    }

    key = key_field(_("A short name for it: second-call."))
    kind = f.choice(_("Kind"), words.INJECT.items())
    minute = number(
        _("Minute"), most=DAY_MINUTES, hint=_("Of exercise time. Empty if a trigger brings it.")
    )
    trigger = f.choice(_("Or by a trigger"), (), required=False)
    delay_minutes = number(_("Minutes after the trigger"), most=DAY_MINUTES)
    sender = f.choice(_("From"), (), required=False)
    to = forms.MultipleChoiceField(
        label=_("To"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody ticked: to all."),
    )
    thread = f.choice(_("Conversation"), (), required=False)
    type = f.choice(_("Type of the message"), (), required=False, hint=_("If it is a message."))
    exhibit = f.choice(_("Exhibit that comes with it"), (), required=False)
    loss = f.tick(_("Something is lost for good when it comes"))
    title = english_text(_("Title, in English"), rows=2)
    text = english_text(_("Text, in English"), rows=6)

    def offer(self) -> None:
        """Fill the lists with what the plan has."""
        plan, none = self.at.plan, ("", _("none"))
        for name, keys, first in (
            ("trigger", plan.triggers, none),
            ("sender", plan.parties, ("", _("the house"))),
            ("thread", plan.threads, none),
            ("exhibit", plan.exhibits, none),
        ):
            f.set_choices(self, name, [first, *((key, key) for key in keys)])
        f.set_choices(self, "to", [(key, key) for key in plan.roles])
        types = {*MOVES, *filter(None, [self.initial.get("type")])}
        said = sorted(((one, words.message(one)) for one in types), key=lambda pair: pair[1])
        f.set_choices(self, "type", [none, *said])

    def first(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form shows of an entry."""
        return {**members, "sender": members.get("from", "")}

    def clean(self) -> dict[str, Any]:
        """Check that it comes in one way."""
        data = super().clean() or {}
        if (data.get("minute") is None) == (not data.get("trigger")):
            self.add_error("minute", _("A minute, or a trigger; one of them, and not both."))
        return data

    def members(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the entry says, with what the form does not know as it was."""
        data = self.cleaned_data
        said = {
            "kind": data["kind"],
            "minute": data["minute"],
            "trigger": data["trigger"],
            "delay_minutes": data["delay_minutes"] or None,
            "from": data["sender"],
            "to": list(data["to"]),
            "thread": data["thread"],
            "type": data["type"],
            "exhibit": data["exhibit"],
            "loss": data["loss"] or None,
        }
        return merged(before, said)


def merged(before: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return members changed as said; what is empty is not there. 0 is something."""
    made = dict(before)
    for name, value in said.items():
        if value in (None, "", []):
            made.pop(name, None)
        else:
            made[name] = value
    return made


def lines_of(text: str) -> list[str]:
    """Return the lines that are not empty."""
    return [one.strip() for one in text.splitlines() if one.strip()]
