"""A node's log as of an office that has worked for long: ``python -m tests.nodes.log_filling DIR``.

The first epoch gets `FIRST` entries, the second, opened as a node does it, `SECOND` with the
statement that opens it and the anchor over its audit row.
"""

import os
import sys
from pathlib import Path

from comity.node.core.django_setup import use_node

FIRST = 600
SECOND = 4


def main() -> None:
    use_node(Path(sys.argv[1]))
    from comity.canonical import digest, digest_text
    from comity.node.core.clock import now
    from comity.node.core.node import this_node
    from comity.node.log.epochs import open_epoch
    from comity.node.log.group_commit import Committer
    from comity.node.log.store import Batch

    node = this_node()
    committer = Committer(node)
    committer.open()

    def grow(count: int) -> None:
        def work(batch: Batch) -> None:
            for number in range(count):
                record = digest_text(digest("record", b"%d" % number))
                salt = os.urandom(32)
                batch.append(salt=salt, kind="domestic.note", time=now(), record=record)

        committer.run(work)

    grow(FIRST)
    open_epoch(node, committer, newest=None, reason="migration", at=now())
    grow(SECOND - 2)


if __name__ == "__main__":
    main()
