"""The digest that names the current edition of the registry of types (spec 7.6).

Written by `python -m comity.spec` from spec/registry/editions.toml: edit that file.
"""

from typing import Final

EDITION_DIGEST: Final = "sha256:3cc9bcd6c520b9158953d58f5ed0f7daa6e0a1c3d0477e0218d967b235ffb605"
