"""The blocks of a letter in one language, or in two side by side."""

from collections.abc import Callable, Sequence
from typing import Any

from comity.exchange.bodies import Text
from comity.papers.blocks import Block, Value, identifier, own, several, table
from comity.papers.visible import breakable, direction, visible
from comity.papers.words import Words


class Sides:
    """The languages of a letter, and blocks that say one thing in all of them."""

    def __init__(self, words: Sequence[Words]) -> None:
        self.words = tuple(words)
        self.langs = [_lang(told) for told in words]

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

    def paragraph(self, key: str) -> Block:
        """Return a paragraph of our own words."""
        return self._sides(0, [told(key) for told in self.words])

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
        return self.coded(key, lambda _: several(*map(_line, texts)))

    def text(self, key: str, text: Text) -> Block:
        """Return a long text, once, with its language in the name; its lines stay lines."""
        lang = visible(text.lang)
        names = [f"{told(key)} ({_isolated(told, lang)})" for told in self.words]
        lines = [line for line in text.text.replace("\r\n", "\n").split("\n") if line.strip()]
        value = {
            "kind": "text",
            "lang": text.lang.partition("-")[0].lower(),
            "lines": [_line(line) for line in lines],
        }
        return self._block(names, [value], wide=True)

    def table(self, keys: Sequence[str], rows: Sequence[Sequence[Value]]) -> Block:
        """Return a table with names in all languages."""
        return table([self.joined(key) for key in keys], [1] * len(keys), rows)

    def _block(self, names: list[str], values: list[Value], *, wide: bool) -> Block:
        return {
            "kind": "said-of",
            "breakable": wide,
            "langs": self.langs,
            "texts": names,
            "values": values,
            "wide": wide,
        }


def _line(text: str) -> Value:
    return {
        "kind": "said",
        "text": breakable(visible(text.replace("\t", " "))),
        "direction": direction(text),
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
