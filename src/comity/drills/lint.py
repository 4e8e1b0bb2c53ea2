"""What is wrong with a scenario although each of its files can be read, all of it in one pass."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from comity.drills.characters import CHARACTERS
from comity.drills.errors import DrillError, Finding, finding
from comity.drills.happened import normal, right_answers
from comity.drills.lint_plan import references
from comity.drills.model import Plan, Scenario, Task
from comity.drills.parse import FILE, Quizzes, quizzed
from comity.drills.reach import NEVER, Reach, loops
from comity.drills.reading import (
    EXHIBITS,
    TEXTS,
    check_files,
    edition,
    exhibit_text,
    read_exhibit,
    read_plan,
    read_texts,
)
from comity.drills.texts import due_keys, may_keys, places
from comity.drills.values import Deed
from comity.instruments.identifiers import KINDS
from comity.instruments.library import Library
from comity.instruments.model import LANGUAGES, Instrument
from comity.instruments.words import ENGLISH

# Articles, grounds and facts that a scenario cites and the law as data does not have.


def laws(plan: Plan, library: Library) -> Iterator[Finding]:
    """Yield what a plan cites that is not there."""
    treaty = library.instruments.get(plan.treaty)
    if treaty is None:
        yield finding(
            FILE, "scenario", "treaty-unknown", f"there is no treaty {plan.treaty[:64]!a}"
        )
        return
    yield from _cites(plan, treaty)
    for place, deed in _deeds(plan):
        ground = deed.names.get("ground", "")
        if ground and ground not in treaty.grounds:
            yield finding(FILE, place, "ground-unknown", f"there is no ground {ground[:64]!a}")
    for key, thread in plan.threads.items():
        if thread.measure and not treaty.provides(thread.measure):
            told = f"there is no measure {thread.measure[:64]!a}"
            yield finding(FILE, f"thread {key}", "measure-unknown", told)
    for key, party in plan.parties.items():
        character = CHARACTERS.get(party.character)
        for ground in character.grounds.values() if character else ():
            if ground not in treaty.grounds:
                told = f"{party.character} refuses on {ground}, which the treaty does not have"
                yield finding(FILE, f"party {key}", "ground-unknown", told)
    for key, score in plan.scores.items():
        for name in score.fields:
            if name not in library.facts:
                told = f"fields: there is no fact {name[:64]!a}"
                yield finding(FILE, f"score {key}", "fact-unknown", told)


def _cites(plan: Plan, treaty: Instrument) -> Iterator[Finding]:
    for kind, things in (
        ("task", plan.tasks),
        ("score", plan.scores),
        ("good", plan.good),
        ("debrief", plan.debrief),
    ):
        for key, thing in things.items():
            for cite in thing.cite:
                if cite.partition("(")[0] not in treaty.articles:
                    told = f"cites {cite[:64]!a}: there is no such article"
                    yield finding(FILE, f"{kind} {key}", "article-unknown", told)


def _deeds(plan: Plan) -> Iterator[tuple[str, Deed]]:
    for key, trigger in plan.triggers.items():
        yield f"trigger {key}", trigger.did
    for key, score in plan.scores.items():
        yield from ((f"score {key}", did) for did in score.steps or (score.did,))
    for key, good in plan.good.items():
        yield f"good {key}", good.did


# Tasks that cannot be solved, answers that do not fit the exhibit, hints that cost too much.


_BY_ITSELF = frozenset({"count", "seal"})
_NEEDS_EXHIBIT = frozenset({"find", "count", "seal"})


def tasks(scenario: Scenario, library: Library) -> Iterator[Finding]:
    """Yield what is wrong with tasks and their hints."""
    for key, task in scenario.plan.tasks.items():
        yield from _shape(task)
        yield from _answers(scenario, task)
        yield from _law(scenario, task, library)
        cost = sum(one.cost for one in scenario.plan.hints.values() if one.task == key)
        if cost > task.points:
            told = f"its hints cost {cost}, more than its {task.points} points"
            yield finding(FILE, f"task {key}", "hint-cost", told)


def _shape(task: Task) -> Iterator[Finding]:
    place = f"task {task.key}"
    for wanted, given, what in (
        (task.kind == "find", bool(task.form), "form"),
        (task.kind == "choice", bool(task.options), "options"),
        (task.kind == "count", bool(task.counts), "counts"),
        (task.kind not in _BY_ITSELF, bool(task.answers), "answers"),
    ):
        if wanted != given:
            told = f"{task.kind} has {what}" if wanted else f"{task.kind} has no {what}"
            yield finding(FILE, place, "task-incomplete", told)
    if task.kind in _NEEDS_EXHIBIT and not task.exhibit:
        yield finding(FILE, place, "task-incomplete", f"{task.kind} names an exhibit")
    if task.form and task.form not in KINDS:
        told = f"form: there is no identifier {task.form[:64]!a}"
        yield finding(FILE, place, "task-incomplete", told)


def _answers(scenario: Scenario, task: Task) -> Iterator[Finding]:
    place = f"task {task.key}"
    for answer in task.answers:
        if normal(task, answer) is None:
            told = f"{answer[:64]!a} is no answer to a task of kind {task.kind}"
            yield finding(FILE, place, "answer-malformed", told)
        elif task.kind == "choice" and answer not in task.options:
            told = f"{answer[:64]!a} is none of its options"
            yield finding(FILE, place, "answer-malformed", told)
    exhibit = scenario.plan.exhibits.get(task.exhibit)
    if exhibit is None:
        return
    text = exhibit_text(scenario, exhibit).casefold()
    if task.kind == "find" and not any(one.casefold() in text for one in task.answers):
        told = f"none of its answers stands in {exhibit.key}"
        yield finding(FILE, place, "answer-not-in-exhibit", told)
    if task.kind == "count" and task.counts.casefold() not in text:
        told = f"no line of {exhibit.key} holds what it counts"
        yield finding(FILE, place, "answer-not-in-exhibit", told)
    if task.kind == "seal" and not right_answers(scenario, task):
        yield finding(FILE, place, "answer-not-in-exhibit", "there is nothing to seal")


def _law(scenario: Scenario, task: Task, library: Library) -> Iterator[Finding]:
    place, treaty = f"task {task.key}", library.instruments.get(scenario.plan.treaty)
    if treaty is None:
        return  # told once, for the whole file
    for answer in task.answers:
        if task.kind == "ground":
            if answer not in treaty.grounds:
                yield finding(FILE, place, "ground-unknown", f"there is no ground {answer[:64]!a}")
            elif treaty.grounds[answer].kind == "not-a-ground":
                told = f"{answer} is no ground to refuse or postpone"
                yield finding(FILE, place, "ground-closed", told)
        elif task.kind == "measure" and not treaty.provides(answer):
            yield finding(FILE, place, "measure-unknown", f"there is no measure {answer[:64]!a}")
        elif task.kind == "article" and answer.partition("(")[0] not in treaty.articles:
            yield finding(FILE, place, "article-unknown", f"there is no article {answer[:64]!a}")


# Parts of a scenario that never come, come after its end, or wait for each other.


def times(plan: Plan) -> Iterator[Finding]:
    """Yield what is wrong with when things come."""
    ringed: set[str] = set()
    for ring in loops(plan):
        ringed |= set(ring)
        told = f"waits for itself: {', '.join(ring)}"
        yield finding(FILE, ring[0], "loop", told)
    reach = Reach(plan)
    for name, at in reach.earliest.items():
        kind = name.partition(" ")[0]
        if name in ringed or at <= plan.minutes:
            continue
        if kind == "task":
            told = (
                "no player can reach it" if at >= NEVER else f"opens at minute {at}, after the end"
            )
            yield finding(FILE, name, "task-unreachable", told)
        elif at >= NEVER:
            yield finding(FILE, name, "never-comes", "what it waits for can never happen")
        else:
            told = f"comes at minute {at} at the earliest, after the end"
            yield finding(FILE, name, "beyond-length", told)
    yield from _scored(plan, reach)


def _scored(plan: Plan, reach: Reach) -> Iterator[Finding]:
    for key, good in plan.good.items():
        if good.minute > plan.minutes:
            told = f"is ideal at minute {good.minute}, after the end"
            yield finding(FILE, f"good {key}", "beyond-length", told)
        elif NEVER > (at := reach.deed(good.did)) > good.minute:
            told = f"cannot be done before minute {at}"
            yield finding(FILE, f"good {key}", "beyond-length", told)
    for key, score in plan.scores.items():
        since = reach.of(score.after) if score.after else 0
        if plan.minutes < since + score.within_minutes < NEVER:
            told = f"may be done in time until minute {since + score.within_minutes}, after the end"
            yield finding(FILE, f"score {key}", "beyond-length", told)
        for did in score.steps or (score.did,):
            if reach.deed(did) >= NEVER:
                told = "asks for what no player can do"
                yield finding(FILE, f"score {key}", "never-comes", told)


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
