"""What a template tells the officer who begins a request: beside the form, and in its first values.

A template fills in how urgent and how confidential such a request usually is, and nothing that an
officer has to know. An unknown key shows no hints.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from comity.instruments import InstrumentError, Library
from comity.instruments.templates import OWNER, Template, initial, templates
from comity.node.core.law_library import lawbook
from comity.node.core.node import Node
from comity.node.law.wording import Said, say


@dataclass(frozen=True)
class Hints:
    """What stands beside the form.

    Attributes:
        chosen: key of the template, or empty.
        choices: key and title of every template.
        title: of the one that was chosen.
        about: what such cases are.
        clock: steps against the clock, each with its hours, 0 for at once.
        lists: name of a list to its lines.
        first: first values of the form.
    """

    chosen: str
    choices: list[tuple[str, Said]]
    title: Said | None
    about: Said | None
    clock: list[tuple[Said, int]]
    lists: Mapping[str, list[Said]]
    first: dict[str, Any]

    @property
    def unreviewed(self) -> bool:
        """Return whether wording stands in it that nobody reviewed."""
        lines = [line for lines in self.lists.values() for line in lines]
        told = [self.title, self.about, *(line for line, _hours in self.clock), *lines]
        return not all(said.reviewed for said in told if said)


def hints(node: Node, request: HttpRequest) -> Hints:
    """Return the hints of the template that a request for a page names."""
    library = lawbook(node.config).library
    try:
        found = templates(library)
    except InstrumentError:  # an office's own template is broken: `comity law lint` names it
        found = {}
    choices = [(key, say(library, OWNER, f"titles.{key}")) for key in found]
    one = found.get(request.GET.get("template", ""))
    if one is None:
        return Hints("", choices, None, None, [], {}, {})
    title, about = (say(library, OWNER, f"{table}.{one.key}") for table in ("titles", "about"))
    clock = [(say(library, OWNER, f"clocks.{step.key}"), step.hours) for step in one.clock]
    return Hints(one.key, choices, title, about, clock, _lists(library, one), initial(one))


def _lists(library: Library, one: Template) -> dict[str, list[Said]]:
    return {
        "measures": [say(library, None, f"measures.{key}") for key in one.measures],
        "identifiers": [say(library, None, f"identifiers.{key}") for key in one.identifiers],
        "prompts": [say(library, OWNER, f"prompts.{key}") for key in one.prompts],
        "forgotten": [say(library, OWNER, f"forgotten.{key}") for key in one.forgotten],
    }
