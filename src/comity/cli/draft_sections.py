"""`comity draft sections`: what the sections of a type may say, without asking a node."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, get_args, get_origin

import click

from comity.canonical import MisuseError
from comity.cli.answers import Answer, local_command
from comity.exchange import KNOWN
from comity.exchange.bodies import SECTIONS
from comity.exchange.model_members import is_text, kind_of, model_of, name_of, plain_of
from comity.exchange.values import Model
from comity.node.core.label_files import SECTIONS_FILE, read_label_file

_KINDS: Final = {
    "bool": "true or false",
    "dict": "object",
    "int": "whole number",
    "str": "text",
    "Digest": "digest",
    "Id": "identifier",
    "Kind": "type of identifier",
    "Language": "language",
    "Measure": "measure",
    "Party": "party",
    "Recipient": "age recipient",
    "Text": "text with its language",
    "Time": "moment",
    "Topic": "topic",
}
"""What the types of the models are called."""


@click.command()
@click.argument("message_type", metavar="TYPE")
@local_command
def sections(message_type: str) -> Answer:
    """Explain the sections that a message of TYPE may carry.

    A section or member in brackets may be left out or null. JSON Schemas of the same are in
    spec/schemas/sections.
    """
    row = KNOWN.row(message_type)
    if row is None:
        raise MisuseError(f"there is no type of message {message_type}")
    tables = read_label_file("comity.node.web", file=SECTIONS_FILE)
    found: list[dict[str, Any]] = [
        {
            "section": name,
            "label": tables[name]["section"],
            "required": needed,
            "members": list(_members(SECTIONS[name], tables[name])),
        }
        for name, needed in row.sections.items()
    ]
    return Answer({"type": message_type, "sections": found}, _lines(found))


def _lines(found: list[dict[str, Any]]) -> Iterator[str]:
    for section in found:
        yield f"{_named(section, 'section')}  {section['label']}"
        for member in section["members"]:
            told = f"{_named(member, 'member')}  {member['kind']}: {member['label']}"
            yield f"  {told}{'. ' * bool(member['hint'])}{member['hint']}"


def _named(row: Mapping[str, Any], name: str) -> str:
    return str(row[name]) if row["required"] else f"[{row[name]}]"


def _members(
    model: type[Model], table: Mapping[str, str], path: str = ""
) -> Iterator[dict[str, Any]]:
    """Yield the members of a model, those of its parts after them."""
    for name, member in model.model_fields.items():
        kind, may_be_null, many = kind_of(member.annotation)
        own, inner = f"{path}{name}", model_of(kind)
        if own not in table:  # of a part that only programs write
            continue
        called = _called(kind)
        yield {
            "member": own,
            "required": member.is_required() and not may_be_null,
            "kind": f"list of {called}" if many else called,
            "label": table[own],
            # below a list of parts a form says how to write them one a line
            "hint": "" if many and inner else table.get(f"{own}.hint", ""),
        }
        if inner is not None and not is_text(inner):
            yield from _members(inner, table, f"{own}.")


def _called(kind: Any) -> str:
    """Return what a type is called; one with few values by these."""
    plain = plain_of(kind)
    if is_text(model_of(kind)):
        return _KINDS["Text"]
    named = _KINDS.get(name_of(kind)) or _KINDS.get(getattr(kind, "__name__", ""))
    if named:
        return named
    if get_origin(plain) is Literal:
        return " or ".join(map(str, get_args(plain)))
    return _KINDS.get(getattr(get_origin(plain) or plain, "__name__", ""), "object")
