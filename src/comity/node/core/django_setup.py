"""Making Django ready for a node's folder, in a command or a test."""

import os
from pathlib import Path

import django

from comity.node.core.config import VARIABLE


def use_node(folder: Path) -> None:
    """Let this process be the node of a folder; once for each process."""
    os.environ[VARIABLE] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "comity.node.site.settings"
    django.setup()
