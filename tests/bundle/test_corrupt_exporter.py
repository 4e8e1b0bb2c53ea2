"""What an exporter with its own keys can leave out, add or back-date is said, or it fails.

Nobody else's signature is forged here; whatever passes must stand under attested or unknown.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

from tests.bundle.attack import without
from tests.bundle.attacks_exporter import (
    by_own_receipt,
    naming_another,
    offering_again,
    with_event,
    without_chain,
)
from tests.bundle.makers import (
    DECIDED,
    EXHIBIT,
    START,
    VN,
    ZA,
    Story,
    bundle_of,
    case_of,
    claims,
    evidence_of,
    found,
    judged,
    resigned,
    short_bundle,
    short_story,
    trust_file,
    whole_bundle,
)
from tests.exchange.makers import seed
from tests.origins import origin_of

from comity.bundle import MemoryReader, Withheld, layout, verify
from comity.bundle.reader import Stream
from comity.canonical import digest_text

# -- left out ---------------------------------------------------------------------------------


def without_messages(story: Story, gone: set[str]) -> dict[str, bytes]:
    """Return VN's bundle without these messages, their receipts and their leaves."""
    case = case_of(story)
    records = {m.record for m in case.messages if m.content in gone}
    files = bundle_of(replace(case, messages=[m for m in case.messages if m.content not in gone]))
    hidden = [layout.plain(record) for record in records]
    kept = without(files, *(f"receipts/{name}" for name in hidden))
    kept = without(kept, *(f"sections/{layout.plain(content)}" for content in gone))
    own = [x.opening.record for x in case.leaves]
    for index, record in enumerate(own):
        if digest_text(record) in records:
            kept.pop(layout.leaf_path(VN, 1, index), None)
    return resigned(kept)


def test_a_partners_last_message_left_out_is_within_what_is_said_unknown() -> None:
    story = short_story()
    last = story.nodes[VN].messages[-1]
    assert last.draft.author == ZA
    report = judged(without_messages(story, {last.content}))
    assert report.verdict == "intact"
    assert claims(report, "nothing-later", "unknown")
    (more,) = claims(report, "log-entry", "unknown")
    assert more.facts == {"count": 1, "origin": origin_of("live", VN)}


def test_every_bundle_says_that_its_exporter_chose_conversations_and_directory() -> None:
    report = judged(whole_bundle())
    for name in ("nothing-later", "directory-current"):
        assert [(one.word, one.by) for one in claims(report, name)] == [("unknown", (VN,))]


def test_a_conversation_that_a_request_names_and_that_is_not_there_is_named() -> None:
    report, other = judged(naming_another()), digest_text(seed("another conversation"))
    assert found(report) == []
    assert [one.facts["conversation"] for one in claims(report, "conversation-named")] == [other]


def test_a_bundle_without_a_snapshot_says_that_nobody_dates_its_directory() -> None:
    report = judged(short_bundle())
    assert [one.facts for one in claims(report, "directory-dated")] == [{"why": "snapshot"}]


def test_each_log_that_no_witness_signed_may_have_another_branch() -> None:
    unknown = {
        one.facts["party"] for one in claims(judged(short_bundle()), "log-single", "unknown")
    }
    assert unknown == {VN, ZA}
    bare = {p: d for p, d in short_bundle().items() if f"log/{layout.flat(ZA)}" not in p}
    left = {one.facts["party"] for one in claims(judged(resigned(bare)), "log-single", "unknown")}
    assert left == {VN, ZA}, "a checkpoint that is left out makes no caveat disappear"


def test_an_offered_exhibit_has_a_chain_even_where_its_hand_overs_are_withheld() -> None:
    path = layout.custody_path(EXHIBIT)
    assert found(judged(without_chain())) == [(9, "bundle-custody", path)]
    report = judged(without_chain(**{EXHIBIT: DECIDED}))
    assert found(report) == []
    assert [one.facts["path"] for one in claims(report, "evidence-withheld")] == [path]
    assert report.steps[8].status == "passed"


# -- added ------------------------------------------------------------------------------------


def test_an_event_told_in_the_name_of_the_other_party_is_not_that_partys() -> None:
    report = judged(with_event(ZA))
    assert found(report) == []
    (event,) = claims(report, "custody-event", "unknown")
    assert (event.facts["number"], event.facts["party"], event.by) == (5, ZA, (VN,))


