"""Sections of messages in the document of the API: the schema of each, from its model."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from comity.exchange.bodies import SECTIONS
from comity.exchange.sections import MAX_SECTIONS

_MARK: Final = "x-sections"
_PAPER: Final = "paper"
_REFERENCE: Final = "#/components/schemas/"

MessageSections = Annotated[
    dict[str, Any], Field(max_length=MAX_SECTIONS, json_schema_extra={_MARK: "message"})
]
"""Sections of a message, by name; they are checked where the type of the message is known."""

PaperSections = Annotated[
    dict[str, Any], Field(max_length=MAX_SECTIONS, json_schema_extra={_MARK: _PAPER})
]
"""Sections of what came on paper; a letter may ask without naming what entitles it to."""


def section_component(section: str, *, paper: bool = False) -> str:
    """Return what the schema of a section is called in the document."""
    name = "".join(part.capitalize() for part in section.split("-"))
    return f"Section{name}OnPaper" if paper else f"Section{name}"


def section_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas of all sections by their names in the document."""
    found = {}
    named = {section_component(section): section for section in SECTIONS}
    on_paper = section_component("request", paper=True)
    for name, section in {**named, on_paper: "request"}.items():
        template = f"{_REFERENCE}{name}/$defs/{{model}}"
        found[name] = SECTIONS[section].model_json_schema(ref_template=template)
    del found[on_paper]["properties"]["basis"]["minItems"]
    return found


def name_sections(schema: Any) -> None:
    """Put into a schema, wherever sections stand in it, what each section may say."""
    if isinstance(schema, list):
        for one in schema:
            name_sections(one)
    if not isinstance(schema, dict):
        return
    if (kind := schema.pop(_MARK, None)) is not None:
        schema.update(_properties(paper=kind == _PAPER))
        return
    for one in schema.values():
        name_sections(one)


def _properties(*, paper: bool) -> Mapping[str, Any]:
    named = {
        section: section_component(section, paper=paper and section == "request")
        for section in SECTIONS
    }
    return {
        "properties": {section: {"$ref": f"{_REFERENCE}{name}"} for section, name in named.items()},
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
    }
