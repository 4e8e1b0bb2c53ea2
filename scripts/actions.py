"""Write src/comity/client/actions.json from the table of actions, for the command line."""

import json
import os
import sys
import tempfile
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "src" / "comity" / "client" / "actions.json"


def text() -> str:
    """Return the file's text; needs Django set up."""
    from comity.node.actions.described import describe
    from comity.node.site.actions import ACTIONS

    rows = (json.dumps(row, ensure_ascii=False) for row in describe(ACTIONS))
    return "[\n" + ",\n".join(rows) + "\n]\n"  # one line an act


def set_up(folder: Path) -> None:
    """Set Django up for a node that is not there."""
    import django

    from comity.node.core.config import NodeConfig

    (folder / "secret").write_text("s" * 64, "ascii")
    NodeConfig(folder=folder, party="aa/contact-point", mode="exercise").write()
    os.environ |= {
        "COMITY_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "comity.node.site.settings",
    }
    django.setup()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder))
        made = text()
    if sys.argv[1:] == ["--check"]:
        sys.exit(DATA.read_text("utf-8") != made)
    DATA.write_text(made, "utf-8")
