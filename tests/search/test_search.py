"""What an office's search finds, what it does not, and how much it asks of the database."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.docket.conftest import REQUEST, DeskOffice, asks, text

from comity.docket.errors import ActIllegalError
from comity.node.core.pagination import PlaceError
from comity.node.models import (
    AuditRow,
    CaseAccess,
    Conversation,
    Mark,
    Officer,
    Package,
    SearchDocument,
)
from comity.node.people.access import case_access
from comity.node.people.access.visible_cases import Circle, circle_of
from comity.node.search import audited_search, index, reindex
from comity.node.search.result_rows import Found
from comity.node.search.results import Wanted, search
from comity.node.sensitive import marks

Kind = SearchDocument.Kind
EXHIBIT = "018f0000-0000-7000-8000-000000000001"


def circle(office: DeskOffice, who: str = "case") -> Circle:
    return circle_of(office.people[who], at=office.at)


def found(office: DeskOffice, words: str, *, who: str = "case", **narrowed: Any) -> list[Found]:
    wanted = Wanted(words=words, **narrowed)
    return audited_search.found(wanted, circle=circle(office, who))[0]


def told(office: DeskOffice, words: str, **more: Any) -> list[tuple[str, str]]:
    return [(one.kind, one.case) for one in found(office, words, **more)]


def about(description: str, reference: str = "DKR-44/2026") -> dict[str, Any]:
    return {
        "request": {**REQUEST["request"], "reference": reference},
        "subject": {**REQUEST["subject"], "description": text(description)},
    }


def packaged(thread: Conversation, office: DeskOffice, told_of_it: str, number: int = 1) -> Package:
    row = Package.objects.create(
        root=f"sha256:{number:064x}",
        exhibit=f"{EXHIBIT[:24]}{number:012x}",
        conversation=thread.digest,
        offer={"description": {"lang": "en", "text": told_of_it}},
        outgoing=True,
        stage=Package.Stage.SEALED,
        changed_at=office.at,
    )
    index.packages([row])
    return row


# ------------------------------------------------------------------ what is not found


def test_nothing_is_found_in_an_empty_register(office: DeskOffice) -> None:
    assert found(office, "王芳") == []


def test_a_restricted_case_is_found_by_nobody_who_is_not_assigned(office: DeskOffice) -> None:
    thread = office.written(sections=about("le compte de 王芳"))
    office.do("note.written", {"text": text("Appel de 王芳")}, case=thread.case)
    assert len(told(office, "王芳")) == 2
    case_access.set_openness(
        thread.case,
        CaseAccess.Openness.RESTRICTED,
        officer=office.people["case"],
        at=office.at,
        by="case",
    )
    assert len(told(office, "王芳")) == 2
    assert told(office, "王芳", who="approver") == []
    assert told(office, thread.case, who="approver") == []


def test_an_auditor_finds_cases_and_nothing_by_what_is_said_in_them(office: DeskOffice) -> None:
    thread = office.written(sections=about("le compte de 王芳"))
    packaged(thread, office, "Mailbox of 王芳")
    assert told(office, "王芳", who="auditor") == []
    assert told(office, "DKR-44/2026", who="auditor") == [(Kind.CASE, thread.case)]
    (exhibit,) = found(office, EXHIBIT, who="auditor")
    assert (exhibit.kind, exhibit.title) == (Kind.EXHIBIT, "")


def test_a_translator_finds_nothing(office: DeskOffice) -> None:
    office.written(sections=about("le compte de 王芳"))
    assert told(office, "王芳", who="translator") == []
    assert told(office, "DKR-44/2026", who="translator") == []


def test_marked_mail_is_not_found_by_what_it_says_until_the_marker_is_lifted(
    office: DeskOffice,
) -> None:
    item = office.received(name="photo-of-王芳.jpg")
    assert told(office, "王芳") == [(Kind.MAIL, "")]
    digest = item.said("mail.received")["original"]
    put: dict[str, Any] = {"reason": "a victim", "user": "case", "at": office.at}
    marks.put(office.committer, Mark.Kind.ORIGINAL, digest, Mark.Marker.VICTIM, **put)
    assert told(office, "王芳") == []
    assert told(office, "parquet@justice.example", kind="mail") == []
    (mail,) = found(office, digest)
    assert (mail.title, [mark.marker for mark in mail.marks]) == ("", [Mark.Marker.VICTIM])
    marks.lift(office.committer, Mark.Kind.ORIGINAL, digest, Mark.Marker.VICTIM, **put)
    assert told(office, "王芳") == [(Kind.MAIL, "")]


def test_a_marked_exhibit_and_one_that_was_destroyed_are_found_by_their_names_alone(
    office: DeskOffice,
) -> None:
    thread = office.written()
    marked, gone = (packaged(thread, office, "Boîte de 王芳", number) for number in (1, 2))
    assert len(told(office, "王芳")) == 2
    Mark.objects.create(
        kind=Mark.Kind.EXHIBIT,
        subject=marked.exhibit,
        marker=Mark.Marker.MEDIA,
        reason="pictures",
        at=office.at,
        by="case",
    )
    index.remarked(Mark.Kind.EXHIBIT, marked.exhibit)
    gone.stage = Package.Stage.DESTROYED
    gone.save()
    index.packages([gone])
    assert told(office, "王芳") == []
    assert [one.title for one in found(office, marked.exhibit)] == [""]
    assert len(found(office, gone.root)) == 1


def test_the_words_of_a_search_are_written_nowhere(office: DeskOffice) -> None:
    office.written(sections=about("le compte de 王芳"))
    found(office, "王芳")
    (row,) = AuditRow.objects.filter(action="search.made")
    assert (row.actor, row.subject, row.detail) == ("case", "", "1")


@pytest.mark.parametrize("given", ["x", "1", "1~x", "1~2~3", "~", "9" * 300])
def test_a_place_that_no_page_gave_is_refused(office: DeskOffice, given: str) -> None:
    with pytest.raises(PlaceError):
        search(Wanted(words="x"), circle=circle(office), after=given)


# ------------------------------------------------------------------ what is found


def test_a_case_is_found_by_number_reference_and_party(office: DeskOffice) -> None:
    thread = office.written()
    for words in (thread.case, "DKR-44/2026", "dkr 44", "sn/prosecutor-dakar"):
        assert (Kind.CASE, thread.case) in told(office, words), words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Compte de 王芳, Shanghai", "王芳"),
        ("Nguyễn Văn Đức", "nguyen duc"),
        ("Nguyen Van Duc", "Nguyễn Đức"),
        ("الحساب باسم مُحَمَّد الرشيد", "محمد رشيد"),
        ("الحساب باسم محمد", "Mohamed"),
        ("Mohammed Khaled", "محمد خالد"),
        ("Алексей Иванов", "ivanov"),
        ("+84 90 123 4567", "+84901234567"),
        ("user.name@example.org", "user.name@example.org"),
        ("user.name@example.org", "example.org"),
    ],
)
def test_a_note_is_found_by_what_it_says(office: DeskOffice, written: str, words: str) -> None:
    thread = asks(office)
    office.do("note.written", {"text": text(written)}, case=thread.case)
    assert (Kind.ITEM, thread.case) in told(office, words)


def test_a_signed_message_is_found_by_its_sections(office: DeskOffice) -> None:
    thread = asks(office)
    assert (Kind.MESSAGE, thread.case) in told(office, "courriels")


def test_what_changes_is_found_as_it_stands_now(office: DeskOffice) -> None:
    thread = office.written()
    item = office.do("referral.sent", {"to": "Unit 王", "task": text("a"), "due": None},
                     case=thread.case)  # fmt: skip
    assert told(office, "王", stands="sent") == [(Kind.ITEM, thread.case)]
    office.do(
        "referral.accepted", {"owner": "Sgt 芳", "reference": None, "due": None}, item=item.id
    )
    assert told(office, "王", stands="sent") == []
    assert told(office, "芳", stands="accepted") == [(Kind.ITEM, thread.case)]


def test_a_search_is_narrowed_by_kind_state_measure_and_day(office: DeskOffice) -> None:
    thread = office.written(sections=about("le compte de 王芳"))
    day = office.at.date()
    fits: dict[str, Any] = {"kind": "item", "state": "sn", "measure": "stored-data"}
    assert told(office, "王芳", **fits, since=day, until=day) == [(Kind.ITEM, thread.case)]
    for wrong in (
        {"kind": "mail"},
        {"state": "vn"},
        {"measure": "preservation"},
        {"stands": "no-state"},
        {"since": day + timedelta(days=1)},
        {"until": day - timedelta(days=1)},
    ):
        assert told(office, "王芳", **wrong) == [], wrong


def test_the_surest_stands_first_and_then_the_newest(office: DeskOffice) -> None:
    notes = [
        office.do("note.written", {"text": text(words)}, case=thread.case)
        for thread in [office.written()]
        for words in ("Duc", "Đức", "Ducasse", "Đức")
    ]
    names = [one.subject for one in found(office, "Đức", kind="item")]
    assert names == [notes[n].id for n in (3, 1, 2, 0)]


def pages(office: DeskOffice, words: str, most: int) -> Iterator[list[str]]:
    after = ""
    while True:
        some, after = search(Wanted(words=words), circle=circle(office), after=after, most=most)
        yield [one.subject for one in some]
        if not after:
            return


def test_page_after_page_shows_each_find_once(office: DeskOffice) -> None:
    thread = office.written()
    for number in range(9):
        words = "Đức" if number % 2 else "Duc"
        office.do("note.written", {"text": text(words)}, case=thread.case)
    whole = [one.subject for one in found(office, "Đức")]
    some = list(pages(office, "Đức", 2))
    assert [subject for page in some for subject in page] == whole
    assert [len(page) for page in some] == [2, 2, 2, 2, 1]


def test_what_comes_between_two_pages_shifts_nothing(office: DeskOffice) -> None:
    thread = office.written()
    for _ in range(4):
        office.do("note.written", {"text": text("王芳")}, case=thread.case)
    wanted = Wanted(words="王芳")
    first, after = search(wanted, circle=circle(office), most=2)
    office.do("note.written", {"text": text("王芳")}, case=thread.case)
    second, _ = search(wanted, circle=circle(office), after=after, most=2)
    assert len({one.pk for one in (*first, *second)}) == 4


def test_many_things_of_one_second_have_a_place_each(office: DeskOffice) -> None:
    thread, at = office.written(), office.at
    for number in range(520):  # more than a second has places for one kind
        row = Package(
            root=f"sha256:{number:064x}",
            exhibit=EXHIBIT,
            conversation=thread.digest,
            offer={},
            outgoing=True,
            stage=Package.Stage.SEALED,
            changed_at=at,
        )
        index.packages([row])
    kept = SearchDocument.objects.filter(kind=Kind.EXHIBIT)
    assert kept.count() == 520
    assert kept.values("id").distinct().count() == 520


# ------------------------------------------------------------------ the index


def everything() -> list[tuple[str, str, str]]:
    rows = SearchDocument.objects.order_by("kind", "subject")
    return list(rows.values_list("kind", "subject", "case"))


def test_the_index_made_anew_holds_and_finds_the_same(office: DeskOffice) -> None:
    thread = office.written(sections=about("le compte de 王芳"))
    asks(office)
    packaged(thread, office, "Boîte de 王芳")
    office.received(name="王芳.eml")
    before, finds = everything(), told(office, "王芳")
    made = reindex.rebuild(lambda _done, _total: None)
    assert made == len(before)
    assert everything() == before
    assert told(office, "王芳") == finds
    assert not reindex.is_building()


def test_an_index_is_made_at_a_start_that_finds_none(office: DeskOffice) -> None:
    office.written(sections=about("le compte de 王芳"))
    told_of: list[tuple[int, int]] = []
    assert reindex.is_needed()
    assert reindex.make_if_needed(lambda done, total: told_of.append((done, total)))
    assert told_of[-1][0] == told_of[-1][1] > 0
    assert not reindex.make_if_needed(lambda _done, _total: None)


def test_making_that_broke_off_is_told_and_done_again(office: DeskOffice) -> None:
    office.written()
    with pytest.raises(ZeroDivisionError):
        reindex.rebuild(lambda _done, _total: 1 / 0)  # type: ignore[arg-type]
    assert reindex.is_building()
    assert reindex.make_if_needed(lambda _done, _total: None)
    assert not reindex.is_building()


def test_a_fact_that_is_undone_leaves_nothing_to_be_found(office: DeskOffice) -> None:
    thread = office.written()
    with pytest.raises(ActIllegalError):
        office.do("order.served", {"channel": "post", "served_at": "2026-03-01T00:00:00Z",
                                   "served_on": "王芳"}, case=thread.case)  # fmt: skip
    assert told(office, "王芳") == []


def asked_of_the_database(office: DeskOffice, words: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        found(office, words)
    return len(queries)


def test_more_finds_ask_no_more_of_the_database(office: DeskOffice) -> None:
    def one_more() -> None:
        thread = office.written(sections=about("le compte de 王芳", "王芳-1"))
        asks(office)
        packaged(thread, office, "Boîte de 王芳", SearchDocument.objects.count())
        office.received(data=str(office.at).encode(), name="王芳.eml")

    one_more()
    few = asked_of_the_database(office, "王芳")
    for _ in range(5):
        one_more()
    assert len(found(office, "王芳")) > 15
    assert asked_of_the_database(office, "王芳") == few


def test_people_of_other_cases_are_not_counted_against_a_page(office: DeskOffice) -> None:
    """A page is full although the newest finds belong to cases that are closed to the reader."""
    for number in range(40):
        thread = office.written(sections=about("le compte de 王芳"))
        if number >= 10:
            CaseAccess.objects.create(case=thread.case, openness=CaseAccess.Openness.RESTRICTED)
    Officer.objects.filter(pk=office.people["approver"].pk).update(role="case")
    office.people["approver"].refresh_from_db()
    seen, after = search(Wanted(words="王芳"), circle=circle(office, "approver"), most=8)
    assert len(seen) == 8
    assert after
