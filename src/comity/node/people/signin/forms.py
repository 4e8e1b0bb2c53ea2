"""What second factors send: a code, or the answer of a passkey. All of it is hostile."""

import struct
from typing import Any, Final

from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError, decode_loose
from comity.node.people.signin import codes

MAX_CREDENTIAL_BYTES: Final = 16_384
MAX_PASSKEYS: Final = 20
_TYPE = Authenticator.Type
_UNREADABLE: Final = (
    ValidationError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError,
    struct.error, InvalidSignature, UnsupportedAlgorithm, NotImplementedError,
)  # fmt: skip
"""Whatever the parser of other people's CBOR and JSON raises on what is none."""


class Credential(forms.CharField):
    """An answer of ``navigator.credentials``, as JSON."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Return the JSON object, its size and depth bounded."""
        try:
            found = decode_loose(str(value or "").encode(), max_bytes=MAX_CREDENTIAL_BYTES)
        except (ComityError, UnicodeEncodeError) as fault:
            raise ValidationError(_("The passkey gave no answer that can be read.")) from fault
        if not isinstance(found, dict):
            raise ValidationError(_("The passkey gave no answer that can be read."))
        return found


class PasskeyForm(forms.Form):
    """A passkey's answer: of a known person, or of whoever the passkey says it belongs to."""

    credential = Credential()

    def __init__(self, *args: Any, user: AbstractBaseUser | None, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_credential(self) -> Authenticator:
        """Return the passkey whose answer it is."""
        answer = self.cleaned_data["credential"]
        try:
            auth.parse_authentication_response(answer)
            user = self.user or auth.extract_user_from_response(answer)
            return auth.complete_authentication(user, answer)
        except _UNREADABLE as fault:
            raise ValidationError(_("This passkey does not open this account.")) from fault

    def save(self) -> None:
        """Write down that the passkey was used."""
        post_authentication(
            context.request,
            self.cleaned_data["credential"],
            reauthenticated=True,
            passwordless=self.user is None,
        )


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Six digits from your app, or one of your recovery codes."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "dir": "ltr",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(self, *args: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
        self.user = user
        self.factor: Authenticator | None = None
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        """Find the factor whose code it is; each counts once."""
        code = str(self.cleaned_data["code"])
        kinds = (_TYPE.TOTP, _TYPE.RECOVERY_CODES)
        for factor in Authenticator.objects.filter(user=self.user, type__in=kinds).order_by(
            "-type"
        ):
            good = codes.use(factor, code) if factor.type == _TYPE.TOTP else _recovers(factor, code)
            if good:
                self.factor = factor
                return code
        raise ValidationError(
            _(
                "Incorrect or used code. Wait for the next code, and check "
                "that the clock on your device is correct."
            )
        )

    def save(self) -> None:
        """Write down that the factor was used."""
        post_authentication(context.request, self.factor, reauthenticated=True)


def _recovers(factor: Authenticator, code: str) -> bool:
    typed = "".join(code.split())
    return len(typed) >= codes.DIGITS and bool(factor.wrap().validate_code(typed))


class NewPasskey(forms.Form):
    """A new passkey to sign in with, and what its owner calls it."""

    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=60,
        help_text=_("For example the device it is on: office laptop, blue USB key."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    credential = Credential()

    def clean_credential(self) -> Any:
        """Return the credential if it answers our challenge and its owner was verified."""
        made = self.cleaned_data["credential"]
        try:
            auth.parse_registration_response(made)
            binding = auth.complete_registration(made)
        except _UNREADABLE as fault:
            raise ValidationError(_("No passkey was made. Try again.")) from fault
        if not binding.is_user_verified():
            raise ValidationError(_("The device did not ask who you are: set a PIN on it first."))
        return made


class PasskeyName(forms.Form):
    """Another name for a passkey."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class NewCodeApp(forms.Form):
    """The first code of an app, which shows that it has the secret."""

    code = forms.CharField(
        label=_("The six digits that the app shows now"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "dir": "ltr",
            }
        ),
    )


def _password(label: Any, kind: str, hint: Any = "") -> forms.CharField:
    attrs = {"autocomplete": kind}
    return forms.CharField(
        label=label,
        max_length=500,
        strip=False,
        help_text=hint,
        widget=forms.PasswordInput(attrs=attrs),
    )


class Password(forms.Form):
    """The password once more."""

    password = _password(_("Password"), "current-password")


class NewPassword(forms.Form):
    """A new password, typed twice."""

    new = _password(
        _("New password"),
        "new-password",
        _("At least twelve characters. Several words are easier to keep than signs."),
    )
    again = _password(_("The new password once more"), "new-password")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Check that both are the same, and strong."""
        data: dict[str, Any] = super().clean() or {}
        new = data.get("new")
        if new and data.get("again") and new != data["again"]:
            self.add_error("again", _("The two passwords differ."))
        elif new and self.user.check_password(new):
            self.add_error("new", _("This is your present password. Choose another one."))
        elif new:
            try:
                validate_password(new, self.user)
            except ValidationError as fault:
                self.add_error("new", fault)
        return data
