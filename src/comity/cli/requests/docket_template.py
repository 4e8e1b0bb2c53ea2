"""A file to fill in for an act of the docket, written from the model of what the act says."""

from collections.abc import Iterator
from typing import Any, Final, Literal, get_args, get_origin

from comity.docket.acts import Act
from comity.exchange.values import Model, kind_of, model_of, name_of, plain_of

_EXAMPLES: Final = {
    "Count": ("0", "a whole number"),
    "Country": ('""', "two small letters, for example za"),
    "Digest": ('""', "sha256: and 64 hexadecimal digits"),
    "Id": ('""', "identifier of an item: comity docket list"),
    "Language": ('"en"', "language tag, for example en or zh-Hans"),
    "Long": ('""', "text"),
    "Party": ('""', "as the directory names it, for example za/central"),
    "Short": ('""', "at most 300 characters"),
    "Time": ('""', "UTC, for example 2026-05-01T12:00:00Z"),
}
_DEEPEST: Final = 4


def template(act: Act) -> str:
    """Return the TOML of an act with a comment for each member.

    What may be left out stands behind a ``#``; an empty value is refused by the node, so that
    nothing is sent half filled in.
    """
    lines = [f"# {act.name}: {_sentence(act.body)}", "# Lines with # may stay as they are.", ""]
    lines += _model(act.body, path="", depth=0)
    return "\n".join(lines) + "\n"


def complete(act: Act, said: dict[str, Any]) -> dict[str, Any]:
    """Return what a file says with null for every member that may be left out, as JSON needs it."""
    return _completed(act.body, said, 0)


def _completed(model: type[Model], said: dict[str, Any], depth: int) -> dict[str, Any]:
    found = dict(said)
    for name, field in model.model_fields.items():
        kind, optional, many = kind_of(field.annotation)
        inner = model_of(kind)
        if name not in found and (optional or many):
            found[name] = None if optional else []
        elif inner and depth < _DEEPEST and isinstance(found.get(name), dict):
            found[name] = _completed(inner, found[name], depth + 1)
        elif inner and depth < _DEEPEST and isinstance(found.get(name), list):
            found[name] = [
                _completed(inner, one, depth + 1) if isinstance(one, dict) else one
                for one in found[name]
            ]
    return found


def _sentence(model: type[Model]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def _model(model: type[Model], *, path: str, depth: int) -> Iterator[str]:
    """Yield plain members first: in TOML a table goes on until the next one."""
    nested: list[str] = []
    for name, field in model.model_fields.items():
        kind, optional, many = kind_of(field.annotation)
        inner = model_of(kind)
        if inner and depth < _DEEPEST:
            nested += _table(inner, f"{path}{name}", optional=optional, many=many, depth=depth)
            continue
        value, about = _example(kind)
        value = f"[{value}]" if many else value
        off = "# " if optional else ""
        yield f"{off}{name} = {value}  # {about}{', may be left out' if optional else ''}"
    yield from nested


def _table(
    kind: type[Model], path: str, *, optional: bool, many: bool, depth: int
) -> Iterator[str]:
    off = "# " if optional or many else ""
    yield ""
    if many:
        yield f"# {_sentence(kind)} Repeat the table for each; none is allowed where none is meant."
    elif optional:
        yield f"# {_sentence(kind)} May be left out."
    yield f"{off}[[{path}]]" if many else f"{off}[{path}]"
    for line in _model(kind, path=f"{path}.", depth=depth + 1):
        yield f"{off}{line}" if line and not line.startswith("#") else line


def _example(kind: Any) -> tuple[str, str]:
    if name_of(kind) in _EXAMPLES:
        return _EXAMPLES[name_of(kind)]
    plain = plain_of(kind)
    if plain is bool:
        return "false", "true or false"
    if plain is int:
        return "0", "a whole number"
    if plain is dict:
        return "{}", "a table"
    if get_origin(plain) is Literal:
        codes = get_args(plain)
        if codes == (True,):
            return "false", "must be true"
        return '""', "one of: " + ", ".join(map(str, codes))
    return '""', "text"
