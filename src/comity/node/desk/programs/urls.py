"""Addresses of what programs are let in with."""

from django.urls import path

from comity.node.desk.programs import tokens

urlpatterns = [
    path("me/programs", tokens.listed, name="programs"),
    path("me/programs/new", tokens.new, name="token-new"),
    path("me/programs/<int:token>/revoke", tokens.revoke, name="token-revoke"),
]
