"""What tests of identifiers share: the codes of warnings and of a refusal."""

from collections.abc import Mapping

import pytest

from comity.instruments.identifiers import Identifier, IdentifierError, parse


def codes(found: Identifier) -> list[str]:
    """Return the codes of an identifier's warnings."""
    return [notice.code for notice in found.warnings]


def refusal(type: str, value: str | Mapping[str, object]) -> str:
    """Return the code with which a value is refused."""
    with pytest.raises(IdentifierError) as caught:
        parse(type, value)
    return caught.value.code
