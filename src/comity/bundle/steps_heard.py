"""What members say that they hold of each other's word, compared with what the bundle shows.

A message names the receipts that its author took in, and the newest tree that it verified of each
other member's log. So an exporter that rewrites its receipts or its log contradicts what its
partner signed. Who of the two is wrong, nobody can tell from that alone: the partner may say what
is not so. It makes no step fail; the verdict says who says what.

Source: spec 6 and 16.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from comity.bundle import layout
from comity.bundle.claims import Assertion, Word
from comity.bundle.contents import Bundle
from comity.bundle.verdict import Notes
from comity.canonical import PeerError
from comity.exchange.message import Heard, HeardTree
from comity.ledger import Checkpoint, LogOrigin

type Path = tuple[bytes, ...]


def heard_receipts(bundle: Bundle, notes: Notes) -> None:
    """Say which receipts a member holds, as it says, that are not here."""
    there = bundle.receipt_digests
    withheld, missing = _not_received(bundle), Counter[tuple[str, str]]()
    told = {
        (author, party, record): path
        for path, author, party, heard in _heard(bundle)
        for record in heard.receipts
        if (party, record) not in there
    }
    for (author, party, _), path in told.items():
        missing[author, party] += 1
        if missing[author, party] > withheld[author, party]:  # each withheld one may be one of them
            _not_there(bundle, notes, path, author, party)


def _not_there(bundle: Bundle, notes: Notes, path: str, author: str, party: str) -> None:
    exporter = bundle.exporter
    facts: dict[str, str | int] = {"addressee": party, "party": author, "path": path}
    holds = Assertion(author, path, "holds-receipt", {"party": party})
    both = (holds, Assertion(exporter, layout.STATEMENT, "no-receipt", {"party": party}))
    if author == exporter:
        notes.claim("receipt", "contradicted", exporter, statements=both, told=facts)
    elif party == exporter:
        notes.claim("receipt", "disputed", author, exporter, statements=both, told=facts)
    else:
        notes.claim("receipt", "unknown", author, told=facts, reason="", decision="")


def heard_trees(
    bundle: Bundle,
    notes: Notes,
    proofs: Callable[[str, int], dict[int, Path]],
    consistent: Callable[[int, bytes, Checkpoint, Path], None],
) -> None:
    """Claim that the exporter's log has grown from each tree that others signed that they hold.

    Args:
        bundle: whose checkpoints step 7 has read.
        notes: of step 7.
        proofs: (flat party, epoch) -> tree size -> proof to the newest tree in the bundle.
        consistent: raises unless a proof from a size and root to a tree holds.
    """
    exporter = bundle.exporter
    for path, author, party, heard in _heard(bundle):
        if heard.tree is None or party != exporter:
            continue
        tree = heard.tree
        facts: dict[str, str | int] = {
            "count": tree.tree_size,
            "origin": tree.origin,
            "party": author,
            "path": path,
        }
        if _shown(bundle, tree, proofs, consistent):
            word: Word = "proved" if bundle.independent(author) else "attested"
            notes.claim("log-heard", word, author, told=facts)
            continue
        origin = LogOrigin.parse(tree.origin)
        if is_lost(bundle, (layout.flat(origin.party), origin.epoch), tree.tree_size):
            notes.claim("log-heard", "unknown", author, told=facts)
            continue
        place = layout.log_path(exporter, origin.epoch, "checkpoint")
        both = (
            Assertion(author, path, "holds-tree", {"count": tree.tree_size}),
            Assertion(exporter, place, "no-tree", {"count": tree.tree_size}),
        )
        notes.claim("log-heard", "disputed", author, exporter, statements=both, told=facts)


def is_lost(bundle: Bundle, place: tuple[str, int], size: int) -> bool:
    """Tell whether a tree is of an epoch that ended, and beyond what its party still has of it.

    Args:
        bundle: whose successor statements step 7 has read.
        place: flat party and epoch.
        size: of the tree.
    """
    kept = bundle.checkpoints.get(place)
    return place in bundle.ended and (kept is None or size > kept.checkpoint.tree_size)


def _shown(
    bundle: Bundle,
    tree: HeardTree,
    proofs: Callable[[str, int], dict[int, Path]],
    consistent: Callable[[int, bytes, Checkpoint, Path], None],
) -> bool:
    origin = LogOrigin.parse(tree.origin)
    place = (layout.flat(origin.party), origin.epoch)
    signed = bundle.checkpoints.get(place)
    if signed is None or signed.checkpoint.origin != tree.origin:
        return False
    newest = signed.checkpoint
    if tree.tree_size == newest.tree_size:
        return tree.root == newest.root
    try:
        proof = proofs(*place).get(tree.tree_size)
        if proof is None:
            return False
        consistent(tree.tree_size, tree.root, newest, proof)
    except PeerError:
        return False
    return True


def _heard(bundle: Bundle) -> Iterator[tuple[str, str, str, Heard]]:
    """Yield (path of a message, its author, member it is about, what it says)."""
    for path, message in bundle.messages.items():
        for party, heard in sorted(message.draft.heard.items()):
            yield path, message.draft.author, party, heard


def _not_received(bundle: Bundle) -> Counter[tuple[str, str]]:
    """Return (author, addressee) -> how many receipts of the one for the other are withheld."""
    return Counter(
        (message.draft.author, party)
        for message in bundle.messages.values()
        for party in message.draft.members
        if layout.receipt_path(message.record, party) in bundle.withheld
    )
