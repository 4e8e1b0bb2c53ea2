"""Bundles in which the edition of the registry decides."""

from collections.abc import Iterator

from tests.bundle.attack import Attack
from tests.bundle.makers import VN, ZA, bundle_of, case_of
from tests.bundle.two_editions import known, refused_within, whole_case
from tests.exchange.editions import NEWER


def attacks() -> Iterator[Attack]:
    """Yield a refusal that its own edition contradicts, and an edition that nobody here knows."""
    told = (f"receipt contradicted {ZA}",)
    partner = bundle_of(case_of(refused_within(), VN))
    name = "a partner refuses a type of the edition that it speaks as unknown"
    yield Attack(name, "short", partner, 0, "", 0, claims=told)
    own = bundle_of(case_of(refused_within(), ZA))
    name = "the exporter refuses a type of the edition that it speaks as unknown"
    yield Attack(name, "short", own, 0, "", 1, claims=told)
    with known(NEWER):
        raised = bundle_of(case_of(whole_case(), ZA))
    name = "an edition of the registry that the verifier does not know"
    yield Attack(name, "short", raised, 0, "", 0, claims=())
