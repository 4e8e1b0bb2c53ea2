"""The forms of a set-up."""

import re
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError, parse_party
from comity.evidence.age_keys import parse_recipient
from comity.files.instruments import check_party
from comity.node.core.config import MINISTRY, SMALL_OFFICE
from comity.node.models import Officer
from comity.node.operations.backup_place import BackupPlaceError, check_backup_place
from comity.node.operations.setup_wizard.build_node import LOCALHOST, LOOPBACK, is_port_taken
from comity.node.people import office_settings
from comity.node.web.form_fields import whole_number
from comity.node.web.labels import BASIS

_PHONE: Final = re.compile(r"\+[0-9][0-9 ]{5,24}")
_MAX_SIGNER_CHARS: Final = 90
"""Of keeper and witness: both stand whole in one row of the audit log."""
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.:-]{0,251}[a-z0-9])?")
RECIPROCITY: Final = "reciprocity"
REACH: Final = (
    ("url", _("Partners connect to it at the name above")),
    ("outbound-only", _("The node connects to partners; partners cannot connect")),
    ("by-document", _("No network: letters and files only")),
)


NO_PARTY: Final = "none"
STATUSES: Final = (
    (NO_PARTY, _("not a party")),
    ("in-force", _("in force for your State")),
    ("signed-not-in-force", _("signed, not in force")),
)


class _Form(forms.Form):
    """A form whose fields look like those of the desk."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            kind = field.widget
            if isinstance(kind, forms.CheckboxSelectMultiple | forms.RadioSelect):
                continue
            kind.attrs["autocomplete"] = "off"
            kind.attrs.pop("maxlength", None)  # a browser cuts what is pasted, without a word


class LineField(forms.CharField):
    """A line that others read later, on papers, in lists and in the audit log."""

    def validate(self, value: Any) -> None:
        """Refuse what cannot be seen: it can turn a name around, or hide a part of it."""
        super().validate(value)
        refuse_invisible(value)


def refuse_invisible(text: str) -> None:
    """Refuse characters that show nothing.

    Raises:
        ValidationError: the text has one; the error names it.
    """
    found = office_settings.invisible_in(text)
    if found:
        told = _("Remove the invisible character %(name)s: type the text again, do not paste it.")
        raise forms.ValidationError(told, params={"name": found})


def _treaty(name: str) -> forms.ChoiceField:
    """Return the field that asks whether a treaty binds the State."""
    return forms.ChoiceField(label=BASIS[name], choices=STATUSES, initial=NO_PARTY)


class ListedForm(_Form):
    """What goes into the directory entry and is no part of the node: it can change after the keys.

    Its fields are in the order in which they are asked.
    """

    phone = forms.CharField(
        label=_("Telephone answered day and night"),
        required=False,
        max_length=26,
        help_text=_("With the country code: +84 24 0000 0000. Partners call it back."),
        widget=forms.TextInput(attrs={"dir": "ltr", "type": "tel"}),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages for messages from partners"),
        choices=tuple(settings.LANGUAGE_NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=lambda: [get_language()],  # who reads the page in it can read messages in it
        error_messages={"required": _("Select at least one language.")},
    )
    treaty_un_2024 = _treaty("un-2024")
    treaty_untoc_2000 = _treaty("untoc-2000")
    treaty_uncac_2003 = _treaty("uncac-2003")
    treaty_coe_2001 = _treaty("coe-2001")

    @classmethod
    def answers(cls, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to each field, as the form shows it, of what the set-up keeps."""
        treaties = said.get("instruments", {})
        found = {_field_of(name): status for name, status in treaties.items()}
        return {**said, **found}

    def clean_phone(self) -> str:
        """Take a number that can be called from abroad, or none."""
        text = str(self.cleaned_data["phone"]).strip()
        if text and not _PHONE.fullmatch(text):
            raise forms.ValidationError(_("Write the number with + and the country code."))
        return text

    def said(self) -> dict[str, Any]:
        """Return what the set-up keeps."""
        found = dict(self.cleaned_data)
        treaties = {name: found.pop(_field_of(name)) for name in BASIS if name != RECIPROCITY}
        found["instruments"] = {n: status for n, status in treaties.items() if status != NO_PARTY}
        return found


def _field_of(treaty: str) -> str:
    return f"treaty_{treaty.replace('-', '_')}"


