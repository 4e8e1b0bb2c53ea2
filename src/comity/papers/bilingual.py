"""A paper in one language, or in two side by side."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from comity.canonical import Mode
from comity.exchange.values import Text
from comity.papers.blocks import Block, Page, Value, identifier, line, lines, own, several, table
from comity.papers.errors import PaperContentError
from comity.papers.translations import Translation
from comity.papers.typeset import Attached, FontPlaces, typeset_page
from comity.papers.visible import breakable, visible
from comity.papers.words import MAX_LANGUAGES, Words, shown_time, words

# The blocks of a letter in one language, or in two side by side.


class Sides:
    """The languages of a letter, and blocks that say one thing in all of them."""

    def __init__(
        self,
        words: Sequence[Words],
        translations: Mapping[Text, Sequence[Translation]] | None = None,
    ) -> None:
        self.words = tuple(words)
        self.langs = [_lang(told) for told in words]
        self._translations = translations or {}

    def joined(self, key: str) -> str:
        """Return a text in all languages, in one line."""
        return " / ".join(told(key) for told in self.words)

    def further_titles(self, key: str) -> list[Block]:
        """Return the title in the languages after the first."""
        return [
            {"kind": "title", "lang": lang, "text": told(key)}
            for lang, told in list(zip(self.langs, self.words, strict=True))[1:]
        ]

    def heading(self, key: str) -> Block:
        """Return a heading below the title."""
        return self._sides(2, [told(key) for told in self.words])

    def paragraph(self, key: str, *, keep: bool = False) -> Block:
        """Return a paragraph of our own words, kept on one page with what follows if need be."""
        return self._sides(0, [told(key) for told in self.words]) | {"keep": keep}

    def paragraphs(self, texts: Iterable[str]) -> Block:
        """Return a paragraph, one text for each language."""
        return self._sides(0, [breakable(text) for text in texts])

    def _sides(self, level: int, texts: list[str]) -> Block:
        return {"kind": "sides", "langs": self.langs, "level": level, "texts": texts}

    def coded(self, key: str, value_of: Callable[[Words], Value]) -> Block:
        """Return a short value, once for each language: what its words are there."""
        values = [value_of(told) for told in self.words]
        return self._block([told(key) for told in self.words], values, wide=False)

    def word(self, key: str, value_key: str) -> Block:
        """Return something whose value is one of our own words."""
        return self.coded(key, lambda told: own(told(value_key)))

    def identifiers(self, key: str, *texts: str) -> Block:
        """Return what machines read too."""
        return self.coded(key, lambda _: several(*map(identifier, texts)))

    def key(self, key: str, text: str) -> Block:
        """Return a long identifier, once."""
        return self._block([told(key) for told in self.words], [identifier(text)], wide=True)

    def said(self, key: str, *texts: str) -> Block:
        """Return short texts of other people."""
        return self.coded(key, lambda _: several(*map(line, texts)))

    def text(self, key: str, text: Text) -> Block:
        """Return a long text, once, with its language in the name; its lines stay lines."""
        lang = visible(text.lang)
        names = [f"{told(key)} ({_isolated(told, lang)})" for told in self.words]
        block = self._block(names, [lines(text.text, text.lang)], wide=True)
        translations = [self._translation(item) for item in self._translations.get(text, ())]
        return block | {"translations": translations} if translations else block

    def _translation(self, item: Translation) -> Value:
        """Return a translation under its mark, with the person who answers for it."""
        told = (
            ("person", line(item.made_by)),
            ("translator", line(item.translator)),
            ("attestation", lines(item.attestation, item.lang)),
        )
        lang = visible(item.lang)
        return {
            "marks": [words("letter.translation.mark", lang=lang) for words in self.words],
            "rows": [[self.joined(f"letter.translation.{key}"), value] for key, value in told],
            "text": lines(item.text, item.lang),
        }

    def table(self, keys: Sequence[str], rows: Sequence[Sequence[Value]]) -> Block:
        """Return a table with names in all languages."""
        return table([self.joined(key) for key in keys], [1] * len(keys), rows)

    def columns(self, named: Sequence[tuple[str, int]], rows: Sequence[Sequence[Value]]) -> Block:
        """Return a table with names in all languages; a width of 0 is that of the content."""
        return table([self.joined(key) for key, _ in named], [width for _, width in named], rows)

    def boxes(
        self, keys: Sequence[str], rows: Sequence[Sequence[Value]], *, height_mm: int
    ) -> Block:
        """Return boxes to write in by hand, of one width, under names in all languages."""
        return {
            "kind": "form",
            "equal": True,
            "head": [self.joined(key) for key in keys],
            "height": height_mm,
            "rows": [list(row) for row in rows],
        }

    def _block(self, names: list[str], values: list[Value], *, wide: bool) -> Block:
        return {
            "kind": "said-of",
            "breakable": wide,
            "langs": self.langs,
            "texts": names,
            "values": values,
            "wide": wide,
        }


def _isolated(told: Words, text: str) -> str:
    return f"\u2066{text}\u2069" if told.direction == "rtl" else text


def _lang(told: Words) -> dict[str, Any]:
    code, _, script = told.lang.partition("-")
    return {
        "code": code,
        "mirrored": told.direction == "rtl",
        "region": "CN" if script == "hans" else None,
    }


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