def test_an_event_after_the_last_hand_over_is_the_exporters_word() -> None:
    told = claims(judged(with_event(VN)), "custody-event", "attested")
    assert [one.facts["number"] for one in told if one.by == (VN,)] == [4, 5]


def test_a_hand_over_is_proved_only_where_both_sides_signed_it() -> None:
    report = judged(whole_bundle())
    assert not claims(report, "custody-event", "unknown")
    assert [one.by for one in claims(report, "hand-over", "proved")] == [(VN, ZA)]
    assert not claims(judged(with_event(ZA)), "hand-over", "proved")[1:]


def test_an_offer_by_the_exporter_cannot_put_other_files_under_the_partners_package() -> None:
    story = offering_again(tag_manifest=digest_text(seed("files that ZA never sealed")))
    report = judged(bundle_of(case_of(story), evidence_of(story)))
    own = next(
        m
        for m in story.nodes[VN].messages
        if (m.draft.type, m.draft.author) == ("evidence.offered", VN)
    )
    later = layout.section_path(own.content, "offer")
    assert found(report)[0] == (10, "bundle-evidence", later)


def test_opened_files_are_what_the_offer_says_the_package_holds() -> None:
    report = judged(whole_bundle())
    assert [one.by for one in claims(report, "exhibit-opened", "attested")] == [(ZA,)]


# -- back-dated -------------------------------------------------------------------------------


def test_the_moment_of_export_is_the_exporters_word() -> None:
    (made,) = claims(judged(short_bundle()), "exported-at", "attested")
    assert (made.by, made.facts) == ((VN,), {"time": "2026-03-01T15:00:00Z"})


def test_a_moment_of_export_before_what_the_bundle_holds_is_told() -> None:
    early = bundle_of(case_of(short_story(), exported_at=START + timedelta(minutes=6)))
    report = judged(early)
    assert (report.verdict, report.intact) == ("disputed", True), "a clock that was set back"
    assert [one.by for one in claims(report, "exported-at", "contradicted")] == [(VN,)]


def test_only_the_exporters_receipt_before_a_revocation_is_told_as_its_word() -> None:
    report = judged(by_own_receipt())
    assert report.verdict == "intact"
    own = claims(report, "key-in-time", "attested")
    assert {(one.by, one.facts["party"]) for one in own} == {((VN,), ZA)}


# -- changed between two looks ----------------------------------------------------------------


class _Changing(MemoryReader):
    """Shows one file truly the first time, and other bytes from then on."""

    def __init__(self, files: Mapping[str, bytes], path: str, then: bytes) -> None:
        super().__init__(files)
        self._path, self._then = path, MemoryReader({path: then})
        self._looks = 0

    def open(self, path: str) -> AbstractContextManager[Stream]:
        self._looks += path == self._path
        return (
            self._then.open(path) if self._looks > 1 and path == self._path else super().open(path)
        )


def test_a_file_that_changes_after_it_was_digested_is_found() -> None:
    files = short_bundle()
    for path in (layout.SNAPSHOT, *sorted(files)):
        if layout.row_of(path) is None or path not in files or path.endswith(".txt"):
            continue
        reader = _Changing(files, path, files[path] + b"\n")
        report = verify(reader, trust=trust_file())
        first = report.first_failure
        assert first is not None, path
        assert "bundle-file-changed" in {f.code for s in report.steps for f in s.findings}, path


def test_a_statement_of_an_epoch_that_is_too_large_is_a_finding_and_no_crash() -> None:
    path = layout.log_path(VN, 2, "successor.json")
    report = judged(resigned({**short_bundle(), path: bytes(2 * layout.MIB)}))
    assert (7, "bundle-limit", path) in found(report)


def test_a_receipt_kept_back_leaves_open_whether_the_message_was_refused() -> None:
    story = short_story()
    conversation = story.nodes[VN].messages[0].content
    last = story.say(
        VN, "request.status-asked", conversation=conversation, outcome="refused:body-malformed"
    )
    path = layout.receipt_path(last.record, ZA)
    case = case_of(story)
    receipts = [r for r in case.receipts if last.record.encode() not in r.payload]
    files = bundle_of(
        replace(case, receipts=receipts, withheld={path: Withheld("not received so far")})
    )
    report = judged(files)
    assert report.verdict == "intact"
    assert [one.facts["addressee"] for one in claims(report, "receipt", "unknown")] == [ZA]
