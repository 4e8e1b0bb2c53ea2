"""Addresses of the pages of evidence."""

from django.urls import URLPattern, URLResolver, path

from comity.node.evidence.pages import actions, destroying, exhibit, listing, marks, originals

urlpatterns: list[URLPattern | URLResolver] = [
    path("evidence", listing.evidence, name="evidence"),
    path("exhibits/<str:name>", exhibit.exhibit, name="exhibit"),
    path("exhibits/<str:name>/do/<slug:deed>", actions.act, name="exhibit-act"),
    path("exhibits/<str:name>/passport/<slug:form>", exhibit.passport, name="exhibit-passport"),
    path("exhibits/<str:name>/destroy", destroying.destroy, name="exhibit-destroy"),
    path("exhibits/<str:name>/destroy/confirm", destroying.confirm, name="exhibit-confirm"),
    path("exhibits/<str:name>/destroy/withdraw", destroying.withdraw, name="exhibit-withdraw"),
    path("sensitive/<slug:kind>/<str:name>", marks.marks_of, name="marks"),
    path("sensitive/<slug:kind>/<str:name>/show", marks.show, name="show-marked"),
    path("originals/<str:digest>/preview", originals.preview, name="preview"),
    path("previews/<str:viewing>", originals.picture, name="preview-picture"),
]
