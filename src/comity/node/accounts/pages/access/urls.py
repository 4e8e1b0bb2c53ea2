"""Addresses of the pages about who may see what."""

from django.urls import path

from comity.node.accounts.pages.access import circle, glass, officer_ca, people

urlpatterns = [
    path("cases/<str:number>/access", circle.circle, name="case-circle"),
    path("break-glass", glass.break_glass, name="break-glass"),
    path("notices", glass.notices, name="notices"),
    path("notices/<int:notice>/confirm", glass.confirm, name="notice-confirm"),
    path("people", people.people_page, name="people"),
    path("people/add", people.add, name="person-add"),
    path("people/compartment", people.compartment, name="compartment"),
    path("people/certificates", officer_ca.certificates, name="officer-certificates"),
    path("people/certificates/keys", officer_ca.public_keys, name="officer-certificates-keys"),
    path("people/<slug:identifier>", people.person, name="person"),
]
