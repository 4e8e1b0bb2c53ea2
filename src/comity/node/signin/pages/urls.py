"""Addresses of signing in, and of one's own ways to do it."""

from django.urls import path

from comity.node.signin.pages import (
    expired_forms,
    second_factors,
    sign_in,
    sign_in_methods,
    single_sign_on,
    views,
)

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-in", views.sign_in, name="account_login"),  # as django-allauth calls it
    path("sign-in/passkey", sign_in.by_passkey, name="by-passkey"),
    path("sign-in/second", sign_in.second, name="mfa_authenticate"),  # as django-allauth calls it
    path("sign-in/single", single_sign_on.leave, name="single"),
    path("sign-in/single/back", single_sign_on.come_back, name="single-back"),
    path("kept", expired_forms.kept, name="kept"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("me/sign-in", sign_in_methods.ways, name="ways"),
    path("me/sign-in/again", sign_in_methods.again, name="again"),
    path("me/sign-in/password", sign_in_methods.password, name="password"),
    path("me/sign-in/end-others", sign_in_methods.end_others, name="end-others"),
    path("me/sign-in/passkeys/new", second_factors.passkey, name="new-passkey"),
    path("me/sign-in/passkeys/<int:factor>", second_factors.passkey_name, name="passkey-name"),
    path("me/sign-in/remove/<slug:kind>/<int:factor>", second_factors.remove, name="remove-factor"),
    path("me/sign-in/code", second_factors.code_app, name="code-app"),
    path("me/sign-in/recovery-codes", second_factors.recovery_codes, name="recovery-codes"),
]
