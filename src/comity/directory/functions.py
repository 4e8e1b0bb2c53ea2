"""What a party is, as its directory entry says (spec 12.3).

Written by `python -m comity.spec` from spec/registry/names.toml: edit that file.
"""

from typing import Final

FUNCTIONS: Final = (
    "central-authority",
    "contact-point",
    "prosecutor",
    "court",
    "police",
    "provider",
    "secretariat",
)
