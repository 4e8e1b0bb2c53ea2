"""A broken rule of an act of the docket: which one, at which member, and where a page says it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.forms import BaseForm

from comity.canonical import ComityError, MisuseError
from comity.node.core.labels import read_labels
from comity.node.web import labels
from comity.node.web.fault_sentences import fault_sentence
from comity.node.web.model_form import PydanticForm

RULE: Final = read_labels(__package__)["rule"]
"""Rule -> what is wrong and what to do, as a page says it."""
type Place = tuple[int | str, ...]
type Label = Callable[[str, str], Any]


class BrokenRuleError(MisuseError):
    """An act of the docket breaks a rule of the office; what kind of rule, its subclasses say."""

    def __init__(
        self,
        told: str,
        *,
        rule: str,
        member: str | Place = "",
        said: Mapping[str, object] | None = None,
    ) -> None:
        """Say which rule an act breaks.

        Args:
            told: what is wrong, after the name of the member where there is one.
            rule: key of `RULE`: the words of the page.
            member: of what is said, or its path; empty where no member alone is wrong.
            said: what the words of the page name, if anything.
        """
        place: Place = (member,) if isinstance(member, str) else member
        faults = []
        if place != ("",):
            context = {"error": told, **(said or {})}
            faults = [{"type": "value_error", "loc": place, "ctx": context, "rule": rule}]
            told = f"{'/'.join(map(str, place))}: {told}"
        super().__init__(told, rule=rule, faults=faults)


def placed(
    fault: ComityError,
    forms: Iterable[BaseForm],
    *,
    names: Mapping[str, str] | None = None,
    label: Label | None = None,
) -> str:
    """Say at its field what is wrong with an act; return what belongs above the form, or nothing.

    Args:
        fault: that the act ended in.
        forms: in which the act was typed; none where it has no fields.
        names: member to the field that a form has for it, where it is called otherwise.
        label: gives what a page calls a member of an earlier entry, by its act and its name.
    """
    every = tuple(forms)
    faults: Any = fault.facts.get("faults", ())
    if not faults:
        rule = fault.facts.get("rule")
        return str(RULE[str(rule)]) if rule else labels.fault(fault.code)
    above, beside = list[str](), False
    for one in faults:
        field = _field_of(every, one["loc"], names or {})
        if field is not None:
            beside = True
            form, name = field
            if name not in form.errors:
                form.add_error(name, _words(one, every, label))
        elif "rule" in one:
            above.append(_words(one, every, label))
    return " ".join(above) or ("" if beside else labels.fault(fault.code))


def _field_of(
    forms: Iterable[BaseForm], place: Place, names: Mapping[str, str]
) -> tuple[BaseForm, str] | None:
    """Return the form and the field beside which a fault stands, or None."""
    first = str(place[0]) if place else ""
    name = names.get(first, first)
    for form in forms:
        if name in form.fields:
            return form, name
        if isinstance(form, PydanticForm) and any(
            one.startswith(f"{name}-") for one in form.fields
        ):
            return form, form.fault_field((name, *place[1:]))
    return None


def _words(fault: Mapping[str, Any], forms: Iterable[BaseForm], label: Label | None) -> str:
    if "rule" not in fault:
        return str(fault_sentence(fault))
    context = dict(fault["ctx"])
    if "earlier" in fault:
        act, member = fault["earlier"]
        shown = (form.fields[member].label for form in forms if member in form.fields)
        context["earlier"] = label(act, member) if label else next(shown, member)
    return str(RULE[fault["rule"]]) % context
