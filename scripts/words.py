"""Hold every text and name to the termbase: message types by name, and no forbidden phrase.

``python -m scripts.words`` reads the texts of the pages, the catalogues, the words files, the
help of commands, the sentences of errors and the documents, and the names of modules, functions
and classes. What still has to be reworded is counted per file, and names per package, in
docs/reference/terms/data/left.tsv; each may only have fewer, and
``--shrink`` writes the lower numbers. ``--show FILE`` names what is left in a file.
"""

import ast
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from scripts.budget import packages
from scripts.messages import LANGUAGES as CATALOGUES
from scripts.messages import NODE, catalogue, messages
from scripts.termbase import DATA, LANGUAGES, REPOSITORY, read_messages, read_phrases

from comity.node.core.label_files import parse_label_file

LEFT: Final = DATA / "left.tsv"
WORDS: Final = ("instruments/data/words", "papers/words", "cli/frame")
"""Folders below src/comity with a file of words a language."""
UNREAD: Final = ("docs/adr", "docs/pictures", "docs/reference/terms")
_CODE: Final = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')


_DIALECT: Final = frozenset({
    "answered", "asked", "begun", "came", "checked", "chosen", "done", "found", "given", "gone",
    "heard", "held", "kept", "known", "listed", "looked", "made", "meant", "named", "put", "said",
    "seen", "shown", "spoken", "stood", "taken", "told", "wanted", "went", "whose", "written",
})  # fmt: skip
"""Names that say nothing to a stranger: a function is a verb and its object, a module a noun."""


class Finding(NamedTuple):
    """A forbidden phrase in a text."""

    file: str
    text: str
    instead: str


def _judge(file: str, text: str, *tables: str) -> Iterator[Finding]:
    for table in tables:
        for phrase in read_phrases().get(table, ()):
            for hit in phrase.pattern.finditer(text):
                yield Finding(file=file, text=hit.group(), instead=phrase.instead)


def _of_pages() -> Iterator[Finding]:
    for (_, text, plural), places in messages().items():
        for place in dict.fromkeys(places):
            file = f"src/comity/node/{place}"
            for one in filter(None, (text, plural)):
                for hit in _judge(file, one, "text", "label"):
                    yield Finding(file, f"{hit.text} in: {one}", hit.instead)


def _of_catalogues() -> Iterator[Finding]:
    """Yield what is wrong in the other languages: a translation that is exactly a listed text."""
    for language in CATALOGUES:
        wrong = {phrase.pattern for phrase in read_phrases().get(language, ())}
        if not wrong:
            continue
        path = catalogue(language)
        file = path.relative_to(REPOSITORY).as_posix()
        said = {
            "".join(_QUOTED.findall(block))
            for block in re.findall(
                r'^msgstr (.*(?:\n".*)*)', path.read_text("utf-8"), re.MULTILINE
            )
        }
        for phrase in read_phrases()[language]:
            for one in said:
                if phrase.pattern.fullmatch(one):
                    yield Finding(file, one, phrase.instead)


def _of_words() -> Iterator[Finding]:
    for folder in WORDS:
        path = REPOSITORY / "src" / "comity" / folder / "en.toml"
        file = path.relative_to(REPOSITORY).as_posix()
        for text in _QUOTED.findall(path.read_text("utf-8")):
            for hit in _judge(file, text, "text"):
                yield Finding(file, f"{hit.text} in: {text}", hit.instead)


def _of_documents() -> Iterator[Finding]:
    """Yield what is wrong in documents; the help of commands and errors are pages of them."""
    for path in (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))):
        file = path.relative_to(REPOSITORY).as_posix()
        if file.startswith(UNREAD):
            continue
        text = path.read_text("utf-8")
        commands = file.startswith("docs/reference/cli/")  # their help stands as it is printed
        yield from _judge(file, text if commands else _CODE.sub("", text), "text")


def _of_names() -> Iterator[Finding]:
    """Yield modules, functions and classes of each package that are called by a lone participle."""
    for package, path in packages():
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        names = [path.stem, *(node.name for node in nodes if isinstance(node, defined))]
        for name in names:
            if name.strip("_").lower() in _DIALECT:
                where = f"{name} in {path.relative_to(REPOSITORY).as_posix()}"
                yield Finding(f"names of {package}", where, "a verb and its object, or a noun")


def find_phrases() -> list[Finding]:
    """Return every forbidden phrase and name of the project."""
    return [*_of_pages(), *_of_catalogues(), *_of_words(), *_of_documents(), *_of_names()]


def find_renamed_messages() -> list[str]:
    """Return what calls a type of message otherwise than the termbase does."""
    wanted = read_messages()
    path = NODE / "web" / "labels.toml"
    tables = parse_label_file(path.read_text("utf-8"), file=str(path))
    said = {
        ("en", name, code): label.text
        for name, table in (("noun", tables["done"]), ("button", tables["do"]))
        for code, label in table.items()
    }
    for language in LANGUAGES:
        words = REPOSITORY / "src/comity/instruments/data/words" / f"{language}.toml"
        said |= {
            (language, "noun", code): text
            for code, text in tomllib.loads(words.read_text("utf-8"))["messages"].items()
        }
    wrong = []
    for (language, name, code), text in said.items():
        entry = wanted.get(code)
        due = entry and (entry.noun if name == "noun" else entry.button).get(language)
        if entry is None or (due and due != text):
            wrong.append(f"{code}: {language} {name} is {text!r}, by the termbase {due!r}")
    return wrong


def read_left() -> dict[str, int]:
    """Return how many phrases each file may still have."""
    rows = (line.split("\t") for line in LEFT.read_text("utf-8").splitlines())
    return {file: int(count) for count, file in rows}


def main() -> int:
    """Compare, and say what is new."""
    left, findings = read_left(), find_phrases()
    found = Counter(finding.file for finding in findings)
    wanted = sys.argv[2:] if sys.argv[1:2] == ["--show"] else None
    over = {file for file, count in found.items() if count > left.get(file, 0)}
    for finding in findings:
        if finding.file in (over if wanted is None else wanted):
            print(f"{finding.file}: {finding.text} -> {finding.instead}")
    wrong = find_renamed_messages()
    print("\n".join(wrong), end="\n" if wrong else "")
    for file in sorted(over):
        print(f"{file}: {found[file]} forbidden phrases, {left.get(file, 0)} allowed")
    if sys.argv[1:2] == ["--shrink"]:
        lower = {file: min(count, found[file]) for file, count in left.items()}
        rows = (f"{count}\t{file}\n" for file, count in sorted(lower.items()) if count)
        LEFT.write_text("".join(rows), "utf-8")
    print(f"{len(findings)} forbidden phrases are left; {sum(left.values())} may be")
    return int(bool(over or wrong))


if __name__ == "__main__":
    raise SystemExit(main())
