"""Addresses of the pages of exercises."""

from comity.node.exercise.pages import console_urls, report_urls, room_urls
from comity.node.exercise.pages.scenario import urls as scenario_urls

urlpatterns = [
    *console_urls.urlpatterns,
    *report_urls.urlpatterns,
    *room_urls.urlpatterns,
    *scenario_urls.urlpatterns,
]
