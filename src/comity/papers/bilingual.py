"""A paper in one language, or in two side by side."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from comity.canonical import Mode
from comity.exchange.values import Text
from comity.papers.blocks import Block, Page
from comity.papers.errors import PaperContentError
from comity.papers.fonts import FontPlaces
from comity.papers.letter_sides import Sides
from comity.papers.times import shown_time
from comity.papers.translations import Translation
from comity.papers.typeset import Attached, typeset_page
from comity.papers.words import MAX_LANGUAGES, words


def sides_of(
    languages: Sequence[str], translations: Mapping[Text, Sequence[Translation]] | None = None
) -> Sides:
    """Return the sides of a paper in one language, or in two different ones.

    Raises:
        PaperContentError: other languages than that.
    """
    if not 1 <= len(languages) <= MAX_LANGUAGES or len(set(languages)) != len(languages):
        raise PaperContentError(f"such a paper is in one to {MAX_LANGUAGES} different languages")
    return Sides([words(lang) for lang in languages], translations)


def bilingual_pdf(
    sides: Sides,
    *,
    title: str,
    footer: str,
    mode: Mode,
    blocks: Sequence[Block],
    made_at: datetime,
    fonts: FontPlaces,
    attached: tuple[Attached, ...] = (),
) -> bytes:
    """Return a paper as PDF.

    Args:
        sides: its languages; the first is the document's.
        title: key of its name.
        footer: on every page, before the time.
        mode: an exercise is called one on every page, in each language.
        blocks: below the title.
        made_at: aware UTC time that it says it was made at.
        fonts: where fonts are looked for.
        attached: files inside.

    Raises:
        FontMissingError, PaperContentError, TypesettingError: as `typeset`.
    """
    first, *others = sides.words
    page = Page(
        title=first(title),
        banner=sides.joined("common.exercise") if mode == "exercise" else None,
        footer=f"{footer} · {first('common.made', at=shown_time(made_at))}",
        blocks=(*sides.further_titles(title), *blocks),
    )
    return typeset_page(
        page,
        first,
        made_at=made_at,
        fonts=fonts,
        also=tuple(told.lang for told in others),
        attached=attached,
    )
