"""Addresses of the approver's pages."""

from django.urls import URLPattern, path

from comity.node.compose.pages.approvals import pages

urlpatterns: list[URLPattern] = [
    path("approvals", pages.approvals, name="approvals"),
    path("approvals/policy", pages.policy, name="approval-policy"),
]
