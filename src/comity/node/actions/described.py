"""Acts as data for programs that load no Django: the command line is made from this.

`scripts/actions.py` writes it to ``comity/client/actions.json``; a test compares the two.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from comity.node.actions.action import Action

_KINDS: Final = {"string": "text", "integer": "integer", "boolean": "flag", "array": "list"}


def describe(actions: Iterable[Action]) -> list[dict[str, Any]]:
    """Return each act that has a command, by name: what it is called with, and what it does."""
    rows = [_row(one) for one in actions if one.command]
    return sorted(rows, key=lambda row: str(row["name"]))


def _row(action: Action) -> dict[str, Any]:
    return {
        "name": action.name,
        "command": action.command,
        "example": action.example,
        "method": action.method,
        "path": action.path,
        "help": " ".join(action.help.split()),
        "right": str(action.right),
        "asks": action.asks,
        "place": [_place(name, kind) for name, kind in action.place.items()],
        "members": list(_members(action)),
        "least": _least(action),
    }


def _least(action: Action) -> int:
    """Return how many members must be given, which one does not matter."""
    model = action.input
    return int(model.model_json_schema().get("minProperties", 0)) if model is not None else 0


def _place(name: str, kind: Any) -> dict[str, Any]:
    schema = TypeAdapter(kind).json_schema()
    found = _member(name, schema, schema, required=True)
    return {**found, "kind": "number"} if found["kind"] == "integer" else found


def _members(action: Action) -> Iterator[dict[str, Any]]:
    """Yield what is said of each member of the input."""
    if action.input is None:
        return
    whole = action.input.model_json_schema()
    required = set(whole.get("required", ()))
    for name, given in whole.get("properties", {}).items():
        yield _member(name, given, whole, required=name in required)


def _member(
    name: str, given: Mapping[str, Any], whole: Mapping[str, Any], *, required: bool
) -> dict[str, Any]:
    """Return what an option or argument needs.

    A model says in ``json_schema_extra`` what its schema does not: ``x-file`` that the text is that
    of a file, ``x-option`` the name on the command line, ``x-day`` that a day may stand for its
    end, ``x-default`` what is meant without the option.
    """
    schema = _resolved(given, whole)
    inner = _resolved(schema.get("items", {}), whole)
    told = {
        "name": name,
        "kind": "file" if given.get("x-file") else _kind(schema),
        "required": required,
        "help": given.get("description", ""),
        "choices": [str(one) for one in schema.get("enum") or inner.get("enum") or ()],
        "of": _kind(inner) if inner else "",
        "option": given.get("x-option", ""),
        "day": given.get("x-day", False),
        "default": given.get("x-default"),
    }
    return {key: value for key, value in told.items() if value}  # the reader knows what is usual


def _kind(schema: Mapping[str, Any]) -> str:
    if schema.get("format") == "date-time":
        return "moment"
    if set(schema.get("properties", ())) == {"lang", "text"}:
        return "words"
    return _KINDS.get(schema.get("type", ""), "json")


def _resolved(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema without reference and without ``null`` beside it."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return _resolved(whole["$defs"][name], whole)
    others = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(others) == 1:
        return _resolved(others[0], whole)
    if "const" in schema:
        return {**schema, "enum": [schema["const"]]}
    return schema
