"""What hostile partners do at real nodes: forge, send again, and change what was offered.

Each is done with what such a partner has: a forger has no key of anybody, who sends again has what
was once sent, who changes a package has its own disk. What the team's node made of it is told.
"""

import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from comity.canonical import PeerError, decode_loose, new_id
from comity.demo.world import Place
from comity.directory.store import DirectoryStore
from comity.evidence import age, age_keys
from comity.exchange import Section
from comity.exchange.compose import open_draft
from comity.exchange.message import sign_message
from comity.exchange.sections import write_parcel
from comity.hall.bodies import Words, sections_of
from comity.http import Client
from comity.keys import PrivateKey
from comity.keys.http import HttpRequest, sign_request
from comity.node.core.clock import now_at, real_now

MESSAGES: Final = "/exchange/v1/messages"
_TIMEOUT_S: Final = 20.0
_MAX_PROBLEM_BYTES: Final = 16384


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What a node made of a hostile act.

    Attributes:
        status: of HTTP.
        code: of the problem, or empty.
    """

    status: int
    code: str


def forge(claimed: Place, victim: Place, words: Words) -> Answered:
    """Send an opening message in somebody's name, signed and carried by keys that nobody lists.

    Args:
        claimed: in whose name.
        victim: to whom.
        words: what it says.
    """
    config, moment = claimed.config, now_at(claimed.config.clock_file)
    stranger = PrivateKey.from_seed(os.urandom(32))
    sections = {
        name: Section(os.urandom(32), value)
        for name, value in sections_of("request.submitted", words).items()
    }
    draft = open_draft(
        message_type="request.submitted",
        author=claimed.party,
        members=(claimed.party, victim.party),
        instrument=None,
        sections=sections,
        message_id=new_id(moment, os.urandom(10)),
        now=moment,
    )
    signed = sign_message(draft, [], stranger, mode=config.mode)
    directory = DirectoryStore.open(config.directory).load()
    recipients = [
        age_keys.parse_recipient(text) for text in directory.recipients(victim.party, at=moment)
    ]
    parcel = write_parcel(signed.envelope, sections, known=None)
    body = age.seal_bytes(parcel, recipients, random=os.urandom)
    url = directory.entry(victim.party).endpoint.url or ""
    asked = HttpRequest(
        "POST", urlsplit(url).path + MESSAGES, "?", body, claimed.party, victim.party
    )
    headers = sign_request(
        asked, stranger, mode=config.mode, now=real_now(), nonce=secrets.token_urlsafe(16)
    )
    client = Client(connect_s=_TIMEOUT_S, step_s=_TIMEOUT_S)
    try:
        with client.stream("POST", url + MESSAGES, body=body, headers=headers) as answer:
            return Answered(status=answer.status, code=code_of(answer.read(_MAX_PROBLEM_BYTES)))
    finally:
        client.close()


def replay(sender: Place, victim: Place, conversation: str) -> Answered:
    """Send the sender's last message in a conversation once more, as it was delivered before."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(sender.config.folder), victim.party, conversation],
        capture_output=True,
        check=True,
    )
    return Answered(**json.loads(done.stdout))


def spoil(sender: Place, root: str) -> None:
    """Change one byte of a package that lies at its sender.

    Args:
        sender: whose disk it is.
        root: hex.
    """
    path = sender.config.vault / "packages" / root
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))


def code_of(body: bytes) -> str:
    """Return the code of a problem; empty if the answer is none."""
    try:
        found = decode_loose(body, max_bytes=_MAX_PROBLEM_BYTES)
    except PeerError:
        return ""
    return str(found.get("code", ""))


def _again(folder: Path, victim: str, conversation: str) -> Answered:
    """Be the sender's node for one more delivery."""
    from comity.node.core.django_setup import use_node

    use_node(folder)
    from comity.node.core.node import this_node
    from comity.node.core.partner_http import PartnerClient
    from comity.node.federation.delivery import sealed_parcel
    from comity.node.models import MessageRow

    node = this_node()
    own = MessageRow.objects.filter(conversation=conversation, outgoing=True)
    row = own.order_by("sequence").last()
    if row is None:
        return Answered(status=0, code="")
    sealed = sealed_parcel(node, row, victim)
    answer = PartnerClient(node).call(victim, "POST", MESSAGES, body=sealed)
    return Answered(status=answer.status, code=code_of(answer.body))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(vars(_again(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))))
