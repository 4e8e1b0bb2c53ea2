"""Tasks that cannot be solved, answers that do not fit the exhibit, hints that cost too much."""

from collections.abc import Iterator

from comity.drills.answers import normal, right_answers
from comity.drills.exhibits import exhibit_text
from comity.drills.findings import Finding, finding
from comity.drills.model import Scenario, Task
from comity.drills.parse import FILE
from comity.instruments.identifiers import KINDS
from comity.instruments.library import Library

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
