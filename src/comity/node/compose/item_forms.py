"""Items on the forms: written one a line, decided and executed one by one."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.exchange.items import Item
from comity.node.web import form_fields as f
from comity.node.web.section_labels import code_labels
from comity.node.web.text_format import shown

MAX_ITEMS: Final = 200
MAX_NUMBER: Final = 10_000
DECIDED: Final = (
    ("", _("not decided")),
    *code_labels("decision", "items.outcome").items(),
)
EXECUTED: Final = (
    ("", _("still to be done")),
    *code_labels("execution", "items.outcome").items(),
)
CHOICES: Final[Mapping[str, Any]] = {
    "request.accepted-in-part": ("decision", DECIDED),
    "request.executed-in-part": ("execution", EXECUTED),
    "request.executed": ("execution", EXECUTED),
}
"""Type of message to the section whose form asks for each open item, and what it may say."""

ENDING: Final = frozenset({"request.executed", "request.closed"})
"""Types after which nobody looks at what remains, unless they are told."""

_NUMBERED: Final = re.compile(r"\s*(\d{1,5})[.)]\s+(\S.*)")


def items_field() -> f.LinesField:
    """Return a field for items, one a line; a line that begins with ``3.`` has that number."""
    return f.LinesField(rows=3, show=_line)


def read_items(lines: Iterable[str], known: Iterable[Item], lang: str) -> list[dict[str, Any]]:
    """Return the items that somebody wrote, as they travel.

    Args:
        lines: one an item.
        known: items of the request so far; one whose text stays keeps its language.
        lang: of new texts.

    Raises:
        ValidationError: in the officer's words.
    """
    before = {item.number: item for item in known}
    found: dict[int, str] = {}
    fresh: list[str] = []
    for line in lines:
        match = _NUMBERED.fullmatch(line)
        if match is None:
            fresh.append(line)
        elif (number := int(match[1])) in found or not 0 < number <= MAX_NUMBER:
            raise _wrong(_("Number %(number)d stands twice, or is no number of an item."), number)
        else:
            found[number] = match[2]
    after = max([0, *found, *before]) + 1
    found |= dict(enumerate(fresh, start=after))
    if len(found) > MAX_ITEMS or max([0, *found]) > MAX_NUMBER:
        raise _wrong(_("A request has at most %(number)d items."), MAX_ITEMS)
    return [_row(number, found[number], before.get(number), lang) for number in sorted(found)]


def _row(number: int, text: str, known: Item | None, lang: str) -> dict[str, Any]:
    if len(text) > f.MAX_LONG:
        raise _wrong(_("Item %(number)d is too long."), number)
    if known is not None and known.description["text"] == text:
        return {"number": number, "description": dict(known.description)}
    if known is not None and (known.judged or known.standing == "withdrawn"):
        raise _wrong(
            _("Number %(number)d is used up: write the new text without a number."), number
        )
    return {"number": number, "description": f.text(text, lang)}


def _wrong(told: Any, number: int) -> forms.ValidationError:
    return forms.ValidationError(told, params={"number": number})


def _line(item: Mapping[str, Any]) -> str:
    """Return an item as somebody would write it."""
    return f"{item['number']}. {_one_line(item['description']['text'])}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


# ------------------------------------------------------------------ deciding and doing


def offer(form: forms.Form, items: Iterable[Item], choices: Any) -> None:
    """Add a choice for each item to a form."""
    for item in items:
        label = format_html("{}. {}", item.number, shown(item.description["text"][:200]))
        form.fields[f"item_{item.number}"] = f.choice(label, choices, required=False)


def chosen(form: forms.Form) -> list[dict[str, Any]]:
    """Return what was chosen, as it travels."""
    found = {
        int(name.removeprefix("item_")): value
        for name, value in form.cleaned_data.items()
        if name.startswith("item_") and value
    }
    return [{"number": number, "outcome": found[number]} for number in sorted(found)]


class RemainingForm(forms.Form):
    """Going on although something remains."""

    def __init__(self, items: Iterable[Item], *args: Any, **more: Any) -> None:
        """Name what remains."""
        super().__init__(*args, **more)
        self.numbers = [item.number for item in items]
        self.fields["anyway"] = f.tick(
            _("I know that these items remain, and want to continue"),
            hint=gettext("Not settled so far: %(numbers)s") % {"numbers": _joined(self.numbers)},
        )

    def hold(self, settled: Iterable[int]) -> bool:
        """Tell whether it may go on; if not, the box says why."""
        left = [number for number in self.numbers if number not in set(settled)]
        if not left or self.cleaned_data.get("anyway"):
            return True
        self.add_error(
            "anyway",
            gettext("Items remain: %(numbers)s. Say what became of them, or tick this box.")
            % {"numbers": _joined(left)},
        )
        return False


def _joined(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
