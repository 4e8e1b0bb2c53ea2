"""Bundles that show one rule of a verdict each: what no claim is, and which step is named first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from tests.bundle.attack import Attack, flip_signature, paths_of, rewritten
from tests.bundle.makers import EXPORTED, VN, ZA, bundle_of, resigned, short_bundle, whole_bundle
from tests.bundle.parties import MODE, START, entry_of, private, records, trust_file
from tests.bundle.stories import MemoryNode, approvals_of
from tests.exchange.makers import sections_of, seed
from tests.ledger.logs import reader

from comity.bundle import write as writing
from comity.bundle.ceilings import CEILINGS
from comity.canonical import new_id, parse_digest
from comity.directory import Directory, accept_all
from comity.exchange import (
    Message,
    Opening,
    next_draft,
    open_draft,
    replay,
    sign_message,
)
from comity.exchange.message import Heard
from comity.ledger import consistency_proof, inclusion_proof

UN: Final = "un/secretariat"
PARTIES: Final = (UN, VN, ZA)
NOTED: Final = "consultation.note"
NO_TIME: Final = ("existed-by proved", "sent-at proved", "received-at proved", "exported-at proved")


def attacks() -> Iterator[Attack]:
    """Yield every case."""
    short, whole = short_bundle(), whole_bundle()
    own = (f"existed-by attested {VN}", f"existed-by attested {ZA}")
    name = "a preservation that no witness and no time stamp dates"
    yield Attack(name, "short", short, 0, "", 0, shows=own, never=NO_TIME)
    most = tuple(f"{name} proved" for name, word in CEILINGS.items() if word != "proved")
    name = "a case with evidence, in which nothing is surer than it may be"
    yield Attack(name, "whole", whole, 0, "", 0, never=most)
    yield _two_faults()
    yield _three()
    yield _heard_by_another()


def _two_faults() -> Attack:
    """A fault of step 4 and one of step 6: the first step that fails is named."""
    files = short_bundle()
    for path in (paths_of(files, "/messages/")[-1], paths_of(files, "/receipts/")[0]):
        files = rewritten(files, path, flip_signature)
    name = "a message and a receipt with spoilt signatures: the earlier step is named"
    return Attack(name, "short", resigned(files), 4, "signature-invalid")


def _three() -> Attack:
    """Among three parties, the refusal of one takes the effect for nobody else."""
    table = _Table()
    message = table.send(ZA, "information.shared")
    for party, outcome in ((UN, "refused:body-malformed"), (VN, "applied")):
        table.deliver(message, party, outcome)
    name = "one of three parties refuses what the others take in: it keeps its effect"
    shows = (f"receipt proved {UN}", f"receipt proved {VN}", f"refusal-ground unknown {UN}")
    return table.attack(name, 0, shows=shows)


def _heard_by_another() -> Attack:
    """An exporter's second twin has heard an answer to the first, which a third party gets late."""
    table = _Table()
    first = table.send(ZA, "information.shared")
    for party in (UN, VN):
        table.deliver(first, party)
    one = table.send(ZA, NOTED, after=[first])
    table.deliver(one, VN)
    heard = table.nodes[ZA].heard(VN, first.content)
    other = table.send(ZA, NOTED, after=[first], heard=heard)
    table.deliver(other, UN)
    table.deliver(other, VN, "held:double-speak")
    table.deliver(table.send(UN, NOTED, after=[first, other]), ZA)
    table.at += timedelta(minutes=10)
    table.deliver(one, UN, "held:double-speak")
    name = "a message received after an own one, which another of its author says was answered"
    return table.attack(name, 1, claims=(f"one-message-a-place contradicted {ZA}",))


class _Table:
    """A conversation of three parties, told move by move."""

    def __init__(self) -> None:
        self.nodes = {party: MemoryNode(party) for party in PARTIES}
        self.at = START

    def send(
        self,
        author: str,
        kind: str,
        *,
        after: Sequence[Message] = (),
        heard: Mapping[str, Heard] | None = None,
    ) -> Message:
        """Return a message of a party that opens the conversation, or that knows some of it."""
        self.at += timedelta(minutes=1)
        node = self.nodes[author]
        label = f"three {len(node.openings)}" if after else "three"
        sections = sections_of(kind, label=label)
        message_id = new_id(START, seed(label)[:10])
        if after:
            draft = next_draft(
                message_type=kind,
                author=author,
                opening=Opening.of(after[0]),
                replay=replay(after),
                about=None,
                sections=sections,
                message_id=message_id,
                now=self.at,
            )
        else:
            draft = open_draft(
                message_type=kind,
                author=author,
                members=PARTIES,
                instrument=None,
                sections=sections,
                message_id=message_id,
                now=self.at,
            )
        draft = replace(draft, heard=heard or {})
        message = sign_message(draft, approvals_of(draft), private(author, "message"), mode=MODE)
        node.append("message.sent", parse_digest(message.record), self.at)
        node.messages.append(message)
        node.sections[message.content] = sections
        return message

    def deliver(self, message: Message, party: str, outcome: str = "applied") -> None:
        """Let a party receive a message and answer it."""
        self.at += timedelta(minutes=1)
        author, node = self.nodes[message.draft.author], self.nodes[party]
        author.got(node.take(message, self.at, outcome), self.at)
        node.sections[message.content] = author.sections[message.content]

    def attack(self, name: str, status: int, **more: Any) -> Attack:
        """Return the bundle of ZA as an attack, with the verdict that is due."""
        own = self.nodes[ZA]
        trust = trust_file("un", "vn", "za")
        data = records(*map(entry_of, PARTIES), states=("un", "vn", "za"))
        size, read = len(own.openings), reader(own.hashes)
        known = own.known
        linked = {known: tuple(consistency_proof(known, size, read))} if known else {}
        case = writing.Case(
            mode=MODE,
            exporter=ZA,
            exported_at=EXPORTED,
            messages=own.messages,
            sections=own.sections,
            receipts=own.receipts,
            directory=accept_all(Directory(trust=trust), data, now=EXPORTED).directory,
            leaves=[
                writing.OwnLeaf(1, index, opening, tuple(inclusion_proof(index, size, read)))
                for index, opening in enumerate(own.openings)
            ],
            checkpoints={(party, 1): node.note() for party, node in self.nodes.items()},
            consistency={1: linked} if linked else {},
        )
        claims = more.pop("claims", ())
        return Attack(
            name, "short", bundle_of(case), 0, "", status, trust=trust, claims=claims, **more
        )
