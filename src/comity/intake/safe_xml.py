"""XML of other people: read forwards, without document type, entities or anything from elsewhere.

Source: XML 1.0 section 2.8 (a document type can define entities); CWE-776 and CWE-611.
"""

from collections.abc import Callable, Mapping
from typing import Final
from xml.parsers import expat

from comity.intake.errors import OriginalMalformedError

MAX_DEPTH: Final = 200
MAX_ELEMENTS: Final = 5_000_000
_PIECE_BYTES: Final = 64 * 1024

type Start = Callable[[str, Mapping[str, str]], None]


class StoppedError(Exception):
    """A reader of ours has enough; it is no fault."""


def read_xml(
    data: bytes,
    *,
    start: Start,
    end: Callable[[str], None] = lambda _name: None,
    text: Callable[[str], None] = lambda _text: None,
) -> None:
    """Call back for every element.

    Args:
        data: untrusted.
        start: takes an element's name, without name space, and its attributes, alike.
        end: takes the name.
        text: takes the letters in between.

    Raises:
        OriginalMalformedError: no XML, too deep, or with a document type.
    """
    depth = count = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise OriginalMalformedError("XML is nested deeper, or longer, than is read")
        start(_local(name), {_local(key): value for key, value in attributes.items()})

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(_local(name))

    def refused(*_told: object) -> None:
        raise OriginalMalformedError("XML has a document type, which may define entities")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refused
    parser.EntityDeclHandler = refused
    try:
        for at in range(0, len(data), _PIECE_BYTES):
            parser.Parse(data[at : at + _PIECE_BYTES], False)
        parser.Parse(b"", True)
    except StoppedError:
        return
    except (expat.ExpatError, ValueError, LookupError):
        raise OriginalMalformedError("a part is no well-formed XML") from None


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
