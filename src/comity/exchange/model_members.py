"""Members of models taken apart: which type, whether it may be null, whether it is a list.

Forms, pages and templates are made from the models by this, so that no second list of members
exists.
"""

from types import UnionType
from typing import Any, TypeAliasType, Union, get_args, get_origin

from comity.exchange.values import Model, Text


def kind_of(annotation: Any) -> tuple[Any, bool, bool]:
    """Return the type of a member, whether it may be null, and whether it is a list."""
    found, optional = annotation, False
    if get_origin(found) in (UnionType, Union):
        optional = type(None) in get_args(found)
        found = next(one for one in get_args(found) if one is not type(None))
    plain = plain_of(found)
    many = get_origin(plain) is list
    return (get_args(plain)[0] if many else found), optional, many


def name_of(kind: Any) -> str:
    """Return the name of a named type of the bodies, or empty."""
    return kind.__name__ if isinstance(kind, TypeAliasType) else ""


def model_of(kind: Any) -> type[Model] | None:
    """Return the type where it is a model of its own, else None."""
    return kind if isinstance(kind, type) and issubclass(kind, Model) else None


def is_text(model: type[Model] | None) -> bool:
    """Tell whether a model is free text that says its language, whatever its length."""
    return model is not None and model.model_fields.keys() == Text.model_fields.keys()


def plain_of(kind: Any) -> Any:
    """Return a type without its name and constraints."""
    while True:
        named = get_origin(kind)
        if isinstance(kind, TypeAliasType):
            kind = kind.__value__
        elif isinstance(named, TypeAliasType):  # one that takes types, as `Ascending[Item]`
            kind = named.__value__[get_args(kind)]
        elif hasattr(kind, "__metadata__"):
            kind = get_args(kind)[0]
        else:
            return kind
