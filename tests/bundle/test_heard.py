"""An exporter that rewrites its own word contradicts what its partner signed, and is told so."""

from dataclasses import replace

from tests.bundle.deeds import NOWHERE
from tests.bundle.makers import VN, ZA, Story, bundle_of, case_of, claims, judged, short_story
from tests.bundle.parties import private
from tests.bundle.rewriting import rewrite

from comity.exchange import Draft, Message, parse_receipt, sign_receipt
from comity.exchange.message import Heard, HeardTree


def told() -> tuple[Story, Message]:
    """Return a case, and a message that its partner said before one that heard its receipt."""
    story = short_story()
    first = story.nodes[VN].messages[0].content
    asked = story.say(VN, "request.status-asked", conversation=first)
    story.say(VN, "request.withdrawn", conversation=first)
    return story, asked


def test_an_honest_bundle_has_all_that_its_partner_heard() -> None:
    story, _ = told()
    for party in (VN, ZA):
        report = judged(bundle_of(case_of(story, party)))
        assert report.verdict == "intact"
        assert claims(report, "log-heard", "proved")
        assert not claims(report, "log-heard", "disputed") + claims(report, "receipt", "disputed")


def test_a_receipt_signed_again_is_contradicted_by_what_the_partner_heard() -> None:
    story, asked = told()
    rewrite(story, asked, "refused:body-malformed", ZA)
    report = judged(bundle_of(case_of(story, ZA)))
    assert (report.verdict, report.exit_status) == ("disputed", 4)
    (receipt,) = claims(report, "receipt", "disputed")
    assert receipt.by == (VN, ZA)
    assert [one.say for one in receipt.statements] == ["holds-receipt", "no-receipt"]
    trees = claims(report, "log-heard", "disputed")
    assert trees, "the log that was made anew is not the one that the partner verified"


def test_a_receipt_whose_outcome_is_changed_alone_is_no_receipt() -> None:
    story, asked = told()
    node = story.nodes[ZA]
    changed = []
    for envelope in node.receipts:
        receipt = parse_receipt(envelope.payload)
        if receipt.record == asked.record:
            said = replace(receipt, outcome="refused:body-malformed")
            changed.append(sign_receipt(said, private(ZA, "receipt")))
        else:
            changed.append(envelope)
    node.receipts = changed
    report = judged(bundle_of(case_of(story, ZA)))
    assert report.verdict == "damaged"
    assert "receipt-unproved" in {f.code for f in report.steps[5].findings}


def test_a_partner_that_says_it_holds_more_spoils_nothing() -> None:
    """The other way round: what a partner says falsely is its word, no fault of the bundle."""
    story = short_story()
    first = story.nodes[VN].messages[0].content

    def lie(draft: Draft) -> Draft:
        tree = draft.heard[ZA].tree
        assert tree is not None
        told = HeardTree(tree.origin, tree.tree_size + 1000, bytes(32))
        return replace(draft, heard={ZA: Heard(told, (NOWHERE,))})

    story.say(VN, "request.status-asked", conversation=first, change=lie)
    report = judged(bundle_of(case_of(story, ZA)))
    assert (report.verdict, report.intact) == ("disputed", True)
    assert {one.by for one in claims(report, "receipt", "disputed")} == {(VN, ZA)}
    assert {one.by for one in claims(report, "log-heard", "disputed")} == {(VN, ZA)}
