"""The kinds of entries of a scenario that a form changes: one row of a table each.

A row says which form an entry has, what the page tells of it beside the form, and what goes when it
is removed. All else is the same for every kind: `entry_pages`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext as _

from comity.drills import DrillError, read_scenario
from comity.drills.answers import right_answers
from comity.drills.editing import checked, with_entry
from comity.drills.exhibit_editing import alone_with, without_exhibit
from comity.drills.exhibits import (
    exhibit_bytes,
    exhibit_digest,
    exhibit_name,
    exhibit_text,
    kind_of,
)
from comity.drills.making import traces
from comity.drills.reach import NEVER, Reach
from comity.drills.telling import said
from comity.node.core.formats import comma
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.pages.scenario.context import reader_language
from comity.node.exercise.pages.scenario.entry_form import EntryForm, InjectForm
from comity.node.exercise.pages.scenario.exhibit_forms import FilesForm, MadeForm
from comity.node.exercise.pages.scenario.form_context import Opened
from comity.node.exercise.pages.scenario.task_form import TaskForm
from comity.node.exercise.pages.scenario.trigger_form import TriggerForm

type Files = Mapping[str, bytes]
SHOWN_CHARS: Final = 6_000


@dataclass(frozen=True, kw_only=True)
class EntryKind:
    """A kind of entry.

    Attributes:
        sort: as the format names its tables.
        form: of an entry of a scenario, or of a new one, whose key is empty.
        listed: name of the address of the list to which one comes back.
        told: what the page tells beside the form, of the files as they would be.
        title: key of the English text by which an entry is called; none, where it has its key.
        brought: what else is said of an entry before it is removed, by label.
        consequence: of removing an entry, where the labels do not say it.
        without: the files without an entry.
    """

    sort: str
    form: Callable[[Opened, str], type[EntryForm]]
    listed: str
    told: Callable[[Opened, Files, str], Any] = lambda _at, _files, _key: None
    title: str = ""
    brought: Callable[[Opened, str], tuple[tuple[str, str], ...]] = lambda _at, _key: ()
    consequence: Callable[[Opened, str], str] | None = None
    without: Callable[[Opened, str], Files] | None = None

    def removed(self, at: Opened, key: str) -> Files:
        """Return the files without an entry."""
        if self.without:
            return self.without(at, key)
        return with_entry(at.one.files, self.sort, key, None)

    def follows(self, at: Opened, key: str) -> str:
        """Return what follows when an entry is removed."""
        return self.consequence(at, key) if self.consequence else str(words.CONSEQUENCE[self.sort])


def _fires(at: Opened, files: Files, key: str) -> dict[str, Any] | None:
    """Return when a trigger can fire and what it brings; None where it is not there."""
    plan = checked(at.one.name, files)
    if key not in plan.triggers:
        return None
    earliest = Reach(plan).of(f"trigger {key}")
    return {
        "earliest": earliest if earliest < NEVER else None,
        "brings": replace(at, plan=plan).injects_with("trigger", key),
    }


def _brings(at: Opened, key: str) -> tuple[tuple[str, str], ...]:
    return tuple((_("Injects"), title) for _inject, title in at.injects_with("trigger", key))


def _asked(at: Opened, files: Files, key: str) -> dict[str, Any] | None:
    """Return a question as players read it, with what is right; None where it cannot be told."""
    try:
        scenario = read_scenario(at.one.name, files)
        task = scenario.plan.tasks.get(key)
        if task is None:
            return None
        lang, before = reader_language(), f"tasks.{key}"
        return {
            "ask": said(scenario, f"{before}.ask", lang),
            "options": [said(scenario, f"{before}.options.{one}", lang) for one in task.options],
            "task": task,
            "right": sorted(right_answers(scenario, task)),
        }
    except DrillError:
        return None


def _without_task(at: Opened, key: str) -> Files:
    made = at.one.files
    for hint in [one.key for one in at.plan.hints.values() if one.task == key]:
        made = with_entry(made, "hint", hint, None)
    return with_entry(made, "task", key, None)


def _players_get(at: Opened, files: Files, key: str) -> dict[str, Any] | None:
    """Return what players would get of an exhibit; None where it cannot be made."""
    try:
        scenario = read_scenario(at.one.name, files)
    except DrillError:
        return None
    wanted = scenario.plan.exhibits.get(key)
    data = exhibit_bytes(scenario, wanted) if wanted else None
    if wanted is None or data is None:
        return None
    kind = kind_of(scenario, wanted)
    holds = "\n".join(traces(kind, data)) if kind == "capture" else exhibit_text(scenario, wanted)
    return {
        "name": exhibit_name(scenario, wanted),
        "size": len(data),
        "digest": exhibit_digest(scenario, wanted),
        "form": words.MADE.get(kind) or words.FORM[wanted.form],
        "holds": holds[:SHOWN_CHARS],
        "cut": len(holds) > SHOWN_CHARS,
        "files": wanted.files if wanted.form == "disk" else (),
    }


def _exhibit_form(at: Opened, key: str) -> type[EntryForm]:
    return MadeForm if key and at.plan.exhibits[key].story else FilesForm


def _files_that_go(at: Opened, key: str) -> str:
    gone = alone_with(at.one.files, key)
    if not gone:
        return _("No file goes with it: something else is made of them.")
    told = _("These files go with it, since nothing else is made of them: %(files)s.")
    return told % {"files": comma().join(gone)}


_EXHIBIT: Final = EntryKind(
    sort="exhibit",
    form=_exhibit_form,
    listed="scenario-exhibits",
    told=_players_get,
    consequence=_files_that_go,
    without=lambda at, key: without_exhibit(at.one.files, key),
)
KINDS: Final[Mapping[str, EntryKind]] = {
    "inject": EntryKind(
        sort="inject",
        form=lambda _at, _key: InjectForm,
        listed="scenario-timeline",
        title="injects.{}.title",
    ),
    "trigger": EntryKind(
        sort="trigger",
        form=lambda _at, _key: TriggerForm,
        listed="scenario-timeline",
        told=_fires,
        brought=_brings,
    ),
    "task": EntryKind(
        sort="task",
        form=lambda _at, _key: TaskForm,
        listed="scenario-tasks",
        told=_asked,
        title="tasks.{}.ask",
        without=_without_task,
    ),
    "exhibit": _EXHIBIT,
    "made-exhibit": replace(_EXHIBIT, form=lambda _at, _key: MadeForm),
}
"""Kind, as addresses name it, to what is particular to it."""
