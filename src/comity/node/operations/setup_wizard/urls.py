"""Addresses of a set-up, and of nothing else."""

from django.urls import path
from django.views.i18n import set_language

from comity.node.operations.setup_wizard import ceremony, checks, office, officers, people, views

urlpatterns = [
    path("", views.home, name="setup"),
    path("code", views.code, name="code"),
    path("language", set_language, name="setup-language"),
    path("office", office.office, name="setup-office"),
    path("keys", office.keys, name="setup-keys"),
    path("keys/<slug:what>", office.public, name="setup-public"),
    path("officer-ca", officers.officer_ca, name="setup-officer-ca"),
    path("officer-ca/sheet", officers.sheet, name="setup-officer-ca-sheet"),
    path("entry", officers.entry, name="setup-entry"),
    path("officers", officers.officers, name="setup-officers"),
    path("partners", people.partners, name="setup-partners"),
    path("people", people.people, name="setup-people"),
    path("ceremony", ceremony.ceremony, name="setup-ceremony"),
    path("ceremony/paper", ceremony.paper, name="setup-paper"),
    path("self-test", checks.self_test, name="setup-self-test"),
    path("finish", checks.finish, name="setup-finish"),
]
