"""No message of a partner spoils the honest party's bundle, or makes it prove another state."""

from dataclasses import replace

from tests.bundle.deeds import DEEDS, Deed, honest_bundle
from tests.bundle.makers import VN, ZA, bundle_of, case_of, claims, found, judged, short_story
from tests.walks import every

FIRST = short_story().nodes[VN].messages[0].content


@every("deed", DEEDS, ids=lambda deed: deed.name)
def test_the_honest_bundle_stands_and_tells_the_state_of_the_node(deed: Deed) -> None:
    report = judged(honest_bundle(deed))
    assert (report.verdict, found(report)) == ("intact", [])
    assert report.states[FIRST]["main"] == deed.main
    assert report.heads[FIRST][VN]["sequence"] == deed.head
    untold = claims(report, "message-named")
    assert bool(untold) is deed.untold
    assert {(one.word, one.by) for one in untold} <= {("unknown", (ZA,))}
    assert not [one for one in report.claims if one.word in ("contradicted", "disputed")]


def test_what_an_exporter_did_not_set_aside_has_all_that_it_names() -> None:
    """An exporter that drops a message of its partner cannot call the next one applied."""
    story = short_story()
    first = story.nodes[ZA].messages[0].content
    dropped = story.say(VN, "request.status-asked", conversation=first)
    story.say(VN, "request.status-asked", conversation=first)
    case = case_of(story, ZA)
    kept = [message for message in case.messages if message is not dropped]
    report = judged(bundle_of(replace(case, messages=kept)))
    assert report.verdict == "damaged"
    assert (4, "bundle-message-missing") in [(step, code) for step, code, _ in found(report)]
