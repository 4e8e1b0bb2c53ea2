"""Free texts of a message, each with the path by which a translation names it."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any


def free_texts(sections: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield path, language and text of every free text, ``grounds/facts``.

    Args:
        sections: of a message, by name; their form is checked.
    """
    for name, value in sections.items():
        yield from _texts(name, value)


def source_of(text: str) -> str:
    """Return the digest that a translation of a text names: SHA-256 of its UTF-8."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _texts(path: str, value: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, Mapping):
        if set(value) == {"lang", "text"}:
            yield path, str(value["lang"]), str(value["text"])
        else:
            for name, member in value.items():
                yield from _texts(f"{path}/{name}", member)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _texts(f"{path}/{number}", member)
