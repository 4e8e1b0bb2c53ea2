"""What can happen to an exhibit (spec 15.4).

Written by `python -m comity.spec` from spec/registry/names.toml: edit that file.
"""

from typing import Final

EVENTS: Final = (
    "acquired",
    "derived",
    "sealed",
    "offered",
    "received",
    "opened",
    "reverified",
    "extracted",
    "copied",
    "redacted",
    "held",
    "hold-lifted",
    "exported",
    "returned",
    "destroyed",
)
BEFORE_SEALING: Final = ("acquired", "derived")
ATTESTED: Final = ("acquired", "derived", "destroyed")
HANDOVERS: Final = ("offered", "received", "returned", "destroyed")
NAMING: Final = ("derived", "extracted", "copied")
"""Events that must name another exhibit; ``redacted`` may."""
