"""Addresses of the data-protection desk."""

from django.urls import URLPattern, path

from comity.node.privacy_desk.pages import disclosure_list, papers, reviews, subject_search, views

urlpatterns: list[URLPattern] = [
    path("privacy", views.privacy, name="privacy"),
    path("privacy/due", views.due_list, name="privacy-due"),
    path("privacy/codes", views.codes, name="privacy-codes"),
    path("privacy/held", subject_search.held, name="privacy-held"),
    path("privacy/register/<slug:register>", views.register, name="privacy-register"),
    path("privacy/records/<slug:sort>/<str:key>", reviews.record, name="privacy-record"),
    path("privacy/releases/<str:item_id>/list", disclosure_list.edit, name="release-list"),
    path("privacy/releases/<str:item_id>/index/<slug:form>", papers.index, name="release-index"),
    path("privacy/breaches/<str:item_id>/draft", papers.breach_draft, name="breach-draft"),
    path("privacy/breaches/<str:item_id>/paper", papers.breach_paper, name="breach-paper"),
    path("privacy/requests/<str:item_id>/paper", papers.answer_paper, name="answer-paper"),
]
