"""The form of a trigger: what the team does or fails to do, chosen from what the plan has."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.drills import Finding, Plan
from comity.drills.editing import with_entry
from comity.drills.kinds import DEEDS, WHEN
from comity.drills.model import Deed
from comity.drills.reach import sayable
from comity.drills.threads import role_of
from comity.exchange.types import MOVES
from comity.files.instruments import library as laws
from comity.node.exercise.pages import scenario_labels as words
from comity.node.exercise.pages.scenario_form_context import Opened
from comity.node.exercise.pages.scenario_forms import (
    DAY_MINUTES,
    EntryForm,
    key_field,
    merged,
    number,
)
from comity.node.law.assessment_rows import ground as ground_words
from comity.node.law.wording import UNREVIEWED
from comity.node.web import form_fields as f

_APART: Final = ("type", "ground", "about")
"""Names of a deed that have a field of their own; the others are chosen with the deed."""
_OPEN: Final = frozenset({"refuse", "postpone"})
"""Kinds of grounds on which a message can rest."""
_NARROWED: Final = {"yes": _("right"), "no": _("wrong")}


class TriggerForm(EntryForm):
    """When it fires, from when it counts, and what it brings."""

    sort = "trigger"
    places: ClassVar[Mapping[str, str]] = {
        "trigger-impossible": "did",
        "to": "did",
        "inject": "did",
        "task": "did",
        "hint": "did",
        "exhibit": "did",
        "thread": "did",
        "there": "type",
        "the": "type",
        "loop": "after",
        "never-comes": "did",
        "beyond-length": "within_minutes",
        "not-done": "within_minutes",
    }

    key = key_field(_("A short name for it: no-answer."))
    when = f.choice(
        _("It fires"),
        [
            ("done", _("when the team has done this")),
            ("not-done", _("when the team has not done this in time")),
        ],
    )
    did = f.choice(_("What the team does"), ())
    type = f.choice(_("Which message"), (), required=False, hint=_("If it is a message."))
    ground = f.choice(
        _("On which ground"), (), required=False, hint=_("If the message refuses or postpones.")
    )
    about = f.choice(
        _("About which inject"), (), required=False, hint=_("If the message is about one.")
    )
    within_minutes = number(
        _("In how many minutes"), least=1, most=DAY_MINUTES, hint=_("If it is not done in time.")
    )
    after = f.choice(_("Counted from"), (), required=False)
    brings = f.choice(
        _("Let it bring an inject"),
        (),
        required=False,
        hint=_("That inject then comes by this trigger, and not at its minute."),
    )

    def __init__(
        self, at: Opened, key: str, data: Any = None, files: Any = None, *, brings: str = ""
    ) -> None:
        self.for_inject = brings
        super().__init__(at, key, data, files)

    def first(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form shows of a trigger."""
        did = members.get("did", {})
        return {
            **members,
            "did": _value(did) if did else "",
            **{name: did.get(name, "") for name in _APART},
            "brings": self.for_inject,
        }

    def offer(self) -> None:
        """Fill the lists with what this plan lets the team do."""
        at, plan = self.at, self.at.plan
        injects = [(key, at.titled(key)) for key in plan.injects]
        f.set_choices(self, "did", _offered(at, self.initial["did"]))
        types = dict.fromkeys([*_types(plan), *filter(None, [self.initial["type"]])])
        none = ("", gettext("none"))
        f.set_choices(self, "type", [none, *((one, words.message(one)) for one in types)])
        treaty = laws().instruments.get(plan.treaty)
        keys = dict.fromkeys(
            key for key, one in (treaty.grounds.items() if treaty else ()) if one.kind in _OPEN
        )
        keys |= dict.fromkeys(filter(None, [self.initial["ground"]]))
        told = {key: ground_words(plan.treaty, key) for key in keys}
        said = [(key, f"{key}: {one.text if one else ''}"[:120]) for key, one in told.items()]
        f.set_choices(self, "ground", [("", gettext("any")), *said])
        if not all(one.reviewed for one in told.values() if one):
            self.fields["ground"].help_text = UNREVIEWED
        f.set_choices(self, "about", [none, *injects])
        others = [(f"trigger {key}", key) for key in plan.triggers if key != self.entry_key]
        since: list[tuple[str, Any]] = [
            ("", gettext("the beginning")),
            (gettext("What happens"), [(f"inject {key}", label) for key, label in injects]),
        ]
        since += [(gettext("Triggers"), others)] if others else []
        f.set_choices(self, "after", since)
        free = [
            (key, at.titled(key))
            for key, one in plan.injects.items()
            if not self.entry_key or one.trigger != self.entry_key
        ]
        f.set_choices(self, "brings", [none, *free])

    def clean(self) -> dict[str, Any]:
        """Check that what belongs together is there together."""
        data = super().clean() or {}
        is_sent = str(data.get("did", "")).startswith("sent ")
        if is_sent and not data.get("type"):
            self.add_error("type", _("Say which message."))
        for name in _APART:
            if data.get("did") and not is_sent and data.get(name):
                self.add_error(name, _("Only a message has this; choose none."))
        if "within_minutes" in data and data.get("when") in WHEN:
            if data["when"] == "not-done" and not data["within_minutes"]:
                self.add_error("within_minutes", _("Say in how many minutes it had to be done."))
            if data["when"] == "done" and data["within_minutes"]:
                self.add_error("within_minutes", _("Leave it empty: it fires when it is done."))
        return data

    def members(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the entry says."""
        data = self.cleaned_data
        did = _named(data["did"]) | {name: data[name] for name in _APART if data[name]}
        order = ("kind", *DEEDS[did["kind"]].must, *DEEDS[did["kind"]].may)
        said = {
            "when": data["when"],
            "did": {name: did[name] for name in order if name in did},
            "after": data["after"],
            "within_minutes": data["within_minutes"],
        }
        return merged(before, said)

    def changed(self) -> dict[str, bytes]:
        """Return the files with the trigger, and with the inject that it shall bring."""
        made, brings = super().changed(), str(self.cleaned_data["brings"])
        if not brings:
            return made
        inject = {**self.at.entry("inject", brings), "trigger": self.wanted}
        inject.pop("minute", None)
        return with_entry(made, "inject", brings, inject)

    def beside(self, one: Finding) -> str:
        """Return the field beside which a finding stands; of a ring, where this one waits."""
        if one.code == "loop" and f"trigger {self.wanted}" in one.text.split(": ")[-1].split(", "):
            return "after"
        return super().beside(one)


def deed_words(at: Opened, did: Deed) -> str:
    """Return what a team does, in words."""
    parts = [_label(at, did.kind, did.names)]
    parts += [words.message(did.names["type"])] if "type" in did.names else []
    parts += [did.names["ground"]] if "ground" in did.names else []
    parts += [at.titled(did.names["about"])] if "about" in did.names else []
    return " · ".join(parts)


def since_words(at: Opened, after: str) -> str:
    """Return from when something counts, in words."""
    kind, _space, key = after.partition(" ")
    if not after:
        return gettext("the beginning")
    return at.titled(key) if kind == "inject" else key


def _types(plan: Plan) -> list[str]:
    """Return what the team can say in some conversation; everything, where there is none."""
    team, found = plan.team().key, set[str]()
    for thread in plan.threads.values():
        role = role_of(thread, team)
        found |= sayable(thread, role) if role else set()
    return sorted(found or MOVES)


def _offered(at: Opened, stands: str) -> list[tuple[str, Any]]:
    """Return the deeds to choose from, by their kinds."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind, names in _deeds(at.plan):
        value = _value({"kind": kind, **names})
        groups.setdefault(kind, []).append((value, _label(at, kind, names)))
    known = {value for rows in groups.values() for value, _said in rows}
    made: list[tuple[Any, Any]] = [(words.DEED[kind], rows) for kind, rows in groups.items()]
    if stands and stands not in known:
        made.append((gettext("As it stands"), [(stands, stands)]))
    return made


def _deeds(plan: Plan) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every deed of a team that names something of the plan."""
    team = plan.team().key
    others = [key for key in plan.parties if key != team]
    for key in others:
        yield "sent", {"to": key}
    for key, thread in plan.threads.items():
        for other in {thread.asks, thread.asked} - {team} if role_of(thread, team) else set():
            yield "sent", {"to": other, "thread": key}
    for kind in ("called", "told"):
        yield from ((kind, {"to": key}) for key in others)
    for kind in ("acknowledged", "recorded"):
        yield from ((kind, {"inject": key}) for key in plan.injects)
    for key in plan.tasks:
        yield "answered", {"task": key}
        yield from (("answered", {"task": key, "right": one}) for one in _NARROWED)
    yield from (("hint", {"hint": key}) for key in plan.hints)
    yield from (("sealed", {"exhibit": key}) for key in plan.exhibits)


def _label(at: Opened, kind: str, names: Mapping[str, str]) -> str:
    """Return a deed in words, with the one to whom or the thing to which it is done."""
    parts = [str(words.DEED.get(kind, kind))]
    if "inject" in names:
        parts.append(at.titled(names["inject"]))
    parts += [
        at.english.get(f"parties.{names[one]}", names[one]) if one == "to" else names[one]
        for one in ("to", "thread", "task", "hint", "exhibit")
        if one in names
    ]
    if "right" in names:
        parts.append(str(_NARROWED.get(names["right"], names["right"])))
    return " · ".join(parts)


def _value(did: Mapping[str, str]) -> str:
    """Return a deed as the value of a choice; no name or key of a plan holds a blank."""
    does = DEEDS[did["kind"]]
    names = [name for name in (*does.must, *does.may) if name in did and name not in _APART]
    return " ".join([did["kind"], *(f"{name}={did[name]}" for name in names)])


def _named(value: str) -> dict[str, str]:
    kind, *named = value.split(" ")
    pairs = (one.partition("=") for one in named)
    return {"kind": kind, **{name: text for name, _equals, text in pairs}}
