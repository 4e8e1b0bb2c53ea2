"""What is said to try an act: who does it, what its address names, what is sent."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

type Things = Mapping[str, str]
"""What stands at the node, by name: see `tests.api.things.things`."""
type Made = Mapping[str, Any]
"""The things, and what `Sample.first` returned."""


def _nothing(_made: Made) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One call of an act that is done.

    Attributes:
        who: name of the account, one of `tests.api.nodes.ROLES`.
        place: what the address names.
        said: members of the input.
        first: makes in the node's own process what the act is about; returns more things.
        again: whether the same call can be done twice; else the second is refused.
    """

    who: str
    place: Callable[[Made], Mapping[str, Any]] = _nothing
    said: Callable[[Made], Mapping[str, Any]] = _nothing
    first: Callable[[Made], Mapping[str, Any]] = _nothing
    again: bool = False


@cache
def samples() -> dict[str, Sample]:
    """Return the sample of every act, by its name."""
    found: dict[str, Sample] = {}
    for one in pkgutil.iter_modules([str(Path(__file__).parent / "samples")]):
        found |= importlib.import_module(f"tests.actions.samples.{one.name}").SAMPLES
    return found
