"""A form as numbered groups of one subject each: complete ones fold, one with an error is open.

A group is complete when each of its required fields holds something and none has an error. What
is known of requirements stands beside its fields.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from django import forms
from django.forms import BoundField

from comity.node.web import form_fields as f
from comity.node.web.moment_field import MomentInput

type How = Literal["against", "open", "met", "unknown"]
type Mark = Literal["wrong", "against", "missing", "complete", "optional", "open"]

ORDER: Final[tuple[How, ...]] = ("against", "open", "unknown", "met")
"""Objections first, then what is missing, what no rule judges, and what the answers satisfy."""
_UNTOLD: Final = ("lang", "row_kind", "row_service", "row_holder")
"""How names of fields begin that a summary leaves out."""
MAX_SUMMARY: Final = 3
MAX_SUMMARY_CHARS: Final = 60


@dataclass(frozen=True)
class Need:
    """One line of what is known of requirements.

    Attributes:
        how: whether the answers satisfy it.
        text: what is required, or what is wrong.
        cite: the articles, or empty.
        lang: of the text, where it is not the page's.
    """

    how: How
    text: Any
    cite: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Group:
    """One subject of a form.

    Attributes:
        id: of its place on the page.
        title: what it is about.
        forms: whose fields stand in it, in their order.
        optional: whether all of it may stay empty.
        needs: what is known of requirements.
        alone: whether it is the only group; then it never folds.
        open: whether it does not fold though it is complete, since it is there to be changed.
        notes: what stands below the fields.
    """

    id: str
    title: Any
    forms: tuple[forms.Form, ...]
    optional: bool = False
    needs: tuple[Need, ...] = ()
    alone: bool = False
    open: bool = False
    notes: tuple[Any, ...] = ()

    @property
    def wrong(self) -> bool:
        """Tell whether something in it has to be corrected."""
        return any(form.is_bound and form.errors for form in self.forms)

    @property
    def begun(self) -> bool:
        """Tell whether a field holds something that the form does not propose to everybody."""
        return any(_holds(one) for one in self._fields() if not _is_proposed(one))

    @property
    def complete(self) -> bool:
        """Tell whether nothing is wrong and nothing is missing."""
        wanted = [one for one in self._fields() if one.field.required]
        return not self.wrong and all(map(_holds, wanted)) and (self.begun or not self.optional)

    @property
    def folded(self) -> bool:
        """Tell whether it is shown as one line, which opens on request."""
        if self.alone or self.wrong or self.against:
            return False
        if self.optional and not self.begun:
            return True
        return self.complete and self.begun and not self.open

    @property
    def against(self) -> bool:
        """Tell whether a rule objects to what stands in it."""
        return any(one.how == "against" for one in self.needs)

    @property
    def missing(self) -> int:
        """Return how many requirements the answers do not satisfy yet."""
        return sum(one.how == "open" for one in self.needs)

    @property
    def mark(self) -> Mark:
        """Return how far it is: what has to be corrected first, then what is missing."""
        if self.wrong:
            return "wrong"
        if self.against:
            return "against"
        if self.complete:
            return "missing" if self.missing else "complete"
        return "optional" if self.optional else "open"

    @property
    def summary(self) -> list[str]:
        """Return the first answers in short."""
        told = (
            _in_words(one)
            for one in self._fields()
            if not one.name.startswith(_UNTOLD) and _holds(one) and one.widget_type != "checkbox"
        )
        return [text for text in told if text][:MAX_SUMMARY]

    @property
    def sorted_needs(self) -> list[Need]:
        """Return the requirements, objections first."""
        return sorted(self.needs, key=lambda one: ORDER.index(one.how))

    def _fields(self) -> list[BoundField]:
        return [field for form in self.forms for field in form if not field.is_hidden]


def numbered(groups: Iterable[Group]) -> list[Group]:
    """Return the groups that have fields; one that is the only one says so."""
    found = [one for one in groups if any(form.fields for form in one.forms)]
    return [replace(found[0], alone=True)] if len(found) == 1 else found


def complete_count(groups: Sequence[Group]) -> tuple[int, int]:
    """Return how many of the groups that have to be filled in are complete, and how many are."""
    wanted = [one for one in groups if not one.optional]
    return sum(one.complete for one in wanted), len(wanted)


def _holds(field: BoundField) -> bool:
    if field.widget_type == "select":
        return bool(f.shown_choice(field))
    return field.value() not in (None, "", [], False)


def _is_proposed(field: BoundField) -> bool:
    """Tell whether a choice or a tick says nothing yet: everybody begins with it."""
    return field.widget_type in ("select", "checkbox", "checkboxselectmultiple")


def _in_words(field: BoundField) -> str:
    """Return an answer as the summary shows it."""
    inner = field.field
    if isinstance(inner, forms.MultipleChoiceField):
        return ""
    if isinstance(inner, forms.ChoiceField):
        return f.shown_words(field)[:MAX_SUMMARY_CHARS]
    widget, value = inner.widget, inner.prepare_value(field.value())
    on_clock = isinstance(widget, MomentInput)
    shown = widget.summary(value) if on_clock else widget.format_value(value)
    text = " ".join(str(shown or "").split())
    cut = len(text) > MAX_SUMMARY_CHARS
    return f"{text[:MAX_SUMMARY_CHARS].rstrip()}…" if cut else text
