"""The glossary: every coded term, in each language, from the files that the program itself reads.

A term has one source. Where a second part keeps words for the same codes, `others` gives them too,
so that a test can hold both to one translation.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from comity.exchange.types import MAIN_STATES, MOVES
from comity.instruments import LANGUAGES, Library
from comity.instruments.identifiers import KINDS as IDENTIFIERS
from comity.papers.words import words
from comity.verifier.tables import words as page_words

_LAW: Final = "law"
_PAPERS: Final = "papers"
_IN_LETTERS: Final = "letter.measures."
_PROOF: Final = {"proved": "word-proved", "attested": "word-attested", "failed": "status-failed"}
_CHECKS: Final = range(1, 12)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of coded term.

    Attributes:
        key: its name, and that of its page.
        title: English, for the page.
        source: whose words files hold it: law, papers, or each instrument's own.
        table: the table in these files.
        used: where people meet it, English.
    """

    key: str
    title: str
    source: str
    table: str
    used: str


_OWN: Final = "instrument"
KINDS: Final = (
    Kind(
        key="instruments",
        title="Instruments",
        source=_OWN,
        table="instrument",
        used="`comity law`, letters, the request page",
    ),
    Kind(
        key="measures",
        title="Measures",
        source=_LAW,
        table="measures",
        used="`comity law`, letters, the request page",
    ),
    Kind(
        key="offences",
        title="Offences",
        source=_OWN,
        table="offences",
        used="`comity law`, templates",
    ),
    Kind(
        key="grounds",
        title="Grounds of refusal and postponement",
        source=_OWN,
        table="grounds",
        used="`comity law`, letters, the page of a decision",
    ),
    Kind(
        key="ground-kinds",
        title="Kinds of grounds",
        source=_LAW,
        table="ground-kinds",
        used="`comity law show`",
    ),
    Kind(key="articles", title="Articles", source=_OWN, table="articles", used="`comity law show`"),
    Kind(
        key="safeguards",
        title="Safeguards",
        source=_OWN,
        table="safeguards",
        used="`comity law show`",
    ),
    Kind(
        key="topics",
        title="Topics of assistance",
        source=_OWN,
        table="topics",
        used="the pages of assistance",
    ),
    Kind(
        key="facts",
        title="Facts",
        source=_LAW,
        table="facts",
        used="`comity law check`, `comity law ask`, the request page",
    ),
    Kind(
        key="codes",
        title="Values of facts",
        source=_LAW,
        table="codes",
        used="`comity law check`, `comity law ask`, the request page",
    ),
    Kind(key="steps", title="Steps of a request", source=_LAW, table="steps", used="`comity law`"),
    Kind(
        key="groups",
        title="Groups of rules",
        source=_LAW,
        table="groups",
        used="the request page",
    ),
    Kind(
        key="outcomes",
        title="Results of a check",
        source=_LAW,
        table="outcomes",
        used="`comity law`, the request page",
    ),
    Kind(
        key="outputs",
        title="What comes of a measure",
        source=_LAW,
        table="outputs",
        used="`comity law show`",
    ),
    Kind(
        key="confidences",
        title="How sure a source is",
        source=_LAW,
        table="confidences",
        used="`comity law`",
    ),
    Kind(
        key="identifiers",
        title="Types of identifiers",
        source=_LAW,
        table="identifiers",
        used="`comity law template`",
    ),
    Kind(
        key="messages",
        title="Types of messages",
        source=_LAW,
        table="messages",
        used="the pages of a case",
    ),
    Kind(
        key="states",
        title="States of a request",
        source=_LAW,
        table="states",
        used="the pages of a case",
    ),
    Kind(
        key="urgencies",
        title="Urgency",
        source=_PAPERS,
        table="letter.urgencies",
        used="letters, the request page",
    ),
    Kind(
        key="conditions",
        title="Kinds of conditions on use",
        source=_PAPERS,
        table="letter.kinds",
        used="letters, the pages of a case",
    ),
    Kind(
        key="custody",
        title="Events of custody",
        source=_PAPERS,
        table="event",
        used="the custody passport, the pages of an exhibit",
    ),
    Kind(
        key="proof",
        title="How far something is proved",
        source=_PAPERS,
        table="status",
        used="passport, cover, the page that checks a bundle",
    ),
    Kind(
        key="checks",
        title="The eleven checks of a bundle",
        source=_PAPERS,
        table="cover.title_of",
        used="cover, the page that checks a bundle",
    ),
)
"""Every kind of coded term, in the order of the pages."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """One coded term.

    Attributes:
        kind: key of its kind.
        instrument: whose it is; empty where all share it.
        code: stable, as messages and files have it.
        texts: language to text; a language that lacks it is not there.
    """

    kind: str
    instrument: str
    code: str
    texts: Mapping[str, str]


def terms(library: Library, languages: Iterable[str] = LANGUAGES) -> list[Term]:
    """Return every coded term, by kind, instrument and order of the English words.

    Args:
        library: the law, with the words of further languages if there are any.
        languages: those wanted.
    """
    langs = tuple(languages)
    return [term for kind in KINDS for term in _of(kind, library, langs)]


def _of(kind: Kind, library: Library, langs: tuple[str, ...]) -> Iterator[Term]:
    owners = tuple(library.instruments) if kind.source == _OWN else ("",)
    for owner in owners:
        files = {lang: _entries(kind, library, owner, lang) for lang in ("en", *langs)}
        codes = dict.fromkeys((*files["en"], *_due(kind.key)))
        for code in codes:
            texts = {lang: files[lang][code] for lang in langs if files[lang].get(code)}
            yield Term(kind=kind.key, instrument=owner, code=code, texts=texts)


def _entries(kind: Kind, library: Library, owner: str, lang: str) -> dict[str, str]:
    entries = (
        words(lang).entries
        if kind.source == _PAPERS
        else library.words(owner or None, lang).entries
    )
    if kind.key == "measures":  # the wire has a measure that no instrument names
        entries = {
            key.removeprefix("letter."): text
            for key, text in words(lang).entries.items()
            if key.startswith(_IN_LETTERS)
        } | dict(entries)
    before, after = f"{kind.table}.", ".label" if kind.key == "facts" else ""
    found = {
        key[len(before) : len(key) - len(after)]: text
        for key, text in entries.items()
        if key.startswith(before) and key.endswith(after)
    }
    return {"": found["title"]} if kind.key == "instruments" and "title" in found else found


def _due(kind: str) -> tuple[str, ...]:
    """Return the codes that the program has, whether or not a file names them."""
    if kind == "messages":
        return tuple(MOVES)
    if kind == "states":
        return MAIN_STATES
    return tuple(IDENTIFIERS) if kind == "identifiers" else ()


def others() -> Iterator[tuple[str, Term]]:
    """Yield the terms that a second part keeps words for, with the name of that part."""
    measures = {lang: words(lang).entries for lang in LANGUAGES}
    for key in measures["en"]:
        if key.startswith(_IN_LETTERS):
            texts = {lang: entries[key] for lang, entries in measures.items()}
            code = key.removeprefix(_IN_LETTERS)
            yield "papers", Term(kind="measures", instrument="", code=code, texts=texts)
    pages = {lang: page_words(lang) for lang in LANGUAGES}
    for code, name in _PROOF.items():
        texts = {lang: page[name] for lang, page in pages.items()}
        yield "verifier", Term(kind="proof", instrument="", code=code, texts=texts)
    for number in _CHECKS:
        texts = {lang: page[f"title-{number}"] for lang, page in pages.items()}
        yield "verifier", Term(kind="checks", instrument="", code=str(number), texts=texts)


def plain(text: str) -> str:
    """Return a text as it is looked for: without case, accents, Arabic vowel signs or tatweel."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace("\u0640", ""))
    bare = "".join(char for char in parts if not unicodedata.combining(char))
    for variants, letter in (("أإآٱ", "ا"), ("ى", "ي"), ("đ", "d")):
        for variant in variants:
            bare = bare.replace(variant, letter)
    return " ".join(bare.split())


def look_up(found: Iterable[Term], text: str) -> list[Term]:
    """Return the terms with a text in their code or in a language; whole matches first."""
    wanted = plain(text)
    ranked = []
    for term in found:
        said = [plain(one) for one in (term.code, *term.texts.values())]
        if any(wanted in one for one in said):
            ranked.append((wanted not in said, term))
    return [term for _, term in sorted(ranked, key=lambda pair: pair[0])]