class OfficeForm(ListedForm):
    """Whose node it is and where it is reached."""

    field_order = (
        "party", "office_name", "mode", "phone", "languages", "tls_name", "port", "reach",
        "treaty_un_2024", "treaty_untoc_2000", "treaty_uncac_2003", "treaty_coe_2001", "roles",
    )  # fmt: skip
    party = forms.CharField(
        label=_("Name in the directory"),
        max_length=64,
        help_text=_("Two letters of the State, a slash (/), the office: vn/contact-point."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    office_name = LineField(
        label=_("Name of the office on documents"),
        max_length=office_settings.MAX_NAME_CHARS,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    mode = forms.ChoiceField(
        label=_("Mode"),
        choices=(
            ("exercise", _("Exercise: no real data")),
            ("live", _("Live: signatures bind the office")),
        ),
        widget=forms.RadioSelect,
        initial="exercise",
    )
    tls_name = forms.CharField(
        label=_("Host name of the node"),
        required=False,
        max_length=253,
        help_text=_("If pages and partners are on this machine only, as for a trial: localhost."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    port = whole_number(_("Port"), least=1, most=65535, initial=8700)
    reach = forms.ChoiceField(
        label=_("Partner connections"),
        choices=REACH,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select how partners connect.")},
    )
    roles = forms.ChoiceField(
        label=_("Case access"),
        choices=(
            (SMALL_OFFICE, _("Small office: officers see every case unless it is restricted")),
            (MINISTRY, _("Ministry: a case is seen by those assigned to it, duties are divided")),
        ),
        widget=forms.RadioSelect,
        initial=SMALL_OFFICE,
    )

    def __init__(self, *args: Any, own_port: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own_port = own_port
        """Port of the set-up itself."""

    def clean_party(self) -> str:
        """Take the name of a party only."""
        try:
            party = parse_party(self.cleaned_data["party"].strip())
        except ComityError as fault:
            raise forms.ValidationError(_("Write it like vn/contact-point.")) from fault
        try:
            return check_party(party)
        except ComityError as fault:
            told = _("No State has this code. Use the two letters of ISO 3166-1, such as vn.")
            raise forms.ValidationError(told) from fault

    def clean_tls_name(self) -> str:
        """Take a host name or address, or nothing."""
        text = str(self.cleaned_data["tls_name"]).strip().lower()
        if text and not _HOST.fullmatch(text):
            raise forms.ValidationError(_("Write a host name, such as node.example."))
        return text

    def clean(self) -> dict[str, Any]:
        """Refuse to be reached under no name, and a port that another program has."""
        found = super().clean() or {}
        if found.get("reach") == "url" and "tls_name" in found and not found["tls_name"]:
            self.add_error("tls_name", _("Partners need a name under which they reach it."))
        port = found.get("port")
        if port and port == self._own_port:
            told = _(
                "This set-up itself uses port %(port)s, and needs it when it is started again. "
                "Enter another port, such as 8720."
            )
            self.add_error("port", forms.ValidationError(told, params={"port": port}))
        elif port and is_port_taken(_host_for(found), port):
            told = _(
                "Another program on this machine uses port %(port)s. Enter another port, such as "
                "8720, or stop that program."
            )
            self.add_error("port", forms.ValidationError(told, params={"port": port}))
        return found

    def said(self) -> dict[str, Any]:
        """Return what the set-up keeps."""
        found = super().said()
        found["host"] = _host_for(found)
        return found


_AFTERWARDS: Final = (
    (("party", "mode"), _("Never. For another one, set up a new node in a new folder.")),
    (
        ("tls_name", "port", "reach"),
        _(
            "Only by moving the node: your State lists the new address first, and officers make "
            "new passkeys for a new host name."
        ),
    ),
    (("office_name",), _("On the page Settings, when the node runs.")),
    (("roles",), _("In the file node.toml, while the node is stopped.")),
    (
        tuple(ListedForm.base_fields),
        _(
            "In the step Office until the set-up ends. After that, your State's key custodians "
            "revise the directory entry."
        ),
    ),
)
"""Answers of the step Office, and by what each can be changed once the keys are made."""


def changes_afterwards() -> list[tuple[list[Any], Any]]:
    """Return what can be changed once the keys are made: names of fields, and by what."""
    asked = OfficeForm.base_fields
    return [([asked[name].label for name in names], how) for names, how in _AFTERWARDS]


def summary(said: Mapping[str, Any], *, but: Container[str] = ()) -> list[tuple[Any, list[str]]]:
    """Return every answer of the step Office in words: what was asked, and what was answered.

    Args:
        said: what the set-up keeps of the step.
        but: names of fields that are left out.
    """
    answers, rows = OfficeForm.answers(said), []
    for name in OfficeForm.field_order:
        if name in but:
            continue
        field: Any = OfficeForm.base_fields[name]
        answer = answers.get(name, field.initial)
        if isinstance(answer, Sequence) and not isinstance(answer, str):
            told = list(answer)
        else:
            told = [] if answer in {None, ""} else [str(answer)]
        names = {str(code): str(word) for code, word in getattr(field, "choices", ())}
        rows.append((field.label, [names.get(one, one) for one in told]))
    return rows


def _host_for(said: Mapping[str, Any]) -> str:
    """Return where the node listens: beyond this machine with TLS only."""
    away = said.get("tls_name", "") not in {"", LOCALHOST}
    return "0.0.0.0" if away else LOOPBACK  # noqa: S104 - with TLS only


_NEEDED: Final = (Officer.Role.OPERATOR, Officer.Role.CASE, Officer.Role.APPROVER)
"""Roles without which no node is run and no binding request signed, in the order of asking."""


class PersonForm(_Form):
    """One of the first people."""

    name = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, roles: Any, held: Container[str] = (), **kwargs: Any) -> None:
        """Make the form.

        Args:
            roles: what each role is called.
            held: roles that somebody has; the first that is needed and lacks is proposed.
            args: for Django's form.
            kwargs: for Django's form.
        """
        super().__init__(*args, **kwargs)
        field: Any = self.fields["role"]
        field.choices = [(code, roles[code]) for code in Officer.Role.values]
        field.initial = next((one for one in _NEEDED if one not in held), None)


_PLACE_FAULT: Final = {
    "missing": _(
        "Name a folder that exists, with its whole path: /var/backups/comity. Make it first if it "
        "is not there."
    ),
    "inside": _(
        "This folder is inside the node's folder, and a backup there is lost with the node. Name "
        "a folder outside it."
    ),
    "closed": _(
        "No file could be written in this folder: %(cause)s. Let the user of the node write there, "
        "or name another folder."
    ),
}
"""By why a folder takes no backups."""


class CeremonyForm(_Form):
    """What the ceremony left: to whom backups are sealed, where they go, who was there."""

    recipient = forms.CharField(
        label=_("Recipient of backups"),
        max_length=2200,
        help_text=_("Begins with age1. Its identity is on another machine and in the safe."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    place = forms.CharField(
        label=_("Folder of backups"),
        max_length=400,
        help_text=_("A disk of its own, or one that another machine copies: /var/backups/comity."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    keeper = LineField(
        label=_("Keeper of the identity"),
        max_length=_MAX_SIGNER_CHARS,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    witness = LineField(
        label=_("Witness"),
        max_length=_MAX_SIGNER_CHARS,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    signed = forms.BooleanField(label=_("The paper is printed, filled in and signed by all."))

    def __init__(self, *args: Any, node: Path, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._node = node

    def clean_recipient(self) -> str:
        """Take a recipient; an identity pasted by mistake is not repeated."""
        try:
            return str(parse_recipient(self._no_secret("recipient")))
        except ComityError as fault:
            raise forms.ValidationError(_("A recipient begins with age1.")) from fault

    def clean_keeper(self) -> str:
        """Take a name; an identity pasted into the wrong field is not repeated."""
        return self._no_secret("keeper")

    def clean_witness(self) -> str:
        """Take a name; an identity pasted into the wrong field is not repeated."""
        return self._no_secret("witness")

    def _no_secret(self, name: str) -> str:
        """Return what was typed into a field, unless it holds the secret half of a pair."""
        text = str(self.cleaned_data[name]).strip()
        if "AGE-SECRET-KEY" in text.upper():
            data = QueryDict(mutable=True)  # a plain dictionary would show each field as a list
            data.update(self.data)
            data[self.add_prefix(name)] = ""
            self.data = data
            told = _("This is the secret half. It has now been on this machine: make a new pair.")
            raise forms.ValidationError(told)
        return text

    def clean_place(self) -> str:
        """Take a folder that can be written, and that is not lost with the node."""
        place = Path(self._no_secret("place"))
        try:
            check_backup_place(place, self._node)
        except BackupPlaceError as fault:
            told = _PLACE_FAULT[fault.reason]
            raise forms.ValidationError(told, params={"cause": fault.cause}) from fault
        return str(place)

    def clean(self) -> dict[str, Any]:
        """Refuse a witness who is the keeper: one person alone attests nothing of oneself."""
        found = super().clean() or {}
        names = [" ".join(str(found.get(one, "")).split()) for one in ("keeper", "witness")]
        if all(names) and names[0].casefold() == names[1].casefold():
            told = _("Keeper and witness must be two different people. Enter the other one's name.")
            self.add_error("witness", told)
        return found
