"""What may be recorded now of the letters of a case: posted, delivered, returned."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from comity.docket import Item

type Letters = Mapping[str, Item | None]
"""Messages that go by letter, to what became of the letter; None where one has to go."""


def posting_link(letters: Letters) -> tuple[str, Any]:
    """Return address and words of recording that the first letter due left, or two empty texts."""
    for record, letter in letters.items():
        if letter is None or letter.state == "came-back":
            return reverse("posted", args=[record]), _("Record posting")
    return "", ""


def letter_links(letters: Letters) -> list[tuple[str, Any]]:
    """Return the link of the letter due, and what may be recorded of those on their way."""
    found = [posting_link(letters)]
    for letter in letters.values():
        if letter is not None and letter.state == "posted":
            found.append((reverse("letter-arrived", args=[letter.id]), _("Record delivery")))
            found.append((reverse("letter-came-back", args=[letter.id]), _("Record return")))
    return [one for one in found if one[0]]
