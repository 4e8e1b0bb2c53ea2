"""Words for scenarios: kinds of what happens, and what each finding of the lint asks to mend."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from comity.node.exercise.pages.room_labels import KIND
from comity.node.web import labels as desk_words

INJECT: Final[Mapping[str, Any]] = KIND
DEED: Final[dict[str, Any]] = {
    "sent": _("sends a message"),
    "acknowledged": _("confirms that it was read"),
    "called": _("telephones"),
    "told": _("tells"),
    "answered": _("answers a question"),
    "hint": _("takes a hint"),
    "sealed": _("seals"),
    "recorded": _("writes down"),
}
TASK: Final[dict[str, Any]] = {
    "find": _("Find an identifier"),
    "count": _("Count lines"),
    "time": _("A time"),
    "text": _("A word"),
    "choice": _("A choice"),
    "ground": _("A ground of the treaty"),
    "measure": _("A measure of the treaty"),
    "article": _("An article of the treaty"),
    "seal": _("Seal an exhibit"),
}
FORM: Final[dict[str, Any]] = {
    "text": _("Text"),
    "disk": _("Disk image"),
    "mailbox": _("Mailbox"),
    "capture": _("Network capture"),
    "history": _("Browser history"),
}
MADE: Final[dict[str, Any]] = {
    "web-log": _("Log of a web server"),
    "auth-log": _("Log of sign-ins"),
    "mailbox": _("Mailbox"),
    "disk": _("Disk image"),
    "capture": _("Network capture"),
    "history": _("Browser history"),
}
"""What is made from a story."""
OWNER: Final[dict[str, Any]] = {"machine": _("machine"), "account": _("account")}
SKILL: Final[dict[str, Any]] = {
    "good": _("Does everything at the best minute"),
    "late": _("Does the same, but late"),
    "careless": _("Does also what never should be done"),
    "silent": _("Does nothing"),
}
PART: Final[dict[str, Any]] = {
    "frame": _("Story, roles and parties"),
    "injects": _("Injects"),
    "tasks": _("Questions and hints"),
    "points": _("Points, the ideal, the talk afterwards"),
}
"""Parts of the texts of a language, each a page."""
HEADS: Final = {
    "frame": ("title", "about", "story", "roles", "parties", "states"),
    "injects": ("injects",),
    "tasks": ("tasks", "hints"),
    "points": ("scores", "good", "debrief"),
}
TABS: Final[tuple[tuple[str, tuple[str, ...], Any], ...]] = (
    ("scenario", (), _("As told")),
    ("scenario-run", (), _("How it would run")),
    ("scenario-texts", ("en", "frame"), _("Texts")),
    ("scenario-timeline", (), _("What happens")),
    ("scenario-tasks", (), _("Questions")),
    ("scenario-exhibits", (), _("Exhibits")),
    ("scenario-sources", (), _("Everything else")),
    ("scenario-files", (), _("As files")),
)
"""Pages of a scenario: name of the address, what else it names, and what it is called."""
UNDER: Final = (
    ("scenario-inject", "scenario-timeline"),
    ("scenario-trigger", "scenario-timeline"),
    ("scenario-task", "scenario-tasks"),
    ("scenario-exhibit", "scenario-exhibits"),
    ("scenario-source", "scenario-sources"),
    ("scenario-table", "scenario-files"),
    ("scenario-file", "scenario-files"),
)
"""Beginning of the name of an address, to the page under which it lies."""
LABEL: Final[dict[str, Any]] = {
    "title": _("Title"),
    "about": _("What it is about"),
    "story": _("The story"),
    "roles.title": _("Role %(key)s: its name"),
    "roles.about": _("Role %(key)s: what it does"),
    "parties": _("Party %(key)s: its name"),
    "states": _("State %(key)s: its name at the nodes"),
    "injects.title": _("Inject %(key)s: its title"),
    "injects.text": _("Inject %(key)s: its text"),
    "tasks.ask": _("Question %(key)s"),
    "tasks.learn": _("Question %(key)s: what one takes away from it"),
    "tasks.options": _("Question %(key)s: an answer to choose"),
    "hints": _("Hint %(key)s"),
    "scores": _("Points %(key)s: why"),
    "good": _("The ideal: %(key)s"),
    "debrief": _("The talk afterwards: %(key)s"),
}
"""What a text is, by what its key says besides the name of its entry."""
FINDING: Final[dict[str, Any]] = {
    "drill-malformed": _("The file breaks the format."),
    "drill-file": _("The file is no text in UTF-8, no TOML, too large, or of a foreign name."),
    "drill-member": _("A member is missing, foreign, or of the wrong kind."),
    "drill-duplicate": _("Two entries bear one key."),
    "drill-text": _("A text holds markup, a script, a stray brace, or what no eye sees."),
    "drill-story": _("The story of an exhibit does not hold together."),
    "drill-story-address": _("An address of a story is not one kept for documentation."),
    "drill-story-harm": _("A story holds something that a machine might run."),
    "language-missing": _("This language has no text at all."),
    "text-missing": _("The text is missing."),
    "text-foreign": _("This is the text of nothing that is there."),
    "place-unknown": _("The text names a value in braces that is not there."),
    "place-differs": _("The text names other values in braces than the English one."),
    "value-wordy": _("A value is a sentence; it belongs into the texts."),
    "name-unknown": _("A name names nothing that is there."),
    "character-unknown": _("There is no such character."),
    "treaty-unknown": _("There is no such treaty."),
    "article-unknown": _("The treaty has no such article."),
    "ground-unknown": _("The treaty has no such ground."),
    "ground-closed": _("On this ground nobody can refuse or postpone."),
    "measure-unknown": _("The treaty does not provide for this measure."),
    "fact-unknown": _("There is no such fact of the law."),
    "question-unknown": _("No course that is here has this question."),
    "message-impossible": _("This side can never send this message in this conversation."),
    "trigger-impossible": _("The trigger asks for something that no player can do."),
    "trigger-unused": _("Nothing comes of this trigger."),
    "loop": _("These wait for each other and never come."),
    "never-comes": _("What it waits for can never happen."),
    "beyond-length": _("It comes, or is due, after the end."),
    "task-unreachable": _("No player can reach this question."),
    "task-incomplete": _("The question lacks what its kind needs."),
    "answer-malformed": _("An answer is none of the kind of the question."),
    "answer-not-in-exhibit": _("The exhibit does not hold the answer."),
    "exhibit-missing": _("The file of the exhibit is not there."),
    "exhibit-unused": _("Nothing shows this exhibit."),
    "exhibit-unfit": _("The exhibit is of another form than is needed here."),
    "hint-cost": _("The hints of a question cost more than it brings."),
}
SAYS_ALL: Final = frozenset(
    {"language-missing", "text-missing", "text-foreign", "trigger-unused", "exhibit-unused"}
)
"""Findings of which the words say all; of the others the lint says in English what exactly."""
FAULT: Final[dict[str, Any]] = {
    "scenario-stale": _("Somebody else saved this scenario meanwhile. Nothing was saved."),
    "scenario-taken": _("There is a scenario of this name already. Choose another name."),
    "scenario-unknown": _("There is no scenario of this name here."),
    "drill-cexf": _("This is no exercise in the Common Exercise Format."),
    "register-unreadable": _("The file cannot be read as a workbook or as CSV."),
    "register-too-large": _("The spreadsheet has more rows, columns or letters than are read."),
    "extra-missing": _("This node lacks the library for workbooks; use CSV."),
    "files-missing": _("Choose a file first."),
}


def label(key: str) -> str:
    """Return what a text of a scenario is, in words."""
    table, _dot, rest = key.partition(".")
    name, _dot, member = rest.partition(".")
    what = ".".join(filter(None, (table, member.partition(".")[0])))
    return str(LABEL[what]) % {"key": name} if what in LABEL else key


def message(type: str) -> str:
    """Return a type of message in words, with its name in the protocol."""
    said = desk_words.DONE.get(type)
    return f"{said} ({type})" if said else type


def finding(code: str) -> str:
    """Return what is to mend, in words; the code itself where there is no word."""
    return str(FINDING.get(code, code))


def fault(code: str) -> str:
    """Return why something was refused, in words."""
    return str(FAULT.get(code) or FINDING.get(code) or desk_words.fault(code))
