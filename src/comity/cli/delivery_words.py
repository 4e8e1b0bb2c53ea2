"""Why a message did not arrive, as a command says it: a sentence before the code."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_WHY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "addressee-keyless": "the directory has no valid key of the partner",
        "code-unknown": "the partner gave a code that is not known here",
        "partner-busy": "the partner asked to wait",
        "partner-heard": "the last attempt failed, but the partner has been in contact since",
        "partner-refused": "the partner refused it",
        "partner-unreachable": "the partner does not answer",
    }
)


_ANSWERING: Final = ("partner-busy", "partner-heard", "partner-refused")


def is_answering(fault: str) -> bool:
    """Tell whether a delivery failed although the partner does answer, or was heard since.

    Args:
        fault: code as the API gives it; after a colon stands what the partner said.
    """
    return fault.startswith(_ANSWERING)


def why_undelivered(fault: str) -> str:
    """Return why a delivery failed: what is known as a sentence, any other code in brackets.

    Args:
        fault: code as the API gives it; after a colon stands what the partner said.
    """
    known = [_WHY[part] for part in fault.split(": ") if part in _WHY]
    codes = [f"[{part}]" for part in fault.split(": ") if part and part not in _WHY]
    return " ".join([", ".join(known), *codes]).strip()
