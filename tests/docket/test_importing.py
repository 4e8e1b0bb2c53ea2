"""A register is taken over row by row: into the state it says, once, with nothing invented."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.docket.conftest import SENEGAL, DeskOffice, authority

from comity.demo.world import ASKING
from comity.docket.correspondence import walk
from comity.intake.register_table import MEASURES, STATUSES, RegisterRow
from comity.node.cases import paper_conversations
from comity.node.cases.queries import case_threads
from comity.node.mail import import_register
from comity.node.mail.import_register import Taken
from comity.node.mail.import_rows import REFUSALS, Source
from comity.node.models import AuditRow, Conversation, DocketItem, Original

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHEET = b"reference,correspondent\n1,Parquet de Dakar\n"


def row(number: int = 2, **told: Any) -> RegisterRow:
    """Return a row of a register of what came in."""
    said: dict[str, Any] = {
        "reference": f"R-{number}",
        "direction": "in",
        "correspondent": "Parquet  de DAKAR",
        "measure": "preservation",
        "received": "2025-11-03",
    }
    return RegisterRow(sheet="", row=number, **{**said, **told})


def take(office: DeskOffice, *rows: RegisterRow, dry_run: bool = False) -> Taken:
    """Take rows over."""
    source = Source(digest=_kept(office), channel="post", lang="fr")
    found = import_register.take_over(
        office.node, office.committer, iter(rows), source, clock=lambda: AT, dry_run=dry_run
    )
    return list(found)[-1]


def _kept(office: DeskOffice) -> str:
    source = Source(digest="sha256:" + "0" * 64, channel="post", lang="fr")
    import_register.keep(office.node, office.committer, SHEET, "register.csv", source, at=AT)
    return Original.objects.get().digest


@pytest.fixture
def senegal(office: DeskOffice) -> DeskOffice:
    """Return an office that has entered an authority."""
    office.do("authority.entered", authority())
    return office


STATES = [
    ("", "submitted"),
    ("received", "submitted"),
    ("sent", "submitted"),
    ("waiting", "submitted"),
    ("acknowledged", "acknowledged"),
    ("in-progress", "acknowledged"),
    ("accepted", "accepted"),
    ("executed", "executed"),
    ("executed-in-part", "accepted"),
    ("refused", "refused"),
    ("postponed", "postponed"),
    ("withdrawn", "withdrawn"),
    ("closed", "closed"),
]


def test_every_status_of_a_register_has_a_state() -> None:
    assert {status for status, _ in STATES} == {"", *STATUSES}


@pytest.mark.parametrize("direction", ["in", "out"])
@pytest.mark.parametrize(("status", "state"), STATES)
def test_a_row_stands_in_the_state_that_it_says(
    senegal: DeskOffice, status: str, state: str, direction: str
) -> None:
    found = take(senegal, row(status=status, direction=direction, sent="2025-11-04"))
    assert (found.made, found.refused) == (1, [])
    kept = Conversation.objects.get()
    assert (kept.main, kept.paper, kept.measure) == (state, True, "preservation")
    assert kept.opener == (SENEGAL if direction == "in" else senegal.node.party)
    turns = [one.turn for one in paper_conversations.transcripts(kept.digest)]
    assert walk(turns, opener=kept.opener).state.main == state


def test_the_timeline_says_whose_words_and_that_the_sheet_is_the_original(
    senegal: DeskOffice,
) -> None:
    take(senegal, row(their_reference="DKR-1", notes="vu", status="accepted"))
    kept = Conversation.objects.get()
    [thread] = case_threads(senegal.node, kept.case)
    first, second = thread.events
    assert first.transcript is not None
    assert first.transcript.value["originals"] == [Original.objects.get().digest]
    assert "notes: vu" in first.transcript.value["remark"]["text"]
    assert first.sections["request"]["basis"] == []  # the sheet names none
    assert "subject" not in first.sections
    assert kept.reference == "DKR-1"
    assert (first.row.outgoing, second.row.outgoing) == (False, True)


def test_the_moment_that_the_register_names_is_watched_by_the_offices_own_clock(
    senegal: DeskOffice,
) -> None:
    take(
        senegal, row(due="2026-04-01", officer="Ndiaye"), row(3, due="2026-04-01", status="closed")
    )
    slip = DocketItem.objects.get(kind="referral")
    assert slip.due_at == datetime(2026, 4, 1, tzinfo=UTC)


def test_what_was_taken_is_not_taken_again(senegal: DeskOffice) -> None:
    first = take(senegal, row(), row(3))
    assert (first.made, first.known) == (2, 0)
    again = take(senegal, row(), row(3), row(4))
    assert (again.made, again.known) == (1, 2)
    assert Conversation.objects.count() == 3
    assert AuditRow.objects.filter(action="register.row").count() == 3


def test_a_trial_records_nothing(senegal: DeskOffice) -> None:
    found = take(senegal, row(), row(3, direction=""), dry_run=True)
    assert (found.made, found.refused) == (1, [("", 3, "register-direction")])
    assert not Conversation.objects.exists()


REFUSED = [
    ("register-authority", {"correspondent": "Parquet de Thiès"}),
    ("register-direction", {"direction": ""}),
    ("register-measure", {"measure": ""}),
    ("register-measure", {"measure": "preservation-extension"}),
    ("register-node", {"correspondent": ASKING}),
    ("register-state", {"state": "fr"}),
    ("register-subject", {"measure": "spontaneous-information"}),
]


def test_every_refusal_is_tried() -> None:
    assert {code for code, _ in REFUSED} == set(REFUSALS)


@pytest.mark.parametrize(("code", "told"), REFUSED)
def test_a_row_that_says_too_little_is_refused_and_its_neighbours_are_not(
    senegal: DeskOffice, code: str, told: dict[str, str]
) -> None:
    found = take(senegal, row(), row(3, **told), row(4))
    assert (found.made, found.refused) == (2, [("", 3, code)])


def test_every_measure_of_a_register_becomes_something_or_is_refused(senegal: DeskOffice) -> None:
    rows = [row(n, measure=name, subject="x") for n, name in enumerate(MEASURES, start=2)]
    found = take(senegal, *rows)
    assert found.made + len(found.refused) == len(MEASURES)
    assert {code for _, _, code in found.refused} == {"register-measure"}
