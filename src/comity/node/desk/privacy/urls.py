"""Addresses of the data-protection desk."""

from django.urls import URLPattern, path

from comity.node.desk.privacy import desk, found, papers, release_list, reviews

urlpatterns: list[URLPattern] = [
    path("privacy", desk.privacy, name="privacy"),
    path("privacy/due", desk.due_list, name="privacy-due"),
    path("privacy/codes", desk.codes, name="privacy-codes"),
    path("privacy/held", found.held, name="privacy-held"),
    path("privacy/register/<slug:register>", desk.register, name="privacy-register"),
    path("privacy/records/<slug:sort>/<str:key>", reviews.record, name="privacy-record"),
    path("privacy/releases/<str:item_id>/list", release_list.edit, name="release-list"),
    path("privacy/releases/<str:item_id>/index/<slug:form>", papers.index, name="release-index"),
    path("privacy/breaches/<str:item_id>/draft", papers.breach_draft, name="breach-draft"),
    path("privacy/breaches/<str:item_id>/paper", papers.breach_paper, name="breach-paper"),
    path("privacy/requests/<str:item_id>/paper", papers.answer_paper, name="answer-paper"),
]
