"""The commands of `comity language`: a language of the office's own, from nothing to checked."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from comity.canonical import MisuseError, PeerError
from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group
from comity.cli.options import FOLDER
from comity.files.errors import OutputExistsError, translating
from comity.files.languages import (
    BUILT,
    CATALOGUE,
    NOT_BUILT,
    catalogue_name,
    english,
    english_catalogue,
    files_of,
    folders,
    pages_of,
)
from comity.files.publish import write_file
from comity.instruments import LANGUAGES
from comity.instruments.language_files import (
    ABOUT,
    TAG,
    Gap,
    LanguageError,
    parse_language,
    parse_mo,
    problems,
)
from comity.papers.visible import visible

_SHOWN: Final = 80
_HEADER: Final = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n"Language: {lang}\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
)


@click.group(cls=Group)
def language() -> None:
    """Add a language for pages, law and papers: new, lint.

    Begin with `comity language new pt -o languages`, translate, compile django.po with Poedit or
    msgfmt, then `comity language lint languages`. What is missing is shown in English, marked.
    """


@language.command()
@click.argument("tag")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="Folder of languages."
)
@click.option("--name", required=True, help="What the language calls itself: Português.")
@click.option(
    "--direction",
    type=click.Choice(["ltr", "rtl"]),
    default="ltr",
    show_default=True,
    help="Which way it is written.",
)
@local_command
def new(tag: str, *, output: Path, name: str, direction: str) -> Answer:
    """Create a folder with every text for the language TAG.

    A translator fills the empty texts; each has its English text as a comment above it.
    """
    if not TAG.fullmatch(tag) or tag in LANGUAGES:
        raise MisuseError("TAG is a language tag in lower case that is not shipped: pt")
    place = output / tag
    if place.exists():
        raise OutputExistsError(f"{visible(str(place))} exists already; choose another folder")
    about = f'name = "{name}"\ndirection = "{direction}"\nfonts = []\n'
    texts = {ABOUT: about, **{file: _blank(due) for file, due in english().items()}}
    files = {file: text.encode() for file, text in texts.items()}
    parse_language(tag, files, english())  # also refuses a name that is none
    with translating(f"writing {place}"):
        (place / CATALOGUE).parent.mkdir(parents=True)
    for file, data in files.items():
        write_file(place / file, data, mode=0o644)
    write_file(place / CATALOGUE, _blank_catalogue(tag).encode(), mode=0o644)
    return Answer(
        {"folder": str(place), "texts": sum(len(due) for due in english().values())},
        [f"{place}  Next: translate, then comity language lint {output}"],
    )


def _blank(due: Mapping[str, str]) -> str:
    """Return the texts of a file, each empty below its English text."""
    lines = ['# Who has read the whole file, once somebody has.\nreviewed_by = ""']
    for key, text in due.items():
        if key == "reviewed_by":
            continue
        dotted = ".".join(_quoted(part) for part in _parts(key))
        lines.append(f'\n# {" ".join(text.split())}\n{dotted} = ""')
    return "\n".join(lines) + "\n"


def _parts(key: str) -> Iterator[str]:
    """Yield table and key: a key that holds dots itself stays one part."""
    table, _, rest = key.partition(".")
    yield table
    if rest:
        yield rest


def _quoted(part: str) -> str:
    return f'"{part}"'


def _blank_catalogue(tag: str) -> str:
    """Return the texts of the pages without a translation."""
    lines: list[str] = [_HEADER.format(lang=tag)]
    kept = True
    _, _, texts = english_catalogue().decode("utf-8").partition("\n\n")  # after its header
    for line in texts.splitlines():
        if line.startswith("msgstr"):
            kept = False
            lines.append(line.partition('"')[0] + '""')
            continue
        kept = kept or not line.startswith('"')
        if kept:
            lines.append(line)
    return "\n".join(lines) + "\n"


@language.command("lint")
@click.argument("folder", type=FOLDER)
@local_command
def lint_(folder: Path) -> Answer:
    """Check the languages of FOLDER for missing or wrong texts.

    Exit status: 0 nothing; 1 texts are missing, or a file cannot be used.
    """
    found = [gap for place in folders(folder) for gap in _gaps(place)]
    names = ("code", "file", "key", "line", "text")
    problems = [{name: getattr(gap, name) for name in names} for gap in found]
    count = f"{len(found)} to mend" if found else "nothing to mend"
    return Answer({"problems": problems}, [*map(_gap, found), count], status=int(bool(found)))


def _gap(gap: Gap) -> str:
    place = f"{gap.file}:{gap.line}" if gap.line else gap.file
    key = f" {gap.key}:" if gap.key else ""
    return visible(f"{place}:{key} {gap.text} [{gap.code}]")


def _gaps(place: Path) -> Iterator[Gap]:
    """Yield what a language lacks, or the one thing for which it cannot be used."""
    try:
        files = files_of(place)
        parse_language(place.name, files, english())
        for gap in problems(place.name, files, english()):
            yield Gap(f"{place.name}/{gap.file}", gap.line, gap.key, gap.code, gap.text)
        yield from _page_gaps(place)
    except LanguageError as fault:
        yield _as_gap(fault)


def _page_gaps(place: Path) -> Iterator[Gap]:
    name, entries = catalogue_name(place), pages_of(place)
    if entries is None:
        yield Gap(name, 0, "", "file-missing", NOT_BUILT)
        return
    known = {(one.context, one.source, one.plural) for one in entries}
    for due in parse_mo(english_catalogue(BUILT), file=name):
        if (due.context, due.source, due.plural) not in known:
            yield Gap(name, 0, "", "text-missing", f"no text for: {due.source[:_SHOWN]}")


def _as_gap(fault: PeerError) -> Gap:
    file, line = str(fault.facts.get("file", "")), int(str(fault.facts.get("line", 0)))
    told = str(fault).removeprefix(f"{file}:{line}: ").removeprefix(f"{file}: ")
    return Gap(file, line, "", fault.code, told)
