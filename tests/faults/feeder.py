"""An office at work beside its node: it answers what came, and opens new conversations.

``python -m tests.faults.feeder DIR PARTNER``: each line on standard input is a number of messages
to write; for each that was queued, so durable, its record digest comes out.
"""

import itertools
import sys
from pathlib import Path

from comity.node.core.django_setup import use_node


def main() -> None:
    """Write messages until the input ends."""
    use_node(Path(sys.argv[1]))
    from comity.node.messages import drafts
    from comity.node.models import Conversation, MessageRow
    from comity.node.service.handle import command_service

    service, partner = command_service(), sys.argv[2]
    answered: set[str] = set()
    count = itertools.count(1)

    def unanswered() -> str | None:
        """Return a conversation of the partner's that has no word of ours yet."""
        rows = Conversation.objects.filter(opener=partner).order_by("opened_at")
        return next((row.digest for row in rows if row.digest not in answered), None)

    def write(conversation: str | None) -> MessageRow:
        note = {"note": {"text": {"lang": "en", "text": f"number {next(count)}"}}}
        row = drafts.prepare(
            service.node,
            message_type="consultation.note",
            values=note,
            by="officer",
            conversation=conversation,
            members=() if conversation else (partner,),
        )
        return drafts.queue(service.node, service.committer, row.id, by="officer")

    for line in sys.stdin:
        for number in range(int(line)):
            conversation = unanswered() if number % 2 else None
            if conversation is not None:
                answered.add(conversation)
            try:
                sent = write(conversation)
            except drafts.DraftStaleError:
                sent = write(conversation)
            sys.stdout.write(f"{sent.record}\n")
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
