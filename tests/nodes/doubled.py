"""A node takes in one parcel twice in one commit; prints both receipts. Run as a process."""

import json
import os
import sys
import threading
import time
from pathlib import Path

from tests.faults.kit import LEAVES
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING
from comity.evidence import age, age_keys
from comity.exchange import Section, open_draft, sign_message, write_parcel
from comity.node.core.clock import now
from comity.node.core.django_setup import use_node
from comity.node.core.keystore import load_keys


def main(folder: Path) -> None:
    world = build_world(folder, mode="exercise", ports={ASKING: 1, ASKED: 2}, now=now())
    use_node(world.places[ASKED].config.folder)
    from comity.node.federation import receive_message
    from comity.node.operations.migrate import migrate
    from comity.node.service.handle import command_service

    migrate()
    service = command_service()
    keys = load_keys(world.places[ASKING].config.keys)
    recipients = service.node.directory.recipients(ASKED, at=now())

    def parcel(number: int, known: int | None) -> tuple[bytes, bytes]:
        section = Section(os.urandom(32), {"text": {"lang": "en", "text": f"Note {number}"}})
        draft = open_draft(
            message_type="consultation.note",
            author=ASKING,
            members=(ASKING, ASKED),
            instrument=None,
            sections={"note": section},
            message_id=f"01a20e20-0000-7000-8000-{number:012d}",
            now=now(),
        )
        message = sign_message(draft, [], keys["message"], mode="exercise")
        plain = write_parcel(message.envelope, {"note": section}, known=known)
        parsed = [age_keys.parse_recipient(text) for text in recipients]
        return message.envelope.record, age.seal_bytes(plain, parsed, random=os.urandom)

    first, sealed = parcel(1, None)
    before = receive_message.take(service.node, service.committer, sealed, via="push")
    record, sealed = parcel(2, LEAVES)
    other, filler = parcel(3, LEAVES)
    taken: list[receive_message.Taken] = []

    def take(what: bytes) -> None:
        taken.append(receive_message.take(service.node, service.committer, what, via="push"))

    threads = [threading.Thread(target=take, args=(w,)) for w in (sealed, sealed, filler)]
    committer = service.committer
    gate, begun = threading.Event(), threading.Event()

    def hold(_batch: object) -> None:
        begun.set()
        gate.wait()

    leader = threading.Thread(target=committer.run, args=(hold,))
    leader.start()
    begun.wait()  # while it leads, all three wait, and go into one commit
    for thread in threads:
        thread.start()
    while len(committer._waiting) < len(threads):
        time.sleep(0.01)
    gate.set()
    for thread in (leader, *threads):
        thread.join()
    receipts = [before.receipt.record, *(t.receipt.record for t in taken)]
    told = {
        "messages": [m.decode() for m in (first, record, other)],
        "receipts": [r.decode() for r in receipts],
        "duplicates": sum(t.duplicate for t in taken),
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
