"""Addresses of a set-up, and of nothing else."""

from django.urls import path
from django.views.i18n import set_language

from comity.node.operations.setup_wizard import (
    ceremony,
    checks,
    declarations,
    echo,
    finish,
    office,
    officers,
    partner_pages,
    people,
    roster,
    views,
)

urlpatterns = [
    path("", views.home, name="setup"),
    path("code", views.code, name="code"),
    path("language", set_language, name="setup-language"),
    path("office", office.office, name="setup-office"),
    path("keys", office.keys, name="setup-keys"),
    path("keys/<slug:what>", office.public, name="setup-public"),
    path("officer-ca", officers.officer_ca, name="setup-officer-ca"),
    path("officer-ca/sheet", officers.sheet, name="setup-officer-ca-sheet"),
    path("declarations", declarations.declarations, name="setup-declarations"),
    path("entry", officers.entry, name="setup-entry"),
    path("officers", officers.officers, name="setup-officers"),
    path("partners", partner_pages.partners, name="setup-partners"),
    path("people", people.people, name="setup-people"),
    path("roster", roster.roster, name="setup-roster"),
    path("ceremony", ceremony.ceremony, name="setup-ceremony"),
    path("ceremony/paper", ceremony.paper, name="setup-paper"),
    path("self-test", checks.self_test, name="setup-self-test"),
    path("echo", echo.echo, name="setup-echo"),
    path("finish", finish.finish, name="setup-finish"),
]
