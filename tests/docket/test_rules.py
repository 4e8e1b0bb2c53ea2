"""What an act of the docket needs besides its row, and what follows from it in the office."""

from datetime import timedelta
from typing import Any

import pytest
from tests.docket.conftest import SENEGAL, DeskOffice, asks, authority
from tests.docket.makers import BODIES

from comity.canonical import PeerError, time_text
from comity.demo.world import ASKING
from comity.docket import Item
from comity.docket.entry import statement
from comity.exchange import approve
from comity.exchange.errors import ApprovalDetachedError
from comity.node.cases import deadline_notices, docket_store, paper_authorities
from comity.node.cases.docket_store import DocketCaseError, DocketHandError, DocketRuleError
from comity.node.cases.paper_authorities import CorrespondentError
from comity.node.docket import translation_jobs
from comity.node.evidence.originals import MAX_BYTES, OriginalError
from comity.node.messages import outbox
from comity.node.models import (
    AuditRow,
    Conversation,
    DocketEntry,
    DocketItem,
    Original,
    OutboxRow,
    SectionRow,
)

CASE = "2026-000001"


def test_an_authority_is_entered_once_and_found_by_its_name(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    assert paper_authorities.parties() == (SENEGAL,)
    found = paper_authorities.entered(SENEGAL)
    assert found is not None
    assert found.told["source"] == "note verbale 12/2026"
    with pytest.raises(CorrespondentError):
        office.do("authority.entered", authority())


@pytest.mark.parametrize("party", [ASKING, "za/police"])
def test_who_is_listed_or_of_our_own_state_is_not_entered(office: DeskOffice, party: str) -> None:
    with pytest.raises(CorrespondentError):
        office.do("authority.entered", authority(party))
    assert not DocketItem.objects.exists()


def test_an_authority_is_renewed_under_its_own_name_only(office: DeskOffice) -> None:
    item = office.do("authority.entered", authority())
    office.do("authority.entered", authority(source="their letter of 3 March"), item=item.id)
    with pytest.raises(CorrespondentError):
        office.do("authority.entered", authority("sn/police"), item=item.id)
    with pytest.raises(CorrespondentError):
        office.do("authority.joined", {"party": "sn/police"}, item=item.id)
    office.do("authority.joined", {"party": ASKING}, item=item.id)
    assert paper_authorities.parties() == ()


@pytest.mark.parametrize("who", ["translator", "auditor"])
def test_a_role_does_only_what_its_row_gives_it(office: DeskOffice, who: str) -> None:
    with pytest.raises(DocketHandError):
        office.do("authority.entered", authority(), who=who)


def test_a_translator_delivers_the_jobs_that_are_theirs(office: DeskOffice) -> None:
    theirs = office.people["translator"].identifier
    job = _job(office, theirs)
    other = _job(office, None)
    office.do("translation.taken", {"translator": "T."}, who="translator", item=job.id)
    with pytest.raises(DocketHandError):
        office.do("translation.taken", {"translator": "T."}, who="translator", item=other.id)
    with pytest.raises(DocketHandError):
        office.do("translation.withdrawn", _reasons(), who="translator", item=job.id)
    done = office.do(
        "translation.delivered", BODIES["translation.delivered"], who="translator", item=job.id
    )
    assert done.state == "delivered"
    assert [item.id for item in docket_store.items(assigned=theirs)[0]] == [job.id]


def test_a_job_is_given_to_a_translator_of_this_office_only(office: DeskOffice) -> None:
    with pytest.raises(DocketRuleError):
        _job(office, office.people["case"].identifier)


def test_a_translator_sees_the_named_text_and_no_other_when_it_is_erased(
    office: DeskOffice,
) -> None:
    office.do("authority.entered", authority())
    asked = asks(office)

    def shown(what: str) -> list[str]:
        source = translation_jobs.source_named(asked.digest)
        assert source is not None
        return [path for path, _, _ in source.texts(what)]

    every = shown("the request")
    assert len(every) > 1
    assert shown("grounds/facts") == ["grounds/facts"]
    SectionRow.objects.filter(name="grounds").update(salt=None, value=None)
    assert shown("grounds/facts") == []
    assert shown("the request") == ["subject/description"]


def test_an_original_that_came_in_two_cases_is_translated_in_each(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    cases = [asks(office).case, asks(office).case]
    originals = {office.received(case=case).told["original"] for case in cases}
    said = {**BODIES["translation.asked"], "source": originals.pop(), "assigned": None}
    for case in cases:
        assert office.do("translation.asked", said, case=case).case == case
    with pytest.raises(DocketRuleError):
        office.do("translation.asked", said, case=office.written().case)


def test_a_translation_is_a_text_or_a_file_that_is_here(office: DeskOffice) -> None:
    job = _job(office, None)
    office.do("translation.taken", {"translator": "T."}, item=job.id)
    said = {**BODIES["translation.delivered"], "text": None}
    for original in (None, "sha256:" + "0" * 64):
        with pytest.raises(DocketRuleError):
            office.do("translation.delivered", {**said, "original": original}, item=job.id)
    kept = office.received(b"%PDF sworn").said("mail.received")["original"]
    office.do("translation.delivered", {**said, "original": kept}, item=job.id)


@pytest.mark.parametrize(
    "told", [{"until": None}, {"provider": "01890a5d-ac96-774b-bcce-b302099a8057"}]
)
def test_an_order_to_preserve_has_an_end_and_a_provider_is_in_the_register(
    office: DeskOffice, told: dict[str, Any]
) -> None:
    with pytest.raises(DocketRuleError):
        office.do("order.issued", {**BODIES["order.issued"], **told}, case=CASE)
    provider = office.do("provider.entered", BODIES["provider.entered"])
    value = {**BODIES["order.issued"], "provider": provider.id}
    assert office.do("order.issued", value, case=CASE).state == "issued"


# ------------------------------------------------------------------ letters


def test_a_posted_letter_waits_no_more_and_one_that_came_back_waits_again(
    office: DeskOffice,
) -> None:
    office.do("authority.entered", authority())
    asked = asks(office)
    row = OutboxRow.objects.get()
    assert outbox.letters(office.node.directory) == {SENEGAL}
    said = {**BODIES["letter.posted"], "record": row.record}
    with pytest.raises(DocketRuleError):
        office.do("letter.posted", said, case="2026-000777")
    posted = office.do("letter.posted", said, case=asked.case)
    row.refresh_from_db()
    assert row.stage == OutboxRow.Stage.POSTED
    with pytest.raises(DocketRuleError):  # it waits for nothing
        office.do("letter.posted", said, case=asked.case)
    office.do("letter.came-back", _reasons(), item=posted.id)
    row.refresh_from_db()
    assert row.stage == OutboxRow.Stage.QUEUED
    with pytest.raises(DocketRuleError):
        office.do("letter.posted", {**said, "record": "sha256:" + "0" * 64}, case=asked.case)


# ------------------------------------------------------------------ rights


@pytest.fixture
def checked(office: DeskOffice) -> Item:
    """Return a rights check of a request that came on paper."""
    office.do("authority.entered", authority())
    row = office.written()
    value = {**BODIES["rights.recorded"], "conversation": row.digest}
    return office.do("rights.recorded", value, case=row.case)


def _signature(office: DeskOffice, item: Item, role: str = "author") -> dict[str, Any]:
    """Sign the newest entry as an officer at their own machine."""
    mode, signer = office.node.config.mode, office.place.officers[role]
    entry = item.entries[-1].entry
    data = statement(entry, party=office.node.party, mode=mode, certificate=signer.certificate)
    approval = approve(data, signer.key, signer.certificate, mode=mode)
    return {"entry": entry.digest, "approval": approval}


def test_an_officer_signs_the_rights_check_that_stands(office: DeskOffice, checked: Item) -> None:
    assert checked.is_open
    signed = office.do("rights.signed", _signature(office, checked), item=checked.id)
    assert (signed.state, signed.is_open) == ("signed", False)


def test_a_signature_holds_for_one_entry_and_one_hand(office: DeskOffice, checked: Item) -> None:
    theirs = _signature(office, checked, "approver")
    with pytest.raises(DocketRuleError):
        office.do("rights.signed", theirs, who="case", item=checked.id)
    old = _signature(office, checked)
    value = {**checked.entries[-1].body, "conclusion": "refuse"}
    again = office.do("rights.recorded", value, item=checked.id)
    with pytest.raises(DocketRuleError):
        office.do("rights.signed", old, item=checked.id)
    moved = {**old, "entry": again.entries[-1].entry.digest}
    with pytest.raises(ApprovalDetachedError):
        office.do("rights.signed", moved, item=checked.id)
    assert docket_store.item_named(checked.id).state == "recorded"


def test_a_spoilt_signature_is_refused(office: DeskOffice, checked: Item) -> None:
    good = _signature(office, checked)
    jws_value = good["approval"]["approval"]
    signature = jws_value["signatures"][0]["signature"]
    jws_value["signatures"][0]["signature"] = ("A" if signature[0] != "A" else "B") + signature[1:]
    with pytest.raises(PeerError):
        office.do("rights.signed", good, item=checked.id)


def test_a_rights_check_is_of_a_conversation_of_its_case(office: DeskOffice, checked: Item) -> None:
    value = checked.entries[-1].body
    with pytest.raises(DocketRuleError):
        office.do("rights.recorded", value, case="2026-000777")
    twice = {**value, "answers": value["answers"] * 2}
    with pytest.raises(DocketRuleError):
        office.do("rights.recorded", twice, item=checked.id)


# ------------------------------------------------------------------ originals and clocks


@pytest.mark.parametrize("data", [b"", b"x" * (MAX_BYTES + 1)], ids=["nothing", "too much"])
def test_an_original_has_bounds(office: DeskOffice, data: bytes) -> None:
    with pytest.raises(OriginalError):
        office.received(data)
    assert not DocketEntry.objects.exists()


def test_an_original_comes_into_a_case_that_this_office_has(office: DeskOffice) -> None:
    with pytest.raises(DocketCaseError):
        office.received(case="2026-999999")
    assert not DocketItem.objects.exists()
    assert not Original.objects.exists()
    office.do("authority.entered", authority())
    case = asks(office).case
    assert office.received(case=case).case == case


def test_the_same_original_twice_is_kept_once_and_came_twice(office: DeskOffice) -> None:
    one, two = office.received(), office.received()
    assert one.id != two.id
    assert Original.objects.count() == 1


def test_people_are_told_of_a_slip_in_time_and_never_after_it_is_done(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = office.at + timedelta(days=10)
    said = {**BODIES["referral.sent"], "due": time_text(due.replace(microsecond=0))}
    slip = office.do("referral.sent", said, case=CASE)

    def told(before: timedelta) -> list[str]:
        monkeypatch.setattr(deadline_notices, "now", lambda: due - before)
        deadline_notices.warn()
        deadline_notices.warn()  # once a level
        rows = AuditRow.objects.filter(subject=slip.id, action__startswith="clock")
        return [row.detail.split()[2] for row in rows.order_by("pk")]

    assert told(timedelta(days=7)) == ["7"]
    assert told(timedelta(days=1)) == ["7", "1"]
    office.do("referral.accepted", {**BODIES["referral.accepted"], "due": None}, item=slip.id)
    office.do("referral.done", BODIES["referral.done"], item=slip.id)
    assert told(timedelta(days=-1)) == ["7", "1"]


def test_a_payment_is_called_back_by_the_hour(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = office.at.replace(microsecond=0) + timedelta(hours=72)
    said = {**BODIES["recall.opened"], "due": time_text(due)}
    recall = office.do("recall.opened", said, case=CASE)
    told = []
    for left in (24, 6, 2, 1, 0, -1, -2):
        monkeypatch.setattr(deadline_notices, "now", lambda left=left: due - timedelta(hours=left))
        deadline_notices.warn()
        row = AuditRow.objects.filter(subject=recall.id, action__startswith="clock").latest("pk")
        told.append(row.detail.split()[2])
    assert told == ["24h", "6h", "2h", "1h", "0h", "-1h", "-2h"]


def test_what_falls_due_first_stands_first_and_pages_hold(office: DeskOffice) -> None:
    for day in (20, 10, 15):
        said = {**BODIES["referral.sent"], "due": f"2026-03-{day}T00:00:00Z"}
        office.do("referral.sent", said, case=CASE)
    office.do("referral.sent", {**BODIES["referral.sent"], "due": None}, case=CASE)
    days = [item.due.day if item.due else None for item in docket_store.items(only_open=True)[0]]
    assert days == [10, 15, 20, None]
    first, after = docket_store.items(most=2)
    rest, end = docket_store.items(most=2, after=after)
    assert [item.due.day if item.due else None for item in (*first, *rest)] == days
    assert end == ""


def _job(office: DeskOffice, assigned: str | None) -> Item:
    """Ask for the translation of a request that came on paper."""
    if not Conversation.objects.exists():
        office.do("authority.entered", authority())
        office.written()
    asked = Conversation.objects.get()
    said = {**BODIES["translation.asked"], "source": asked.digest, "assigned": assigned}
    return office.do("translation.asked", said, case=asked.case)


def _reasons() -> dict[str, Any]:
    return {"reasons": {"lang": "en", "text": "Because."}}
