"""The message catalogues of the pages: gathered from the sources, built without gettext's tools.

``python -m scripts.messages`` brings each ``django.po`` to what the sources say and writes its
``django.mo``; it says how many texts wait for a translator.
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import polib
from django.utils.translation import to_locale
from scripts.borrowed import borrowed

from comity.node.core.label_files import FILES, parse_label_file

NODE: Final = Path(__file__).resolve().parent.parent / "src" / "comity" / "node"
PLURALS: Final = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 :"
    " n%100>=11 && n%100<=99 ? 4 : 5;",
    "en": "nplurals=2; plural=(n != 1);",
    "es": "nplurals=3; plural=n == 1 ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2;",
    "fr": "nplurals=3; plural=(n == 0 || n == 1) ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2;",
    "ru": "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 ||"
    " n%100>14) ? 1 : n%10==0 || (n%10>=5 && n%10<=9) || (n%100>=11 && n%100<=14)? 2 : 3);",
    "vi": "nplurals=1; plural=0;",
    "zh-hans": "nplurals=1; plural=0;",
}
"""Language to how it counts: the very rule of Django's own catalogue, whose plurals ours join."""
LANGUAGES: Final = tuple(PLURALS)
type Message = tuple[str, str, str]
"""Context or empty, text, plural or empty."""
_CALLED: Final = re.compile(r"(n?)(p?)gettext(?:_lazy)?")
_CONTEXT: Final = r"""(?:\s+context\s+"([^"]*)")?"""
_TRANSLATE: Final = re.compile(r"""{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""" + _CONTEXT)
_LITERAL: Final = re.compile(r"""_\("([^"]*)"\)""")
_BLOCK: Final = re.compile(
    r"{%\s*blocktranslate\b([^%]*)%}(.*?){%\s*endblocktranslate\s*%}",
    re.DOTALL,
)
_BLOCK_CONTEXT: Final = re.compile(r"""\bcontext\s+"([^"]*)\"""")
_PLURAL: Final = re.compile(r"{%\s*plural\s*%}")
_VARIABLE: Final = re.compile(r"{{\s*(\w+)\s*}}")


@cache
def messages() -> dict[Message, list[str]]:
    """Return each text to the files it stands in; the sources are read once for all languages."""
    found: dict[Message, list[str]] = {}
    for path in sorted(NODE.rglob("*.py")):
        for message in in_python(path.read_text(encoding="utf-8")):
            found.setdefault(message, []).append(path.relative_to(NODE).as_posix())
    for path in sorted(one for name in FILES for one in NODE.rglob(name)):
        tables = parse_label_file(path.read_text(encoding="utf-8"), file=str(path))
        for label in (label for table in tables.values() for label in table.values()):
            message = (label.context, label.text, "")
            found.setdefault(message, []).append(path.relative_to(NODE).as_posix())
    for path in sorted(NODE.rglob("*.html")):
        for message in in_template(path.read_text(encoding="utf-8")):
            found.setdefault(message, []).append(path.relative_to(NODE).as_posix())
    return found


def wanted(language: str) -> dict[Message, list[str]]:
    """Return what a language's catalogue has to hold: our texts, and gaps of the libraries'."""
    return {("", *message): places for message, places in borrowed(language).items()} | messages()


def in_python(source: str) -> Iterator[Message]:
    """Yield the texts that a module asks to translate by gettext, under its own names or as ``_``.

    Raises:
        ValueError: gettext is called in a way that is not read here.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        called = _CALLED.fullmatch("gettext" if name == "_" else name)
        if called is None:
            if "gettext" in name:
                raise ValueError(f"line {node.lineno}: {name} is not read")
            continue
        several, context = (bool(part) for part in called.groups())
        texts = [str(a.value) for a in node.args if isinstance(a, ast.Constant)]
        if len(texts) > several + context:
            yield (
                texts[0] if context else "",
                texts[context],
                texts[context + 1] if several else "",
            )


def in_template(text: str) -> Iterator[Message]:
    """Yield the texts that a page asks to translate."""
    for double, single, context in _TRANSLATE.findall(text):
        yield context, double or single, ""
    for literal in _LITERAL.findall(text):
        yield "", literal, ""
    for told, block in _BLOCK.findall(text):
        trimmed = "trimmed" in told.split()
        whole = " ".join(line.strip() for line in block.strip().split("\n")) if trimmed else block
        literal = [part.replace("%", "%%") for part in _PLURAL.split(whole)]
        parts = [_VARIABLE.sub(r"%(\1)s", part) for part in literal]
        context = "".join(_BLOCK_CONTEXT.findall(told)[:1])
        yield context, parts[0], parts[1] if len(parts) > 1 else ""


def key(entry: polib.POEntry) -> Message:
    """Return what tells an entry of a catalogue from others."""
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural


def catalogue(language: str) -> Path:
    """Return a language's source catalogue."""
    return NODE / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"


def update(language: str) -> polib.POFile:
    """Bring a catalogue to what the sources say, and build its binary form."""
    path = catalogue(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    old = polib.pofile(str(path)) if path.is_file() else polib.POFile()
    known = {key(entry): entry for entry in old}
    new = polib.POFile(wrapwidth=100)
    new.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": to_locale(language),
        "Plural-Forms": PLURALS[language],
    }
    for (context, text, plural), places in sorted(
        wanted(language).items(), key=lambda one: (one[0][1:], one[0][0])
    ):
        entry = known.get((context, text, plural)) or polib.POEntry(
            msgctxt=context or None, msgid=text, msgid_plural=plural
        )
        entry.occurrences = [(place, "") for place in dict.fromkeys(places)]
        if language == "en":
            _same(entry)
        new.append(entry)
    new.save(str(path))
    new.save_as_mofile(str(path.with_suffix(".mo")))
    return new


def _same(entry: polib.POEntry) -> None:
    """English is what the sources say."""
    if entry.msgid_plural:
        entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
    else:
        entry.msgstr = entry.msgid


def main() -> None:
    """Update every catalogue; fail where a text waits for its translation."""
    waiting = 0
    for language in LANGUAGES:
        entries = update(language)
        missing = entries.untranslated_entries() + entries.fuzzy_entries()
        print(f"{language}: {len(entries)} texts, {len(missing)} wait for a translator")
        waiting += len(missing)
    sys.exit(1 if waiting else 0)


if __name__ == "__main__":
    main()
