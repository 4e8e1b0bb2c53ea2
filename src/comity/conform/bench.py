"""What the probes of one run share: the peers, the node, and conversations made on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from comity.conform.endpoint import Endpoint
from comity.conform.expectations import expect_receipt
from comity.conform.folder import ABROAD, PARTIES, PEER, SILENT, THIRD, PeerFolder
from comity.conform.letters import Letter
from comity.conform.model import SkippedError
from comity.conform.operator import Carrier, Operator
from comity.conform.peer import Memory, Peer, Sent, Talk
from comity.conform.texts import note
from comity.conform.wire import Wire
from comity.directory import Directory, Entry
from comity.exchange import CheckedReceipt, parse_message
from comity.keys import jws


@dataclass
class Bench:
    """Everything a probe works with.

    Attributes:
        node: the party under test.
        directory: with its records and the peer's.
        wire: to it.
        peers: the scripted parties by name.
        endpoint: where the node reaches them; not served where it cannot.
        operator: makes the node send, or None.
        carrier: brings exchange files to the node and back, or None.
        kept: what probes leave for later ones.
    """

    node: str
    directory: Directory
    wire: Wire
    peers: Mapping[str, Peer]
    endpoint: Endpoint
    operator: Operator | None = None
    carrier: Carrier | None = None
    kept: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def make(
        cls,
        folder: PeerFolder,
        directory: Directory,
        *,
        node: str,
        url: str,
        operator: Operator | None = None,
        carrier: Carrier | None = None,
    ) -> "Bench":
        """Return a bench for a node; nothing is sent and nothing served yet."""
        wire = Wire(url, directory.entry(node).endpoint.tls_certificate)
        memory = Memory(folder.memory / node.replace("/", "-"))
        peers = {
            party: Peer(
                party,
                node,
                keys=folder.keys(party),
                wire=wire,
                directory=directory,
                memory=memory,
            )
            for party in PARTIES
        }
        tls = folder.folder if folder.url.startswith("https") else None
        endpoint = Endpoint(peers, folder.url, tls=tls)
        made = cls(node, directory, wire, peers, endpoint, operator, carrier)
        if made.peer.known is not None:
            made.kept["known"] = made.peer.known
        return made

    @property
    def peer(self) -> Peer:
        """Return the party that speaks in most probes."""
        return self.peers[PEER]

    @property
    def third(self) -> Peer:
        """Return the party that sits in conversations of more than two."""
        return self.peers[THIRD]

    @property
    def silent(self) -> Peer:
        """Return the party without an address."""
        return self.peers[SILENT]

    @property
    def abroad(self) -> Peer:
        """Return the party of another State."""
        return self.peers[ABROAD]

    @property
    def entry(self) -> Entry:
        """Return the node's newest entry."""
        return self.directory.entry(self.node)

    def need_operator(self) -> Operator:
        """Return the operator.

        Raises:
            SkippedError: there is none.
        """
        if self.operator is None:
            raise SkippedError(
                "it needs a message from the node, and no operator file makes it send",
                remedy="name a file by --operator, or add --serve and send by hand",
            )
        return self.operator

    def need_carrier(self) -> Carrier:
        """Return the carrier.

        Raises:
            SkippedError: there is none.
        """
        if self.carrier is None:
            raise SkippedError(
                "it needs exchange files carried both ways, and no operator file says how",
                remedy="give the --operator file a member carry with the two commands",
            )
        return self.carrier

    # ------------------------------------------------------------------ conversations

    def say(self, talk: Talk | None, letter: Letter, *wanted: str) -> CheckedReceipt:
        """Send a good message of the peer, demand its receipt, and put it in the chain."""
        sent = self.peer.send(letter)
        checked = expect_receipt(self.peer, sent, *(wanted or ("applied",)))
        if talk is not None:
            talk.add(self.peer.party, sent.content)
        return checked

    def opened(
        self,
        type: str = "consultation.note",
        sections: Mapping[str, Any] | None = None,
        *roles: str,
        members: tuple[str, ...] = (),
    ) -> Talk:
        """Open a conversation that the node takes; return it."""
        told = note("Opened.") if sections is None else sections
        letter = self.peer.approved(self.peer.opening(type, told, members=members), *roles)
        return self.begin_conversation(self.peer, letter)

    def begin_conversation(self, peer: Peer, letter: Letter) -> Talk:
        """Send an opening; return the conversation."""
        sent = peer.send(letter)
        expect_receipt(peer, sent, "applied")
        return self.talk_of(sent)

    def talk_of(self, sent: Sent) -> Talk:
        """Return the conversation that a message opens."""
        value = sent.letter.payload
        talk = Talk(sent.content, tuple(value["members"]), value["instrument"])
        talk.add(value["from"], sent.content)
        self.endpoint.note(parse_message(jws.parse_value(sent.message)))
        return talk

    def note(self, talk: Talk, **more: Any) -> Letter:
        """Return a further note of the peer in a conversation."""
        return self.peer.next(talk, "consultation.note", note("A further note."), **more)

    def open_for_three(self, type: str = "consultation.note") -> Talk:
        """Open a conversation of the node, the peer and the third party."""
        members = (self.node, self.peer.party, self.third.party)
        return self.opened(type, members=members)

    def close(self) -> None:
        """End connections and the server."""
        self.endpoint.stop()
        self.wire.close()
