"""Addresses of the pages of evidence."""

from django.urls import URLPattern, URLResolver, path

from comity.node.desk.evidence import (
    acts,
    destroying,
    exhibit,
    exporting,
    listing,
    marking,
    originals,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("evidence", listing.evidence, name="evidence"),
    path("exhibits/<str:name>", exhibit.exhibit, name="exhibit"),
    path("exhibits/<str:name>/do/<slug:deed>", acts.act, name="exhibit-act"),
    path("exhibits/<str:name>/passport/<slug:form>", exhibit.passport, name="exhibit-passport"),
    path("exhibits/<str:name>/destroy", destroying.destroy, name="exhibit-destroy"),
    path("exhibits/<str:name>/destroy/confirm", destroying.confirm, name="exhibit-confirm"),
    path("exhibits/<str:name>/destroy/withdraw", destroying.withdraw, name="exhibit-withdraw"),
    path("sensitive/<slug:kind>/<str:name>", marking.marks_of, name="marks"),
    path("sensitive/<slug:kind>/<str:name>/show", marking.show, name="show-marked"),
    path("originals/<str:digest>/preview", originals.preview, name="preview"),
    path("previews/<str:viewing>", originals.picture, name="preview-picture"),
    path("exports", exporting.exports, name="exports"),
    path("exports/<str:export>/file", exporting.file, name="export-file"),
]
