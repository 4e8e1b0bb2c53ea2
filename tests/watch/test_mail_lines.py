"""A piece of mail on the watch says no more of itself than the list of mail does."""

from datetime import timedelta

import pytest
from tests.docket.conftest import DeskOffice

from comity.node.models import Mark
from comity.node.sensitive import marks
from comity.node.watch import Alert, Kind, Severity
from comity.node.watch.alert_rows import lines_of

pytestmark = pytest.mark.django_db


def told(office: DeskOffice, item: str, who: str = "case") -> dict[str, str]:
    alert = Alert(kind=Kind.MAIL, subject=item, severity=Severity.LOW)
    (line,) = lines_of(office.node, [alert], office.people[who])
    return line.mail


def test_mail_is_told_apart_by_sender_and_file(office: DeskOffice) -> None:
    first, second = office.received(), office.received(b"%PDF", name="avis.pdf", sender="Dakar")
    assert told(office, first.id) == {"sender": "parquet@justice.example", "name": "lettre.eml"}
    assert told(office, second.id) == {"sender": "Dakar", "name": "avis.pdf"}


def test_marked_mail_and_mail_that_one_may_not_read_say_nothing(office: DeskOffice) -> None:
    item = office.received()
    assert told(office, item.id, who="auditor") == {}
    marks.put(
        office.committer,
        Mark.Kind.ORIGINAL,
        item.said("mail.received")["original"],
        Mark.Marker.VICTIM,
        reason="a victim",
        user="case",
        at=office.at + timedelta(minutes=1),
    )
    assert told(office, item.id) == {}
