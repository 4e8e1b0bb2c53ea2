"""Comity: sovereign nodes through which States ask, answer, preserve, hand over and prove.

What another program may use is listed in ``__all__`` and told in docs/reference/python.md; a name
is loaded when it is first used.

Rooms in reading order: `canonical`, `keys`, `ledger`, `exchange`, `evidence` (pure),
`directory`, `files`, `node`, `cli` (the shell around them).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comity.public import (
        ComityError,
        Comparison,
        Library,
        MisuseError,
        OpenReport,
        OperationError,
        PartReport,
        PeerError,
        Report,
        SealReport,
        SignedOffer,
        Statement,
        TrustFile,
        compare,
        generate_identity,
        list_package,
        open_package,
        read_bundle,
        read_law,
        read_offer,
        read_trust,
        seal,
        verify,
    )

__version__ = "0.1.0"
__all__ = [
    "ComityError",
    "Comparison",
    "Library",
    "MisuseError",
    "OpenReport",
    "OperationError",
    "PartReport",
    "PeerError",
    "Report",
    "SealReport",
    "SignedOffer",
    "Statement",
    "TrustFile",
    "__version__",
    "compare",
    "generate_identity",
    "list_package",
    "open_package",
    "read_bundle",
    "read_law",
    "read_offer",
    "read_trust",
    "seal",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: a command starts without what it does not need."""
    if name in __all__:
        return getattr(import_module("comity.public"), name)
    raise AttributeError(f"module 'comity' has no attribute {name!r}")
