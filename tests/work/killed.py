"""``python -m tests.work.killed DIR PARTNER WHEN``: write a draft, and die before or after its row.

Without WHEN the draft is written whole.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from comity.node.core.django_setup import use_node


def main() -> None:
    """Write one draft."""
    use_node(Path(sys.argv[1]))
    from comity.node.core import prepared_sql
    from comity.node.messages import drafts
    from comity.node.service.handle import command_service
    from comity.node.site.wiring import connect

    connect()
    service, partner, when = command_service(), sys.argv[2], sys.argv[3]
    upsert = prepared_sql.upsert

    def dies(*rows: Any) -> None:
        if rows[0]._meta.model_name == "workitem":
            if when == "after":
                upsert(*rows)
            os.kill(os.getpid(), signal.SIGKILL)
        upsert(*rows)

    if when:
        prepared_sql.upsert = dies
    drafts.prepare(
        service.node,
        message_type="consultation.note",
        values={"note": {"text": {"lang": "en", "text": "A note."}}},
        by="officer",
        members=(partner,),
    )


if __name__ == "__main__":
    main()
