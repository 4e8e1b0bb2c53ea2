"""What a party with its own keys can forge is proved of nobody."""

from dataclasses import replace

from tests.bundle.attack import Attack
from tests.bundle.attacks_claims import NOWHERE, attacks
from tests.bundle.makers import (
    VN,
    ZA,
    bundle_of,
    case_of,
    claims,
    evidence_of,
    judged,
    whole_bundle,
    whole_story,
)
from tests.walks import every

from comity.bundle import MemoryReader, Withheld, layout, verify
from comity.exchange import parse_receipt
from comity.keys import jws


@every("forgery", lambda: list(attacks()), ids=lambda forgery: forgery.name)
def test_nothing_that_was_forged_is_proved(forgery: Attack) -> None:
    """The forger is ZA, which exports, or VN, its partner; the other's word alone is proved."""
    report = verify(MemoryReader(forgery.files), trust=forgery.trust)
    for one in claims(report, "receipt", "proved"):
        assert one.facts["outcome"] == "applied" or one.by == (VN,), "what was heard stands"
    assert not [c for c in report.claims if c.word == "proved" and NOWHERE in str(c.value())]
    assert not claims(report, "received-at", "proved") + claims(report, "sent-at", "proved")


def hideable() -> list[str]:
    """Return every part of the whole case that an exporter may withhold by itself."""
    return [
        path
        for path in sorted(whole_bundle())
        if path.startswith(("data/sections/", "data/receipts/"))
        and not path.endswith(("/custody.json", "/offer.json"))
    ]


@every("path", hideable)
def test_what_is_withheld_is_unknown_and_fails_nothing(path: str) -> None:
    story = whole_story()
    case = case_of(story)
    receipts = [
        envelope
        for envelope in case.receipts
        if layout.receipt_path((told := parse_receipt(envelope.payload)).record, told.addressee)
        != path
    ]
    hidden = replace(case, receipts=receipts, withheld={path: Withheld("a secret")})
    report = judged(bundle_of(hidden, evidence_of(story)))
    assert report.intact, report.first_failure
    name = "receipt" if path.startswith("data/receipts/") else "section-content"
    (unknown,) = claims(report, name, "unknown")
    assert unknown.by == (VN,)
    assert unknown.facts["reason"] == "a secret"
    known = whole_bundle()[path]
    if name == "receipt":
        assert not [c for c in claims(report, name) if c is not unknown and c.facts["path"] == path]
        own = parse_receipt(jws.parse(known).payload).addressee == VN
        assert bool(claims(report, "receipt", "proved")) or own
    if path.endswith("/request.json"):
        assert [c.word for c in claims(report, "second-approval")] in ([], ["unknown"])
    assert ZA in {party for one in claims(report, "message-signed", "proved") for party in one.by}
