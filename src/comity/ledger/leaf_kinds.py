"""What an entry of a log can be of (spec 10).

Written by `python -m comity.spec` from spec/registry/names.toml: edit that file.
"""

from typing import Final

KINDS: Final = frozenset(
    {
        "message.sent",
        "message.received",
        "receipt.received",
        "directory.snapshot",
        "officer.certified",
        "evidence.sealed",
        "evidence.opened",
        "evidence.served",
        "evidence.destroyed",
        "domestic.note",
        "epoch.opened",
        "audit.anchored",
    }
)
