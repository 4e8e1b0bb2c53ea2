"""The forms of a set-up."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError, parse_party
from comity.evidence.age_keys import parse_recipient
from comity.files.known_names import check_party
from comity.node.core.config import MINISTRY, SMALL_OFFICE
from comity.node.models import Officer
from comity.node.operations.setup_wizard.build_node import (
    LOCALHOST,
    LOOPBACK,
    BackupPlaceError,
    check_backup_place,
    is_port_taken,
)
from comity.node.people.office_settings import MAX_NAME_CHARS
from comity.node.web.labels import BASIS

_PHONE: Final = re.compile(r"\+[0-9][0-9 ]{5,24}")
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.:-]{0,251}[a-z0-9])?")
RECIPROCITY: Final = "reciprocity"
REACH: Final = (
    ("url", _("Partners reach it over the network, under the name above")),
    ("outbound-only", _("It reaches partners; nobody reaches it")),
    ("by-document", _("No network: letters and files only")),
)


NO_PARTY: Final = "none"
STATUSES: Final = (
    (NO_PARTY, _("not a party")),
    ("in-force", _("in force for our State")),
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


def _treaty(name: str) -> forms.ChoiceField:
    """Return the field that asks whether a treaty binds the State."""
    return forms.ChoiceField(label=BASIS[name], choices=STATUSES, initial=NO_PARTY)


class OfficeForm(_Form):
    """Whose node it is and where it is reached."""

    party = forms.CharField(
        label=_("Name in the directory"),
        max_length=64,
        help_text=_("Two letters of the State, a stroke, the office: vn/contact-point."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    office_name = forms.CharField(
        label=_("Name of this office on papers"),
        max_length=MAX_NAME_CHARS,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    mode = forms.ChoiceField(
        label=_("What the node is for"),
        choices=(
            ("exercise", _("Exercise: nothing in it is real")),
            ("live", _("Live: what it signs binds the office")),
        ),
        widget=forms.RadioSelect,
        initial="exercise",
    )
    phone = forms.CharField(
        label=_("Telephone answered by day and night"),
        required=False,
        max_length=26,
        help_text=_("With the country code: +84 24 0000 0000. Partners call it back."),
        widget=forms.TextInput(attrs={"dir": "ltr", "type": "tel"}),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages in which partners may write"),
        choices=tuple(settings.LANGUAGE_NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    tls_name = forms.CharField(
        label=_("Host name of the node"),
        required=False,
        max_length=253,
        help_text=_("If pages and partners are on this machine only, as for a trial: localhost."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    port = forms.IntegerField(
        label=_("Port"), min_value=1, max_value=65535, initial=8700,
        widget=forms.NumberInput(attrs={"dir": "ltr"}),
    )  # fmt: skip
    reach = forms.ChoiceField(
        label=_("How partners reach it"),
        choices=REACH,
        widget=forms.RadioSelect,
        initial="outbound-only",
    )
    treaty_un_2024 = _treaty("un-2024")
    treaty_untoc_2000 = _treaty("untoc-2000")
    treaty_uncac_2003 = _treaty("uncac-2003")
    treaty_coe_2001 = _treaty("coe-2001")
    roles = forms.ChoiceField(
        label=_("How work is divided"),
        choices=(
            (SMALL_OFFICE, _("Small office: few people do everything")),
            (MINISTRY, _("Ministry: people, cases and evidence are in different hands")),
        ),
        widget=forms.RadioSelect,
        initial=SMALL_OFFICE,
    )

    def __init__(self, *args: Any, own_port: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own_port = own_port
        """Port of the set-up itself, which is free again when the node starts."""

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

    def clean_phone(self) -> str:
        """Take a number that can be called from abroad, or none."""
        text = str(self.cleaned_data["phone"]).strip()
        if text and not _PHONE.fullmatch(text):
            raise forms.ValidationError(_("Write the number with + and the country code."))
        return text

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
        if port and port != self._own_port and is_port_taken(_host_for(found), port):
            told = _(
                "Another program on this machine uses port %(port)s. Enter another port, such as "
                "8701, or stop that program."
            )
            self.add_error("port", forms.ValidationError(told, params={"port": port}))
        return found

    def said(self) -> dict[str, Any]:
        """Return what the set-up keeps."""
        found = dict(self.cleaned_data)
        treaties = {
            name: found.pop(f"treaty_{name.replace('-', '_')}")
            for name in BASIS
            if name != RECIPROCITY
        }
        found["instruments"] = {n: status for n, status in treaties.items() if status != NO_PARTY}
        found["host"] = _host_for(found)
        return found


def _host_for(said: Mapping[str, Any]) -> str:
    """Return where the node listens: beyond this machine with TLS only."""
    away = said.get("tls_name", "") not in {"", LOCALHOST}
    return "0.0.0.0" if away else LOOPBACK  # noqa: S104 - with TLS only


class PersonForm(_Form):
    """One of the first people."""

    name = forms.CharField(
        label=_("Name to sign in with"),
        max_length=150,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["role"]
        field.choices = [(code, roles[code]) for code in Officer.Role.values]


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
    keeper = forms.CharField(
        label=_("Who keeps the identity"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    witness = forms.CharField(
        label=_("Who watched"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    signed = forms.BooleanField(label=_("The paper is printed, filled in and signed by everybody."))

    def __init__(self, *args: Any, node: Path, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._node = node

    def clean_recipient(self) -> str:
        """Take a recipient; an identity pasted by mistake is not repeated."""
        text = str(self.cleaned_data["recipient"]).strip()
        if text.upper().startswith("AGE-SECRET-KEY"):
            self.data = {**self.data, "recipient": ""}
            told = _("This is the secret half. It has now been on this machine: make a new pair.")
            raise forms.ValidationError(told)
        try:
            return str(parse_recipient(text))
        except ComityError as fault:
            raise forms.ValidationError(_("A recipient begins with age1.")) from fault

    def clean_place(self) -> str:
        """Take a folder that can be written, and that is not lost with the node."""
        place = Path(self.cleaned_data["place"].strip())
        try:
            check_backup_place(place, self._node)
        except BackupPlaceError as fault:
            told = _("Name a folder that exists, outside the node's, that the node may write to.")
            raise forms.ValidationError(told) from fault
        return str(place)
