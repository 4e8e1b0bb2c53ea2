"""The form of a trigger: what the team does or fails to do, chosen from what the plan has."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext

from comity.drills import Plan
from comity.drills.editing import with_entry
from comity.drills.kinds import DEEDS
from comity.drills.reach import sayable
from comity.drills.threads import role_of
from comity.drills.values import Deed
from comity.exchange.types import MOVES
from comity.files.instruments import library as laws
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.pages.scenario.entry_form import EntryForm, Offer, Offered
from comity.node.exercise.pages.scenario.form_context import Opened
from comity.node.law.assessment_rows import ground as ground_words
from comity.node.law.wording import UNREVIEWED

_APART: Final = ("type", "ground", "about")
"""Names of a deed that have a field of their own; the others are chosen with the deed."""
_OPEN: Final = frozenset({"refuse", "postpone"})
"""Kinds of grounds on which a message can rest."""


def _treaty_grounds(at: Opened, stands: Any) -> dict[str, Any]:
    """Return the grounds of the treaty on which a message can rest, as pages tell them."""
    treaty = laws().instruments.get(at.plan.treaty)
    keys = dict.fromkeys(
        key for key, one in (treaty.grounds.items() if treaty else ()) if one.kind in _OPEN
    )
    keys |= dict.fromkeys(filter(None, [stands]))
    return {key: ground_words(at.plan.treaty, key) for key in keys}


def _grounds(at: Opened, _key: str, stands: Any) -> Offered:
    told = _treaty_grounds(at, stands)
    return [(key, f"{key}: {one.text if one else ''}"[:120]) for key, one in told.items()]


def _injects(at: Opened, _key: str, _stands: Any) -> Offered:
    return [(key, at.titled(key)) for key in at.plan.injects]


def _since(at: Opened, own: str, stands: Any) -> Offered:
    """Return from what it can count: what happens, and the other triggers."""
    injects = [(f"inject {key}", label) for key, label in _injects(at, own, stands)]
    since: list[tuple[str, Any]] = [(gettext("Injects"), injects)]
    others = [(f"trigger {key}", key) for key in at.plan.triggers if key != own]
    return since + ([(gettext("Triggers"), others)] if others else [])


def _free(at: Opened, own: str, _stands: Any) -> Offered:
    """Return the injects that this trigger does not bring yet."""
    return [
        (key, at.titled(key))
        for key, one in at.plan.injects.items()
        if not own or one.trigger != own
    ]


def _types(at: Opened, _key: str, stands: Any) -> Offered:
    """Return what the team can say in some conversation; everything, where there is none."""
    team, found = at.plan.team().key, set[str]()
    for thread in at.plan.threads.values():
        role = role_of(thread, team)
        found |= sayable(thread, role) if role else set()
    types = dict.fromkeys([*sorted(found or MOVES), *filter(None, [stands])])
    return [(one, words.message(one)) for one in types]


def _offered(at: Opened, _key: str, stands: Any) -> Offered:
    """Return the deeds to choose from, by their kinds."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind, names in _deeds(at.plan):
        value = _value({"kind": kind, **names})
        groups.setdefault(kind, []).append((value, _label(at, kind, names)))
    known = {value for rows in groups.values() for value, _said in rows}
    made: list[tuple[str, Any]] = [(str(words.DEED[kind]), rows) for kind, rows in groups.items()]
    if stands and stands not in known:
        made.append((gettext("As it stands"), [(stands, stands)]))
    return made


class TriggerForm(EntryForm):
    """When it fires, from when it counts, and what it brings."""

    sort = "trigger"
    choices: ClassVar[Mapping[str, Mapping[str, Any]]] = {"when": words.WHEN}
    offers: ClassVar[Mapping[str, Offer]] = {
        "did": _offered,
        "type": _types,
        "ground": _grounds,
        "about": _injects,
        "after": _since,
        "brings": _free,
    }
    places: ClassVar[Mapping[str, str]] = {
        "there": "type",
        "the": "type",
        "loop": "after",
        "beyond-length": "within_minutes",
        "": "did",
    }

    def first(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Return what the form shows of a trigger: its deed, and what narrows that."""
        did = shown["did"] or {}
        apart = {name: did.get(name, "") for name in _APART}
        return {**shown, "did": _value(did) if did else "", **apart}

    def field_for(self, name: str, label: Any, hint: Any) -> forms.Field:
        """Return the field of a member; of grounds, whether their words are reviewed."""
        if name == "ground":
            told = _treaty_grounds(self.at, self.initial.get(name)).values()
            hint = hint if all(one.reviewed for one in told if one) else UNREVIEWED
        return super().field_for(name, label, hint)

    def members(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the entry says: the deed, with what narrows it."""
        made, data = super().members(before), self.cleaned_data
        did = _named(data["did"]) | {name: data[name] for name in _APART if data[name]}
        order = dict.fromkeys(("kind", *DEEDS[did["kind"]].must, *DEEDS[did["kind"]].may))
        return {**made, "did": {name: did[name] for name in order | did if name in did}}

    def changed(self) -> dict[str, bytes]:
        """Return the files with the trigger, and with the inject that it shall bring."""
        made, brings = super().changed(), str(self.cleaned_data["brings"])
        if not brings:
            return made
        inject = {**self.at.entry("inject", brings), "trigger": self.wanted}
        inject.pop("minute", None)
        return with_entry(made, "inject", brings, inject)


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
        yield from (("answered", {"task": key, "right": one}) for one in words.RIGHT)
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
        parts.append(str(words.RIGHT.get(names["right"], names["right"])))
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
