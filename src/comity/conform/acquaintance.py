"""Whether the node under test knows the scripted peer; without that no probe says anything."""

import shlex
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final

from comity.canonical import MisuseError
from comity.conform.bench import Bench
from comity.conform.folder import PeerFolder
from comity.conform.peer import Peer
from comity.conform.wire import Answer

ASKED: Final = "/exchange/v1/epochs"
CLOCK_S: Final = 300
_STRANGER: Final = frozenset({"transport-signature", "party-unknown", "key-unknown"})
_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def check_acquaintance(bench: Bench, folder: PeerFolder) -> None:
    """Send one signed request of each party of the kit; return if the node takes them all.

    Args:
        bench: of the run.
        folder: of the kit's keys.

    Raises:
        MisuseError: the node refuses one as a stranger's, or there is no node at the address; the
            text says why, and what to type.
    """
    for peer in bench.peers.values():
        answer = peer.ask("GET", ASKED)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise MisuseError(
                f"{bench.wire.origin}{bench.wire.base} has no {ASKED}, so there is no node of"
                " comity/1 at this address. Try: --node with the address in the node's entry"
            )
        if answer.status in _REFUSED or answer.code in _STRANGER:
            raise MisuseError(_told(bench, peer, answer, folder.for_the_node))


def _told(bench: Bench, peer: Peer, answer: Answer, give: Path) -> str:
    what = f"{bench.node} refuses the requests of {peer.party} ({answer.words()})"
    apart_s = _clocks_apart(answer)
    if abs(apart_s) > CLOCK_S:
        return (
            f"{what} because its clock is {apart_s:+.0f} s from the one of this machine, and 300 s"
            " are allowed. Try: set both clocks, and run the kit again"
        )
    trust, records = (shlex.quote(str(give / name)) for name in ("trust.json", "directory.json"))
    return (
        f"{what} because it does not know the peer, or knows it by the keys of another folder."
        f" Try, where NODE is the folder of a Comity node: comity directory trust NODE/directory"
        f" --add {trust} && comity directory import NODE/directory {records} (if a State is pinned"
        " to other keys already, run the kit with the folder that was given to the node)"
    )


def _clocks_apart(answer: Answer) -> float:
    """Return the seconds between the node's clock, as HTTP tells it, and ours."""
    try:
        told = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return 0
    if told.tzinfo is None:
        return 0
    return (told - datetime.now(UTC)).total_seconds()
