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

from comity.bundle import MemoryReader, Report, Withheld, layout, verify
from comity.bundle.reader import Stream
from comity.canonical import digest_text


def said(report: Report, number: int, word: str) -> str:
    return "\n".join(getattr(report.steps[number - 1], word))


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
    assert report.verdict == "proved"
    assert "messages after the heads" in said(report, 11, "unknown")
    assert f"the contents of 1 other entry of comity.live/{VN}/1" in said(report, 11, "unknown")


def test_every_bundle_says_that_its_exporter_chose_conversations_and_directory() -> None:
    report = judged(whole_bundle())
    assert "other conversations" in said(report, 11, "unknown")
    assert "newer directory records" in said(report, 3, "unknown")


def test_a_conversation_that_a_request_names_and_that_is_not_there_is_named() -> None:
    report, other = judged(naming_another()), digest_text(seed("another conversation"))
    assert found(report) == []
    assert f"what conversation {other} says" in said(report, 11, "unknown")


def test_a_bundle_without_a_snapshot_says_that_nobody_dates_its_directory() -> None:
    report = judged(short_bundle())
    assert "no snapshot of it is here" in said(report, 7, "unknown")


def test_each_log_that_no_witness_signed_may_have_another_branch() -> None:
    unknown = said(judged(short_bundle()), 7, "unknown")
    assert all(f"whether comity.live/{party}/1 has another branch" in unknown for party in (VN, ZA))


def test_an_offered_exhibit_has_a_chain_even_where_its_hand_overs_are_withheld() -> None:
    path = layout.custody_path(EXHIBIT)
    assert found(judged(without_chain())) == [(9, "bundle-custody", path)]
    report = judged(without_chain(**{EXHIBIT: DECIDED}))
    assert found(report) == []
    assert f"{path} is withheld" in said(report, 9, "unknown")
    assert report.steps[8].claimed


# -- added ------------------------------------------------------------------------------------


def test_an_event_told_in_the_name_of_the_other_party_is_not_that_partys() -> None:
    report = judged(with_event(ZA))
    assert found(report) == []
    assert f"whether events 5 of exhibit {EXHIBIT} are {ZA}'s" in said(report, 9, "unknown")


def test_an_event_after_the_last_hand_over_is_the_exporters_word() -> None:
    report = judged(with_event(VN))
    assert f"events 5 of exhibit {EXHIBIT}: {VN} alone says so" in said(report, 9, "attested")


def test_events_that_their_party_handed_over_are_not_called_the_exporters_word() -> None:
    step = judged(whole_bundle()).steps[8]
    assert not step.unknown
    assert step.attested == (f"events 1 of exhibit {EXHIBIT}",)


def test_an_offer_by_the_exporter_cannot_put_other_files_under_the_partners_package() -> None:
    story = offering_again(tag_manifest=digest_text(seed("files that ZA never sealed")))
    report = judged(bundle_of(case_of(story), evidence_of(story)))
    offers = sorted(
        (layout.message_path(m.conversation, m.draft.author, m.draft.sequence), m.content)
        for m in story.nodes[VN].messages
        if m.draft.type == "evidence.offered"
    )
    later = layout.section_path(offers[1][1], "offer")
    assert found(report)[0] == (10, "bundle-evidence", later)


def test_opened_files_are_what_the_offer_says_the_package_holds() -> None:
    report = judged(whole_bundle())
    assert "a key to the package can show it" in said(report, 10, "attested")


# -- back-dated -------------------------------------------------------------------------------


def test_the_moment_of_export_is_the_exporters_word() -> None:
    assert "the moment of export, 2026-03-01T15:00:00Z: the exporter's clock" in said(
        judged(short_bundle()), 8, "attested"
    )


def test_a_moment_of_export_before_what_the_bundle_holds_is_told() -> None:
    early = bundle_of(case_of(short_story(), exported_at=START + timedelta(minutes=6)))
    assert "which was slow or set back" in said(judged(early), 8, "attested")


def test_only_the_exporters_receipt_before_a_revocation_is_told_as_its_word() -> None:
    report = judged(by_own_receipt())
    assert report.verdict == "proved"
    attested = said(report, 8, "attested")
    assert "za_central-authority-1.json is older than the revocation of its key" in attested
    assert "only the exporter's own receipt says so" in attested


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
    assert report.verdict == "proved"
    assert f"whether {ZA} recorded or refused" in said(report, 6, "unknown")
