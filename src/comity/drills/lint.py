"""What is wrong with a scenario although each of its files can be read, all of it in one pass."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from comity.drills.errors import DrillError
from comity.drills.findings import Finding, finding
from comity.drills.lint_law import laws
from comity.drills.lint_plan import references
from comity.drills.lint_tasks import tasks
from comity.drills.lint_time import times
from comity.drills.model import Plan, Scenario
from comity.drills.parse import FILE
from comity.drills.quizzed import Quizzes, quizzed
from comity.drills.reading import (
    EXHIBITS,
    TEXTS,
    check_files,
    edition,
    read_exhibit,
    read_plan,
    read_texts,
)
from comity.drills.texts import due_keys, may_keys, places
from comity.instruments.library import Library
from comity.instruments.model import LANGUAGES
from comity.instruments.words import ENGLISH

_LONGEST_VALUE_WORDS = 4


def lint(
    name: str,
    files: Mapping[str, bytes],
    library: Library,
    *,
    languages: Collection[str] = LANGUAGES,
    quizzes: Quizzes | None = None,
) -> list[Finding]:
    """Return everything that is wrong, sorted by file and key.

    A file that breaks the format is one finding; the others are looked at all the same.

    Args:
        name: of the scenario's folder.
        files: path in it to bytes, untrusted.
        library: the law that the scenario cites.
        languages: those in which every text is due; English always is.
        quizzes: of the courses that are there; None: not looked at.

    Source: docs/reference/scenarios.md, "Lint".
    """
    try:
        check_files(name, files)
    except DrillError as fault:
        return [_of(fault)]
    found: list[Finding] = []
    texts, exhibits = _texts(files, found), _kept(files, found, EXHIBITS, read_exhibit)
    try:
        plan = read_plan(name, files)
    except DrillError as fault:
        return sorted([*found, _of(fault)])
    made = Scenario(plan=plan, texts=texts, files=exhibits, digest=edition(files))
    found += references(made)
    found += times(plan)
    found += tasks(made, library)
    found += laws(plan, library)
    found += _values(plan)
    found += quizzed(plan, quizzes) if quizzes is not None else ()
    broken = {one.file for one in found if one.key == "" and one.file.startswith("texts/")}
    due = {ENGLISH, *languages}
    for lang in sorted(due | {lang for lang, given in texts.items() if given}):
        if f"texts/{lang}.toml" not in broken:
            found += _language(made, lang, is_due=lang in due)
    return sorted(set(found))


def _texts(files: Mapping[str, bytes], found: list[Finding]) -> dict[str, Mapping[str, str]]:
    made: dict[str, Mapping[str, str]] = {}
    for path, data in sorted(files.items()):
        if match := TEXTS.fullmatch(path):
            try:
                made[match[1]] = read_texts(path, data)
            except DrillError as fault:
                found.append(_of(fault))
                made[match[1]] = {}
    return made


def _kept(
    files: Mapping[str, bytes],
    found: list[Finding],
    form: re.Pattern[str],
    read: Callable[[str, bytes], bytes],
) -> dict[str, bytes]:
    made = {}
    for path, data in sorted(files.items()):
        if match := form.fullmatch(path):
            try:
                made[match[1]] = read(path, data)
            except DrillError as fault:
                found.append(_of(fault))
    return made


def _of(fault: DrillError) -> Finding:
    file, key = (str(fault.facts.get(name, "")) for name in ("file", "key"))
    told = str(fault).removeprefix(f"{file}: ").removeprefix(f"{key}: ")
    return finding(file or FILE, key, fault.code, told)


# ------------------------------------------------------------------ texts


def _language(scenario: Scenario, lang: str, *, is_due: bool) -> Iterator[Finding]:
    file, given = f"texts/{lang}.toml", scenario.texts.get(lang)
    due, english = due_keys(scenario.plan), scenario.texts.get(ENGLISH, {})
    if not given:
        yield finding(file, "", "language-missing", f"none of {len(due)} texts is there")
        return
    for key in due - given.keys() if is_due else ():
        yield finding(file, key, "text-missing", "has no text")
    for key in given.keys() - due - may_keys(scenario.plan):
        yield finding(file, key, "text-foreign", "is the text of nothing in scenario.toml")
    for key, text in given.items():
        named = places(text)
        for name in sorted(named - scenario.plan.values.keys()):
            told = f"names {{{name}}}, which is no value"
            yield finding(file, key, "place-unknown", told)
        if key in english and named != (wanted := places(english[key])):
            told = f"names {_listed(named)}, where English names {_listed(wanted)}"
            yield finding(file, key, "place-differs", told)


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "no value"


def _values(plan: Plan) -> Iterator[Finding]:
    for name, value in plan.values.items():
        if len(value.split()) > _LONGEST_VALUE_WORDS:
            told = f"{name} is a sentence, which no language but one would have"
            yield finding(FILE, "values", "value-wordy", told)
