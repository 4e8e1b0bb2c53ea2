"""The form of an entry of a scenario, made of its model: what it says, and its English texts."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final, get_origin

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from comity.drills import DrillError, Finding
from comity.drills.editing import with_entry, with_texts
from comity.drills.model import KINDS
from comity.drills.parse import FILE
from comity.drills.texts import MAX_TEXT, check_text
from comity.drills.values import MAX_POINTS, MAX_TRIES, Of, OneOf
from comity.exchange.types import MOVES
from comity.instruments.words import ENGLISH
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.pages.scenario.form_context import ENGLISH_FILE, Opened
from comity.node.web import form_fields as f

type Offered = Iterable[tuple[str, Any]]
"""Value and label of each choice; in place of a label, such pairs of a group."""
type Offer = Callable[[Opened, str, Any], Offered]
"""Tells of a scenario, the key of its entry and what stands there, what can be chosen."""
_MOST: Final = {"tries": MAX_TRIES, "points": MAX_POINTS}
_DAY_MINUTES: Final = 24 * 60
_ROWS: Final = {"title": 2, "text": 6}


def plain(value: str) -> None:
    """Refuse what no text of a scenario may hold."""
    try:
        check_text(value.replace("\r\n", "\n"), file="", key="")
    except DrillError as fault:
        raise forms.ValidationError(
            _("Plain text only: no tags, no scripts, and braces only around the name of a value.")
        ) from fault


def code_field(label: Any, hint: Any = "", **more: Any) -> forms.CharField:
    """Return a field for a key or the name of a file, which runs from left to right."""
    widget = forms.TextInput(attrs={"dir": "ltr"})
    return forms.CharField(label=label, help_text=hint, widget=widget, **more)


def number(label: Any, hint: Any = "", *, most: int, least: int = 0) -> forms.IntegerField:
    """Return a field for a whole number that may be left empty."""
    return f.whole_number(label, least=least, most=most, required=False, hint=hint)


def plain_text(label: Any, hint: Any = "", *, rows: int, lang: str = "") -> forms.CharField:
    """Return a field for a text of a scenario, or for several values, one a line."""
    runs = {"lang": lang, "dir": "ltr"} if lang else {"dir": "auto"}
    return forms.CharField(
        label=label,
        required=False,
        max_length=MAX_TEXT,
        help_text=hint,
        validators=[plain],
        widget=forms.Textarea(attrs={"rows": rows, **runs}),
    )


def ticks(label: Any, hint: Any, choices: Offered) -> forms.MultipleChoiceField:
    """Return a field for several of some choices."""
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=list(choices),
        help_text=hint,
        widget=forms.CheckboxSelectMultiple,
    )


class EntryForm(forms.Form):
    """An entry of scenario.toml with its English texts, changed or added.

    Attributes:
        sort: of entry, as the format names its tables.
        page: kind of form, as the labels name it; the sort, where a sort has one form.
        choices: words of members that are one of some.
        offers: member to what is chosen for it from what the plan has.
        places: code of a finding, or the word that it begins with, to the field beside which it
            stands; of the empty word, where else any stands.
        key_pattern: of the key of a new entry, and what is said of another.
    """

    sort: ClassVar[str]
    page: ClassVar[str] = ""
    choices: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    offers: ClassVar[Mapping[str, Offer]] = {}
    places: ClassVar[Mapping[str, str]] = {}
    key_pattern: ClassVar[tuple[str, Any]] = (
        r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*",
        _("Letters, digits and hyphens alone."),
    )

    def __init__(self, at: Opened, key: str, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.use_required_attribute = False
        self.at, self.entry_key = at, key
        self.before = at.entry(self.sort, key)
        self.model = KINDS[self.sort].model
        self.texts = {form.rpartition(".")[2]: form for form in KINDS[self.sort].texts}
        shown = {name: self.before.get(self._member(name)) for name in self.model.model_fields}
        given = {
            name: at.english.get(form.format(key), "") if key else ""
            for name, form in self.texts.items()
        }
        self.initial = {**self.first(shown), **given}
        for name, said in words.fields(self.page or self.sort):
            if name != "key" or not key:
                self.fields[name] = self.field_for(name, **said)

    def _member(self, name: str) -> str:
        """Return what scenario.toml calls a member of the model."""
        field = self.model.model_fields.get(name)
        return field.alias or name if field else name

    # -------------------------------------------------------------- fields

    def field_for(self, name: str, label: Any, hint: Any) -> forms.Field:
        """Return the field of a member or of a text, as its model has it."""
        member = self.model.model_fields.get(name)
        if name == "key":
            return code_field(label, hint, max_length=64)
        if name in self.offers:
            offered = self.offers[name](self.at, self.entry_key, self.initial.get(name))
            return self._choice(name, label, hint, offered, member)
        if name in self.texts:
            return plain_text(label, hint, rows=_ROWS.get(name, 4), lang=ENGLISH)
        if member is None:
            raise KeyError(name)
        return self._of_member(name, label, hint, member)

    def _of_member(self, name: str, label: Any, hint: Any, member: FieldInfo) -> forms.Field:
        for mark in member.metadata:
            if isinstance(mark, OneOf):
                said = self.choices[name]
                return f.choice(label, [(one, said[one]) for one in mark.words])
            if isinstance(mark, Of):
                keys = [(key, key) for key in getattr(self.at.plan, mark.table)]
                if _is_many(member):
                    return ticks(label, hint, keys)
                return self._choice(name, label, hint, keys, member)
        if _is_many(member):
            field: forms.Field = plain_text(label, hint, rows=3)
        elif member.annotation is bool:
            field = f.tick(label)
        elif member.annotation is str:
            field = f.short(label, hint=hint)
        else:
            least = next((one.ge for one in member.metadata if hasattr(one, "ge")), 0)
            field = number(label, hint, most=_MOST.get(name, _DAY_MINUTES), least=least)
        field.required = member.is_required()
        return field

    def _choice(
        self, name: str, label: Any, hint: Any, offered: Offered, member: FieldInfo | None
    ) -> forms.ChoiceField:
        required = member is not None and member.is_required()
        none = words.NONE.get(f"{self.sort}.{name}") or gettext("none")
        first = [] if required else [("", none)]
        return f.choice(label, [*first, *offered], required=required, hint=hint)

    def first(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Return what the form shows of the members of an entry."""
        lines = {name for name in shown if self._is_lines(name)}
        return {
            name: "\n".join(value) if name in lines and isinstance(value, list) else value
            for name, value in shown.items()
        }

    def _is_lines(self, name: str) -> bool:
        member = self.model.model_fields[name]
        return _is_many(member) and not any(isinstance(one, Of) for one in member.metadata)

    # -------------------------------------------------------------- what was typed

    @property
    def wanted(self) -> str:
        """The key of the entry that is changed, or that was typed for a new one."""
        return self.entry_key or str(self.cleaned_data.get("key", ""))

    @property
    def settled(self) -> str:
        """The key of the entry once it can be told: of one that is there, or was typed well."""
        return self.wanted if self.is_bound and self.is_valid() else self.entry_key

    def clean_key(self) -> str:
        """Refuse what is no key, and a key that another entry of the kind bears."""
        key, (pattern, told) = str(self.cleaned_data["key"]), self.key_pattern
        forms.RegexField(f"^(?:{pattern})$", error_messages={"invalid": told}).clean(key)
        if self.at.entry(self.sort, key):
            raise forms.ValidationError(_("There is an entry of this key already."))
        return key

    def clean(self) -> dict[str, Any]:
        """Say beside its field which rule of its model an entry breaks.

        A rule that has no words of its own is said by the reader of the files, with the line.
        """
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            self.model.model_validate({"key": self.wanted, **self.members(self.before)})
        except ValidationError as fault:
            for one in fault.errors(include_url=False):
                place = str(one["loc"][0]) if one["loc"] else ""
                field = self._field(str(one.get("ctx", {}).get("member") or place), place)
                if field and (said := _rule(one)):
                    self.add_error(field, said)
        return data

    def members(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the entry says, with what the form does not know as it was."""
        said: dict[str, Any] = {}
        for name, member in self.model.model_fields.items():
            if name in self.fields and name != "key":
                value, stands = self.cleaned_data[name], before.get(self._member(name))
                value = lines_of(value) if self._is_lines(name) else value
                if value in (stands, [stands]):
                    value = stands
                elif value == member.default:
                    value = None
                said[self._member(name)] = value
        return merged(before, said)

    def said(self) -> dict[str, str]:
        """Return the key of each English text to what was typed."""
        return {
            form.format(self.wanted): str(self.cleaned_data[name]).replace("\r\n", "\n")
            for name, form in self.texts.items()
        }

    def changed(self) -> dict[str, bytes]:
        """Return the scenario's files as the form asks for them.

        Raises:
            DrillError: a file breaks the format.
        """
        made = with_entry(self.at.one.files, self.sort, self.wanted, self.members(self.before))
        return with_texts(made, ENGLISH, self.said())

    # -------------------------------------------------------------- where a finding stands

    def beside(self, one: Finding) -> str:
        """Return the field beside which a finding stands; empty where it is of something else."""
        if one.file == ENGLISH_FILE:
            keys = {form.format(self.wanted): name for name, form in self.texts.items()}
            return keys.get(one.key, "")
        if one.file != FILE:
            return ""
        if one.code == "drill-text":
            return self._field(one.key)
        here = f"{self.sort} {self.wanted}"
        if one.key != here and not (one.code == "loop" and here in _ring(one)):
            return ""
        first = one.text.replace(":", " ").partition(" ")[0]
        return self._field(first, one.code, "")

    def _field(self, *named: str) -> str:
        """Return the field of the first of some members, words and codes that has one."""
        members = {self._member(name): name for name in self.model.model_fields}
        for name in named:
            field = self.places.get(name) or members.get(name, name)
            if field in self.fields:
                return field
        return ""


def message_types(at: Opened, _key: str, stands: Any) -> Offered:
    """Return the types of messages, in words."""
    types = {*MOVES, *filter(None, [stands])}
    return sorted(((one, words.message(one)) for one in types), key=lambda pair: pair[1])


class InjectForm(EntryForm):
    """When something comes, what it is, and for whom."""

    sort = "inject"
    choices: ClassVar[Mapping[str, Mapping[str, Any]]] = {"kind": words.INJECT}
    offers: ClassVar[Mapping[str, Offer]] = {"type": message_types}
    places: ClassVar[Mapping[str, str]] = {
        "comes": "minute",
        "loop": "trigger",
        "never-comes": "trigger",
        "exhibit-unfit": "exhibit",
        "message-impossible": "type",
    }


def _rule(one: ErrorDetails) -> Any:
    if one["type"] == "too_long":
        most = one["ctx"]["max_length"]
        return ngettext("At most %(n)d line.", "At most %(n)d lines.", most) % {"n": most}
    return words.RULE.get(one["type"])


def _is_many(member: FieldInfo) -> bool:
    return get_origin(member.annotation) is tuple


def _ring(one: Finding) -> list[str]:
    """Return what waits for each other."""
    return one.text.split(": ")[-1].split(", ")


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
