"""Makes a whole artificial language, as a translator would: by the files, without code."""

import re
from collections.abc import Callable
from pathlib import Path

import polib
from click.testing import CliRunner, Result

from comity.cli import main

_EMPTY = re.compile(r'^# (?P<english>.*)\n(?P<key>".*") = ""$', re.MULTILINE)
_ENTRY = re.compile(
    r'^msgid (?P<source>"(?:.*"\n)+?)(?:msgid_plural (?P<plural>"(?:.*"\n)+?))?'
    r'(?P<texts>(?:msgstr(?:\[\d\])? ""\n)+)',
    re.MULTILINE,
)


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def portuguese(text: str) -> str:
    return f"Çã {text}"


def whole(folder: Path, tag: str, translate: Callable[[str], str], *options: str) -> Path:
    """Make languages/TAG, every text translated, and its catalogue compiled."""
    languages = folder / "languages"
    made = run("language", "new", tag, "-o", languages, "--name", tag.upper(), *options)
    assert made.exit_code == 0, made.output
    for path in (languages / tag).glob("*.toml"):
        text = path.read_text("utf-8")
        path.write_text(_EMPTY.sub(lambda found: _filled(found, translate), text), "utf-8")
    catalogue = languages / tag / "LC_MESSAGES" / "django.po"
    text = catalogue.read_text("utf-8")
    catalogue.write_text(_ENTRY.sub(lambda found: _entry(found, translate), text), "utf-8")
    build(languages / tag)
    return languages


def build(place: Path) -> None:
    """Compile the catalogue of a language, as a program for such files does."""
    source = place / "LC_MESSAGES" / "django.po"
    polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))


def _filled(found: re.Match[str], translate: Callable[[str], str]) -> str:
    text = translate(found["english"]).replace("\\", "\\\\").replace('"', '\\"')
    return f'# {found["english"]}\n{found["key"]} = "{text}"'


def _entry(found: re.Match[str], translate: Callable[[str], str]) -> str:
    mark = translate("").strip()
    source = found["source"]
    lines = source.splitlines()
    first = next((number for number, line in enumerate(lines) if line != '""'), None)
    if first is None:  # the header
        return found[0]
    lines[first] = f'"{mark} {lines[first][1:]}'
    told = "\n".join(lines)
    if not found["plural"]:
        return f"msgid {source}msgstr {told}\n"
    return f"msgid {source}msgid_plural {found['plural']}msgstr[0] {told}\nmsgstr[1] {told}\n"
