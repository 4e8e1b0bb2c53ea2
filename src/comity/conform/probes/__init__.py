"""The probes, one module a family; importing a module registers its probes."""

import importlib
from typing import Final

MODULES: Final = (
    "values",
    "signatures",
    "transport",
    "addresses",
    "quotas",
    "messages",
    "sections",
    "conversations",
    "order",
    "answers",
    "approvals",
    "second_signatures",
    "passkeys",
    "receipts",
    "log",
    "log_reading",
    "directory",
    "packages",
    "node_packages",
    "solutions",
    "files",
    "epochs",
    "sending",
    "sending_assistance",
    "refusals",
    "node_receipts",
    "problems",
)


def load() -> None:
    """Register every probe; a second call does nothing."""
    for name in MODULES:
        importlib.import_module(f"comity.conform.probes.{name}")
