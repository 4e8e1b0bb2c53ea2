"""Addresses of what programs are let in with."""

from django.urls import path

from comity.node.integrations.pages import hooks, tokens

urlpatterns = [
    path("me/programs", tokens.listed, name="programs"),
    path("me/programs/new", tokens.new, name="token-new"),
    path("me/programs/<int:token>/revoke", tokens.revoke, name="token-revoke"),
    path("me/programs/hooks", hooks.listed, name="hooks"),
    path("me/programs/hooks/new", hooks.new, name="hook-new"),
    path("me/programs/hooks/<int:hook>", hooks.hook, name="hook"),
    path("me/programs/hooks/<int:hook>/end", hooks.end, name="hook-end"),
]
