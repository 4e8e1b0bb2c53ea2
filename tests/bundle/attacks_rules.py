"""Bundles that show one rule of a verdict each: what no claim is, and which step is named first."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

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
from comity.exchange import open_draft, sign_message
from comity.ledger import inclusion_proof

UN: Final = "un/secretariat"
PARTIES: Final = (UN, VN, ZA)
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


def _two_faults() -> Attack:
    """A fault of step 4 and one of step 6: the first step that fails is named."""
    files = short_bundle()
    for path in (paths_of(files, "/messages/")[-1], paths_of(files, "/receipts/")[0]):
        files = rewritten(files, path, flip_signature)
    name = "a message and a receipt with spoilt signatures: the earlier step is named"
    return Attack(name, "short", resigned(files), 4, "signature-invalid")


def _three() -> Attack:
    """Among three parties, the refusal of one takes the effect for nobody else."""
    nodes, at = {party: MemoryNode(party) for party in PARTIES}, START
    sections = sections_of("information.shared", label="three")
    draft = open_draft(
        message_type="information.shared",
        author=ZA,
        members=PARTIES,
        instrument=None,
        sections=sections,
        message_id=new_id(START, seed("three")[:10]),
        now=at,
    )
    message = sign_message(draft, approvals_of(draft), private(ZA, "message"), mode=MODE)
    own = nodes[ZA]
    own.append("message.sent", parse_digest(message.record), at)
    own.messages.append(message)
    for party, outcome in ((UN, "refused:body-malformed"), (VN, "applied")):
        at += timedelta(minutes=1)
        own.got(nodes[party].take(message, at, outcome), at)
    trust = trust_file("un", "vn", "za")
    data = records(*map(entry_of, PARTIES), states=("un", "vn", "za"))
    size, read = len(own.openings), reader(own.hashes)
    case = writing.Case(
        mode=MODE,
        exporter=ZA,
        exported_at=EXPORTED,
        messages=own.messages,
        sections={message.content: sections},
        receipts=own.receipts,
        directory=accept_all(Directory(trust=trust), data, now=EXPORTED).directory,
        leaves=[
            writing.OwnLeaf(1, index, opening, tuple(inclusion_proof(index, size, read)))
            for index, opening in enumerate(own.openings)
        ],
        checkpoints={(party, 1): node.note() for party, node in nodes.items()},
        consistency={},
    )
    name = "one of three parties refuses what the others take in: it keeps its effect"
    shows = (f"receipt proved {UN}", f"receipt proved {VN}", f"refusal-ground unknown {UN}")
    return Attack(name, "short", bundle_of(case), 0, "", 0, trust=trust, claims=(), shows=shows)
