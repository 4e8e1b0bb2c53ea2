"""A node's settings with the register of `COMITY_TEST_DATABASE`, for tests in one process."""

import os
from pathlib import Path

from comity.node.core.config import NodeConfig
from comity.node.core.postgresql.place import register_in
from comity.node.site.settings import *  # noqa: F403 - that is what settings are

DATABASES = {
    "default": register_in(
        NodeConfig(
            folder=Path(),
            party="xx/tests",
            mode="exercise",
            database=os.environ["COMITY_TEST_DATABASE"],
        )
    )
}
