"""Write docs/reference/terms: the termbase, and every coded term in seven languages."""

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from scripts.termbase import read_messages, read_phrases, read_terms

from comity.files.instruments import shipped
from comity.papers.glossary import KINDS, Kind, Term, terms

REPOSITORY: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = REPOSITORY / "docs" / "reference" / "terms"
LANGUAGES: Final = ("en", "ar", "zh-hans", "fr", "ru", "es", "vi")
NOTE: Final = (
    "This page is written by `make reference` from the words files of the program; do not edit it"
    " by hand."
)
INDEX: Final = f"""# Terms

Every coded term of Comity in seven languages, from the files that the program itself reads: what
stands here is what a screen, a letter or `comity law` shows. A code never changes; a term may.
`comity law terms WORD` finds a code by a word in any of the languages. No lawyer and no sworn
translator has read these terms yet.

{NOTE}

[The termbase](termbase.md) says what things are called, [buttons](buttons.md) what the buttons of
messages say, [phrases](phrases.md) what no text may say. Their data are `data/*.toml`; `make lint`
holds every text to them.

| kind | terms | used in |
|---|---|---|
"""


def row(cells: list[str]) -> str:
    """Return a line of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def table(found: list[Term]) -> Iterator[str]:
    """Yield the lines of a table of terms."""
    yield row(["code", *LANGUAGES])
    yield "|---" * (len(LANGUAGES) + 1) + "|"
    for term in found:
        yield row([f"`{term.code}`", *(term.texts.get(lang, "") for lang in LANGUAGES)])


def page(kind: Kind, found: list[Term]) -> str:
    """Return the page of a kind."""
    lines = [f"# {kind.title}\n", NOTE, f"\nUsed in: {kind.used}."]
    if kind.key == "instruments":
        named = [
            Term(kind=term.kind, instrument="", code=term.instrument, texts=term.texts)
            for term in found
        ]
        return "\n".join([*lines, "", *table(named)]) + "\n"
    for instrument, own in groupby(found, key=lambda term: term.instrument):
        lines += [f"\n## {instrument}\n" if instrument else "", *table(list(own))]
    return "\n".join(lines) + "\n"


def _unsure(text: str, language: str, unconfirmed: frozenset[str]) -> str:
    return f"{text} (?)" if text and language in unconfirmed else text


def termbase_page() -> str:
    """Return the page of the termbase."""
    note = "Where the word of a language has a (?), no official text confirms it yet."
    lines = [f"# Termbase\n\n{NOTE} {note}\n", row(["term", "meaning", "never", "source"])]
    lines.append("|---" * 4 + "|")
    entries = read_terms()
    lines += [
        row([entry.name, entry.meaning, "; ".join(entry.never), entry.source]) for entry in entries
    ]
    lines += ["\n## In the other languages\n", row(list(LANGUAGES)), "|---" * len(LANGUAGES) + "|"]
    for entry in entries:
        said = [
            _unsure(entry.translations.get(lang, ""), lang, entry.unconfirmed)
            for lang in LANGUAGES[1:]
        ]
        if any(said):
            lines.append(row([entry.name, *said]))
    return "\n".join(lines) + "\n"


def buttons_page() -> str:
    """Return the page of what the buttons of messages say."""
    lines = [f"# Buttons of messages\n\n{NOTE}\n", row(["type", *LANGUAGES])]
    lines.append("|---" * (len(LANGUAGES) + 1) + "|")
    lines += [
        row([
            f"`{code}`",
            *(_unsure(words.button.get(lang, ""), lang, words.unconfirmed) for lang in LANGUAGES),
        ])
        for code, words in read_messages().items()
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def phrases_page() -> str:
    """Return the page of what no text may say."""
    lines = [f"# Forbidden phrases\n\n{NOTE}"]
    titles = {"text": "English", "label": "English, on pages besides"}
    for name, phrases in read_phrases().items():
        lines += [f"\n## {titles.get(name, name)}\n", row(["never", "instead"]), "|---|---|"]
        for phrase in phrases:
            shown = phrase.pattern.pattern if name in titles else phrase.text
            lines.append(row([f"`{shown}`" if name in titles else shown, phrase.instead]))
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Return name of a page to its text."""
    every = terms(shipped())
    found = {kind.key: [term for term in every if term.kind == kind.key] for kind in KINDS}
    index = "\n".join(
        row([f"[{kind.title}]({kind.key}.md)", str(len(found[kind.key])), kind.used])
        for kind in KINDS
    )
    own = {
        "README.md": INDEX + index + "\n",
        "termbase.md": termbase_page(),
        "buttons.md": buttons_page(),
        "phrases.md": phrases_page(),
    }
    return own | {f"{kind.key}.md": page(kind, found[kind.key]) for kind in KINDS}


def main() -> int:
    """Write the pages, or with ``--check`` tell whether they are what would be written."""
    if "--check" in sys.argv[1:]:
        there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
        return int(there != pages())
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
