"""What the page of an item of data protection leads to besides its acts."""

from django.urls import reverse
from django.utils.translation import gettext as _

from comity.docket import Item
from comity.node.models import Officer
from comity.node.people.permissions import Right, may
from comity.node.privacy.disclosures import records


def links_of(item: Item, officer: Officer) -> list[tuple[str, str]]:
    """Return addresses and words."""
    kind, found = item.kind.name, list[tuple[str, str]]()
    if kind == "subject-request":
        if may(officer, Right.HOLDINGS) and item.is_open:
            found.append((reverse("privacy-held"), _("Search for the person's data")))
        if item.said("subject-request.decided"):
            found.append((reverse("answer-paper", args=[item.id]), _("The answer as a paper")))
    elif kind == "breach":
        found.append((reverse("breach-draft", args=[item.id]), _("Content and recipients")))
    elif kind == "release":
        if item.state in ("drawn-up", "listing") and may(officer, Right.DOCKET):
            found.append((reverse("release-list", args=[item.id]), _("Draw up the list")))
        if records(item):
            found.append((reverse("release-index", args=[item.id, "pdf"]), _("Index as PDF")))
            found.append((reverse("release-index", args=[item.id, "csv"]), _("Index as CSV")))
    elif kind == "review" and (subject := str(item.told.get("subject", ""))):
        sort, _colon, key = subject.partition(":")
        found.append((reverse("privacy-record", args=[sort, key]), _("The record")))
    return found
