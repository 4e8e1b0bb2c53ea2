"""People and roles: nobody locks the office out, and who leaves leaves nothing behind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from tests.docket.conftest import DeskOffice, asks, authority

from comity.node import people
from comity.node.access import attesting, cases, leaving, staff
from comity.node.models import ApiToken, AuditRow, Officer
from comity.node.people import LastAdministratorError

T0 = datetime(2026, 3, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def add(name: str, role: str) -> Officer:
    made, _ = staff.add(name=name, role=role, at=T0, by="test")
    return made


def test_the_last_administrator_is_neither_closed_nor_demoted_until_there_is_another() -> None:
    only = add("one", "operator")
    refusing: tuple[Callable[[], None], ...] = (
        lambda: staff.disable(only, at=T0, by="x"),
        lambda: people.disable("one", at=T0, by="operator"),
        lambda: staff.change_role(only, "case", at=T0, by="x"),
        lambda: leaving.do(only, "account", at=T0, by="x"),
    )
    for refused in refusing:
        with pytest.raises(LastAdministratorError):
            refused()
    found = staff.named(only.identifier)
    assert (found.user.is_active, found.role) == (True, "operator")
    add("two", "approver")
    staff.disable(found, at=T0, by="two")
    assert not staff.named(only.identifier).user.is_active


def test_a_closed_administrator_does_not_count() -> None:
    first, second = add("one", "operator"), add("two", "operator")
    staff.disable(first, at=T0, by="x")
    with pytest.raises(LastAdministratorError):
        staff.disable(second, at=T0, by="x")


def test_a_first_password_is_random_and_lets_the_person_in() -> None:
    made, password = staff.add(name="one", role="case", at=T0, by="x")
    _, other = staff.add(name="two", role="case", at=T0, by="x")
    assert password != other
    assert get_user_model().objects.get(pk=made.user_id).check_password(password)
    kept = "".join(f"{row.subject}{row.detail}" for row in AuditRow.objects.all())
    assert password not in kept
    again = staff.new_password(made, at=T0, by="x")
    assert not get_user_model().objects.get(pk=made.user_id).check_password(password)
    assert get_user_model().objects.get(pk=made.user_id).check_password(again)


@pytest.mark.parametrize("role", ["", "root", "author"])
def test_there_are_no_other_roles(role: str) -> None:
    with pytest.raises(staff.RoleUnknownError):
        staff.add(name="one", role=role, at=T0, by="x")


def test_who_leaves_hands_cases_over_and_leaves_no_way_in(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    case, gone, heir = asks(office).case, office.people["case"], add("heir", "case")
    add("admin", "operator")
    cases.assign(case, gone, at=T0, by="x")
    people.make_token(gone.user.get_username(), label="laptop", at=T0, by="x")
    gone.certificate, gone.passkey = b"{}", {"id": "x"}
    gone.save()
    assert {line.step: line.remains for line in leaving.checklist(gone)} == {
        "cases": 1, "jobs": 0, "account": 2, "certificate": 2, "keys": 0, "shares": 0,
    }  # fmt: skip
    with pytest.raises(leaving.LeavingStepError):
        leaving.do(gone, "cases", at=T0, by="x")  # to nobody
    for step in leaving.Step:
        leaving.do(gone, step, at=T0, by="x", successor=heir)
    assert cases.assigned_to(case) == [heir]
    after = staff.named(gone.identifier)
    assert (after.user.is_active, after.certificate, after.passkey) == (False, None, None)
    assert not get_user_model().objects.get(pk=gone.user_id).has_usable_password()
    assert not ApiToken.objects.filter(user=gone.user_id).exists()
    assert all(line.done for line in leaving.checklist(after))
    steps = AuditRow.objects.filter(action="leaving.step").values_list("detail", flat=True)
    assert list(steps) == list(leaving.Step)
    with pytest.raises(leaving.LeavingStepError):
        leaving.do(gone, "keys", at=T0, by="x")  # done already
    with pytest.raises(leaving.LeavingStepError):
        leaving.do(gone, "everything", at=T0, by="x")


def test_an_account_is_due_a_year_after_it_was_confirmed_by_somebody_else() -> None:
    admin, one = add("admin", "operator"), add("one", "case")
    add("second", "approver")
    assert attesting.due(T0 + attesting.YEAR - timedelta(seconds=1)) == []
    at = T0 + attesting.YEAR
    assert {row.identifier for row in attesting.due(at)} >= {admin.identifier, one.identifier}
    attesting.confirm(one, by=admin, at=at)
    assert one.identifier not in {row.identifier for row in attesting.due(at)}
    with pytest.raises(attesting.OwnAccountError):
        attesting.confirm(admin, by=admin, at=at)


def test_an_administrator_who_is_alone_confirms_the_own_account() -> None:
    admin = add("admin", "operator")
    attesting.confirm(admin, by=admin, at=T0 + attesting.YEAR)
    assert attesting.due(T0 + attesting.YEAR) == []
