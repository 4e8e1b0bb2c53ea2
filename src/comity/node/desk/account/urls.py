"""Addresses of signing in, and of one's own ways to do it."""

from django.urls import path

from comity.node.desk import signin
from comity.node.desk.account import changing, entering, kept, single, ways

urlpatterns = [
    path("sign-in", signin.sign_in, name="sign-in"),
    path("sign-in", signin.sign_in, name="account_login"),  # as django-allauth calls it
    path("sign-in/passkey", entering.by_passkey, name="by-passkey"),
    path("sign-in/second", entering.second, name="mfa_authenticate"),  # as django-allauth calls it
    path("sign-in/single", single.leave, name="single"),
    path("sign-in/single/back", single.come_back, name="single-back"),
    path("kept", kept.kept, name="kept"),
    path("sign-out", signin.sign_out, name="sign-out"),
    path("me/sign-in", ways.ways, name="ways"),
    path("me/sign-in/again", ways.again, name="again"),
    path("me/sign-in/password", ways.password, name="password"),
    path("me/sign-in/end-others", ways.end_others, name="end-others"),
    path("me/sign-in/passkeys/new", changing.passkey, name="new-passkey"),
    path("me/sign-in/passkeys/<int:factor>", changing.passkey_name, name="passkey-name"),
    path("me/sign-in/remove/<slug:kind>/<int:factor>", changing.remove, name="remove-factor"),
    path("me/sign-in/code", changing.code_app, name="code-app"),
    path("me/sign-in/recovery-codes", changing.recovery_codes, name="recovery-codes"),
]
