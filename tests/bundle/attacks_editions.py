"""Bundles in which the edition of the registry decides."""

from collections.abc import Iterator

from tests.bundle.attack import Attack
from tests.bundle.makers import VN, ZA, bundle_of, case_of, short_story
from tests.bundle.parties import EXPORTED, entry_of, records, trust_file
from tests.bundle.two_editions import known, refused_within, whole_case
from tests.exchange.editions import NEWER

from comity.directory import Directory, accept_all


def attacks() -> Iterator[Attack]:
    """Yield a refusal that its own edition contradicts, and an edition that nobody here knows."""
    told = (f"receipt contradicted {ZA}",)
    partner = bundle_of(case_of(refused_within(), VN))
    name = "a partner refuses a type of the edition that it speaks as unknown"
    yield Attack(name, "short", partner, 0, "", 0, claims=told)
    own = bundle_of(case_of(refused_within(), ZA))
    name = "the exporter refuses a type of the edition that it speaks as unknown"
    yield Attack(name, "short", own, 0, "", 1, claims=told)
    yield from _not_listed()
    with known(NEWER):
        raised = bundle_of(case_of(whole_case(), ZA))
    name = "an edition of the registry that the verifier does not know"
    yield Attack(name, "short", raised, 0, "", 0, claims=())


def _not_listed() -> Iterator[Attack]:
    """Yield bundles of a case whose opening, by VN, pins an edition that one of the two lacks."""
    for lacking, exporter, status, claim, who in (
        (ZA, VN, 4, f"edition-listed disputed {VN} {ZA}", "the addressee"),
        (ZA, ZA, 4, f"edition-listed disputed {VN} {ZA}", "the addressee, who exports,"),
        (VN, VN, 1, f"edition-listed contradicted {VN}", "its author, who exports,"),
        (VN, ZA, 0, f"edition-listed contradicted {VN}", "its author"),
    ):
        entries = (
            entry_of(p, editions=(NEWER.digest,)) if p == lacking else entry_of(p) for p in (VN, ZA)
        )
        batch = accept_all(Directory(trust=trust_file()), records(*entries), now=EXPORTED)
        files = bundle_of(case_of(short_story(), exporter, directory=batch.directory))
        name = f"an opening that pins an edition that {who} does not list"
        yield Attack(name, "short", files, 0, "", status, claims=(claim,))
