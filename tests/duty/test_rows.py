"""A roster goes out as CSV and comes back the same; a wrong row changes nothing."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.contrib.auth import get_user_model
from tests.duty.conftest import T0

from comity.node.duty import roster_csv, roster_store
from comity.node.duty.roster import Change, Crew, Roster, Weekly
from comity.node.duty.roster_csv import RosterRowError
from comity.node.duty.roster_defaults import callable_people
from comity.node.duty.roster_store import RosterError
from comity.node.models import Officer
from comity.node.people import accounts

HEAD = "kind,weekday,begins,ends,zone,first,last,officer,second,deputy\n"
GOOD = "weekly,monday,22:00,06:00,Asia/Ho_Chi_Minh,,,officer-lan,officer-minh,\n"


def test_a_roster_comes_back_as_it_went_out() -> None:
    crew = Crew(officer="a", second="b", deputy="c")
    kept = Roster(
        [
            Weekly(weekday=6, begins=time(22), ends=time(6), zone="Europe/Berlin", crew=crew),
            Weekly(
                weekday=0, begins=time(6), ends=time(22), zone="UTC", crew=Crew(officer="b"),
                first=date(2026, 1, 1), last=date(2026, 12, 31),
            ),
        ],
        [Change(begins=T0, ends=T0 + timedelta(hours=3), crew=crew)],
    )  # fmt: skip
    assert roster_csv.read(roster_csv.write(kept)) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a,b\n",
        HEAD + "weekly\n",
        HEAD + GOOD.strip() + ",more\n",
        HEAD + GOOD.replace("monday", "someday"),
        HEAD + GOOD.replace("22:00", "25:00"),
        HEAD + GOOD.replace("weekly", "yearly"),
        HEAD + "change,,2026-11-25,2026-11-26,UTC,,,a,,\n",
        HEAD + GOOD.replace("officer-lan", "o" * 65),
        HEAD + GOOD.replace(",,,", ",tomorrow,,"),
        HEAD + '"open\n',
        HEAD + GOOD * 1001,
        HEAD + GOOD.replace("a", "\0"),
        HEAD + "x" * roster_csv.MAX_CHARS,
    ],
)
def test_a_row_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(RosterRowError):
        roster_csv.read(text)


@pytest.mark.django_db
def test_a_wrong_roster_leaves_the_one_that_stands(office: list[str]) -> None:
    good = roster_csv.read(HEAD + GOOD)
    assert roster_store.replace(good.weekly, (), by="lan", at=T0) == 1
    for bad in (GOOD.replace("officer-minh", "officer-gone"), GOOD.replace("minh", "lan")):
        with pytest.raises(RosterError):
            roster_store.replace(roster_csv.read(HEAD + GOOD + bad).weekly, (), by="lan", at=T0)
        assert roster_store.roster() == good


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["officer", "second", "deputy"])
def test_who_may_not_acknowledge_is_on_no_roster_by_page_program_or_csv(
    office: list[str], place: str
) -> None:
    """The auditor reads; an alarm at night would wait for somebody who cannot take it."""
    accounts.add_person(
        name="vera", role="auditor", password="a long phrase for tests", at=T0, by="x",
        identifier="officer-vera",
    )  # fmt: skip
    named = {"officer": "officer-lan", "second": "officer-minh", "deputy": "officer-hoa"}
    crew = Crew(**{**named, place: "officer-vera"})
    weekly = Weekly(weekday=3, begins=time(8), ends=time(16), zone="UTC", crew=crew)
    change = Change(begins=T0, ends=T0 + timedelta(hours=1), crew=crew)
    csv = roster_csv.read(roster_csv.write(Roster([weekly], [])))
    why = f"the {place}, officer-vera, cannot be on duty: the role auditor does not acknowledge"
    tries: tuple[Callable[[], object], ...] = (
        lambda: roster_store.add_weekly(weekly, by="lan", at=T0),
        lambda: roster_store.add_change(change, by="lan", at=T0),
        lambda: roster_store.replace(csv.weekly, (), by="lan", at=T0),
    )
    for done in tries:
        with pytest.raises(RosterError, match=why):
            done()
    assert not roster_store.roster()
    assert "officer-vera" not in dict(callable_people())  # what the pages offer: one rule
    gone = Officer.objects.get(identifier="officer-hoa").user
    gone.is_active = False
    gone.save()
    with pytest.raises(RosterError, match="officer-hoa, cannot be on duty: the account is closed"):
        roster_store.check_crew(Crew(officer="officer-hoa"))


@pytest.mark.django_db
def test_two_crews_take_each_others_shift(office: list[str]) -> None:
    one, two = Crew(officer=office[0]), Crew(officer=office[1])
    for weekday, crew in ((3, one), (4, two)):
        row = Weekly(weekday=weekday, begins=time(8), ends=time(16), zone="UTC", crew=crew)
        roster_store.add_weekly(row, by="lan", at=T0)
    thursday = T0.replace(day=26, hour=9)
    roster_store.swap(thursday, thursday + timedelta(days=1), by="lan", at=T0)
    found = [roster_store.on_duty(thursday + timedelta(days=n)) for n in (0, 1, 7)]
    assert [one.crew.officer if one else "" for one in found] == [office[1], office[0], office[0]]
    with pytest.raises(RosterError):
        roster_store.swap(thursday, thursday, by="lan", at=T0)
    with pytest.raises(RosterError):
        roster_store.swap(thursday, thursday.replace(hour=20), by="lan", at=T0)


@pytest.mark.django_db
def test_a_closed_account_covers_no_shift(office: list[str]) -> None:
    """Whoever comes after it takes its place, and a shift that had nobody else is a gap."""
    for weekday, crew in (
        (3, Crew(officer=office[0], second=office[1])),
        (4, Crew(officer=office[0])),
    ):
        row = Weekly(weekday=weekday, begins=time(8), ends=time(16), zone="UTC", crew=crew)
        roster_store.add_weekly(row, by="lan", at=T0)
    thursday = T0.replace(day=26, hour=9)
    friday = thursday + timedelta(days=1)
    assert roster_store.on_duty(friday) is not None
    get_user_model().objects.filter(officer__identifier=office[0]).update(is_active=False)
    kept = roster_store.roster()
    shift = kept.on_duty(thursday)
    assert shift is not None
    assert shift.crew == Crew(officer=office[1])
    assert kept.on_duty(friday) is None
    assert any(gap.begins <= friday < gap.ends for gap in roster_store.gaps_ahead(kept, thursday))
    assert [row.crew.officer for row in kept.weekly] == [office[0]] * 2, "as it was entered"


@pytest.mark.django_db
@pytest.mark.parametrize(("begins", "hours"), [(T0, 0), (T0, 63 * 24), (T0 - timedelta(9), 1)])
def test_a_change_that_is_none_is_refused(office: list[str], begins: datetime, hours: int) -> None:
    row = Change(begins=begins, ends=begins + timedelta(hours=hours), crew=Crew(officer=office[0]))
    with pytest.raises(RosterError):
        roster_store.add_change(row, by="lan", at=T0)
