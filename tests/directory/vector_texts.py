"""JSON texts of vectors: a value as it is, with members changed, with one left out."""

from typing import Any

from comity.canonical import encode

type Vector = tuple[str, Any, str]


def text(data: bytes) -> str:
    return data.decode("utf-8")


def changed(value: dict[str, Any], **members: Any) -> str:
    return text(encode({**value, **members}))


def without(value: dict[str, Any], name: str) -> str:
    return text(encode({k: v for k, v in value.items() if k != name}))
