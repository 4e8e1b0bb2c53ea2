"""Words of the law on a page: text, language, and whether anybody reviewed the wording."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.instruments import Library
from comity.instruments.errors import LawTextMissingError

UNREVIEWED: Final = _(
    "The legal wording is that of the program, not of the treaty; no lawyer has confirmed it yet."
)
"""What stands once beside legal wording whose file names nobody who reviewed it."""


@dataclass(frozen=True)
class Said:
    """A text of the law's words.

    Attributes:
        text: as it stands.
        lang: its language where it is not the page's: English, for want of a translation.
        reviewed: whether somebody confirmed the wording; of a rule, this is another question than
            whether two people confirmed what it says.
    """

    text: str
    lang: str
    reviewed: bool


def say(library: Library, instrument: str | None, key: str, lang: str = "") -> Said:
    """Return a text in the page's language, or in English with a mark, or else its key."""
    wanted = lang or (get_language() or "en").lower()
    try:
        found = library.text(instrument, key, wanted)
    except LawTextMissingError:
        return Said(key, "en", reviewed=False)
    lang = "" if found.lang == wanted else found.lang
    return Said(found.text, lang, reviewed=bool(found.reviewed_by))
