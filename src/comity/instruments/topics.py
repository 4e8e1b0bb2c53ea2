"""What States may help each other with, as an instrument's folder lists it: topics.toml."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.instruments.errors import LawDuplicateError, LawMemberError, LawTextMissingError
from comity.instruments.library import Library
from comity.instruments.model import CONFIDENCES
from comity.instruments.table import rows

FILE: Final = "topics.toml"
_NAME: Final = "topic"


@dataclass(frozen=True)
class Topic:
    """A subject of assistance.

    Attributes:
        instrument: whose folder lists it.
        key: its name on the wire.
        cite: where it stands.
        confidence: how sure the citation is; none is verified by a word in the data.
    """

    instrument: str
    key: str
    cite: tuple[str, ...]
    confidence: str


def topics(library: Library) -> dict[str, Topic]:
    """Return the topics of all instruments, in the order of their files.

    Raises:
        LawMemberError: a file breaks the format.
        LawDuplicateError: one key stands in two places; on the wire it would mean two things.
    """
    found: dict[str, Topic] = {}
    for instrument in library.instruments:
        for topic in _of(library, instrument):
            if topic.key in found:
                file = f"{instrument}/{FILE}"
                raise LawDuplicateError(f"{file}: {topic.key} twice", file=file, key=topic.key)
            found[topic.key] = topic
    return found


def keys_of(library: Library, instrument: str) -> tuple[str, ...]:
    """Return the keys of one instrument's topics."""
    return tuple(topic.key for topic in _of(library, instrument))


def topic_name(library: Library, key: str, lang: str) -> str:
    """Return a topic in words; one that the library does not know, by its key."""
    topic = topics(library).get(key)
    if topic is None:
        return key
    try:
        return library.text(topic.instrument, f"topics.{key}", lang).text
    except LawTextMissingError:
        return key


def _of(library: Library, instrument: str) -> Iterator[Topic]:
    file = f"{instrument}/{FILE}"
    for table in library.tables(file):
        foreign = sorted(set(table) - {_NAME})
        if foreign:
            raise LawMemberError(f"{file}: unknown table", file=file, key=foreign[0][:64])
        for row in rows(table.get(_NAME), _NAME, file=file):
            key = row.name()
            if row.flag("verified"):
                raise row.fault("verified by a word in the data: two signatures beside it are due")
            cite, sure = row.cites(), row.choice("confidence", CONFIDENCES)
            row.done()
            yield Topic(instrument, key, cite, sure)
