"""People and roles: nobody locks the office out, and who leaves leaves nothing behind."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user_model
from django.utils.translation import get_language
from tests.docket.conftest import DeskOffice, authority, text

from comity.node.accounts import offboarding, reassign_work
from comity.node.accounts.reassign_work import Heirs, HeirUnfitError
from comity.node.cases import docket_store
from comity.node.cases.docket_store import DocketHandError, DocketRuleError
from comity.node.core import reader_language
from comity.node.docket import translation_jobs
from comity.node.docket.verify import check_docket
from comity.node.duty import roster_store
from comity.node.duty.roster import Crew, Weekly
from comity.node.models import ApiToken, AuditRow, Conversation, Officer, Reached, WeeklyShift
from comity.node.people import accounts
from comity.node.people.access import case_access, staff, yearly_review
from comity.node.people.accounts import LastAdministratorError
from comity.node.people.signin import factors, passwords
from comity.node.watch import shifts

T0 = datetime(2026, 3, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def add(name: str, role: str) -> Officer:
    made, _ = staff.add(name=name, role=role, at=T0, by="test")
    return made


def leave(office: DeskOffice, gone: Officer, *steps: str, **heirs: Officer) -> None:
    """Do lines of somebody's checklist as the administrator of the office."""
    by = Officer.objects.get(user__username="admin")
    offboarding.do(
        office.node, office.committer, gone, steps, at=office.at, by=by, heirs=Heirs(**heirs)
    )


def test_the_last_administrator_cannot_leave(office: DeskOffice) -> None:
    Officer.objects.filter(role__in=("approver",)).update(role="case")
    only = add("admin", "operator")
    with pytest.raises(LastAdministratorError):
        leave(office, only, "account")
    assert not AuditRow.objects.filter(action="leaving.step").exists()


def test_the_last_administrator_is_neither_closed_nor_demoted_until_there_is_another() -> None:
    only = add("one", "operator")
    refusing: tuple[Callable[[], None], ...] = (
        lambda: staff.disable(only, at=T0, by="x"),
        lambda: accounts.disable("one", at=T0, by="operator"),
        lambda: staff.change_role(only, "case", at=T0, by="x"),
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
    assert made.first_password  # the node made it, somebody else saw it
    passwords.change(made, "a phrase of one's own", at=T0, by="one", but=None)
    assert not Officer.objects.get(pk=made.pk).first_password
    again = staff.new_password(made, at=T0, by="x")
    assert not get_user_model().objects.get(pk=made.user_id).check_password(password)
    assert get_user_model().objects.get(pk=made.user_id).check_password(again)
    assert made.first_password


@pytest.mark.parametrize("role", ["", "root", "author"])
def test_there_are_no_other_roles(role: str) -> None:
    with pytest.raises(staff.RoleUnknownError):
        staff.add(name="one", role=role, at=T0, by="x")


def in_hand(office: DeskOffice) -> tuple[str, Officer]:
    """Return a case, and a colleague with one of each thing that somebody can have in hand."""
    office.do("authority.entered", authority())
    case, gone = office.written().case, office.people["case"]
    case_access.assign(case, gone, at=T0, by="x")
    accounts.make_token(gone.user.get_username(), label="laptop", at=T0, by="x")
    gone.certificate, gone.passkey = b"{}", {"id": "x"}
    gone.save()
    shifts.begin(office.node, office.committer, officer=gone, at=office.at)
    crew = Crew(officer=gone.identifier, second=office.people["approver"].identifier)
    roster_store.add_weekly(
        Weekly(weekday=0, begins=time(8), ends=time(20), zone="Africa/Johannesburg", crew=crew),
        by="x",
        at=T0,
    )
    return case, gone


def job(office: DeskOffice, case: str) -> str:
    """Return a translation job that names the translator of the office."""
    asked = {
        "source": Conversation.objects.get(case=case).digest,
        "what": "subject/description",
        "source_language": "fr",
        "target_language": "en",
        "due": "2027-01-01T00:00:00Z",
        "cost": None,
        "assigned": office.people["translator"].identifier,
    }
    return office.do("translation.asked", asked, case=case).id


def remains(office: DeskOffice, gone: Officer) -> dict[str, int]:
    return {str(line.step): line.remains for line in offboarding.checklist(gone, at=office.at)}


def test_who_leaves_hands_over_and_leaves_no_way_in(office: DeskOffice) -> None:
    (case, gone), heir = in_hand(office), add("heir", "case")
    admin = add("admin", "operator")
    assert remains(office, gone) == {
        "cases": 1, "jobs": 0, "watch": 2, "account": 2, "certificate": 2, "keys": 0, "shares": 0,
    }  # fmt: skip
    for nobody in ({}, {"cases": gone, "watch": gone}, {"cases": admin, "watch": admin}):
        with pytest.raises(HeirUnfitError):
            leave(office, gone, "cases", **nobody)
        with pytest.raises(HeirUnfitError):
            leave(office, gone, "watch", **nobody)
    assert shifts.current(gone) is not None  # what was begun of it was undone
    leave(office, gone, *offboarding.Step, cases=heir, watch=heir)
    assert case_access.assigned_to(case) == [heir]
    assert shifts.current(gone) is None
    row = WeeklyShift.objects.get()
    assert (row.officer, row.second) == (heir.identifier, office.people["approver"].identifier)
    after = staff.named(gone.identifier)
    assert (after.user.is_active, after.certificate, after.passkey) == (False, None, None)
    assert not get_user_model().objects.get(pk=gone.user_id).has_usable_password()
    assert not ApiToken.objects.filter(user=gone.user_id).exists()
    assert all(line.done for line in offboarding.checklist(after, at=office.at))
    steps = AuditRow.objects.filter(action="leaving.step").values_list("detail", flat=True)
    assert list(steps) == list(offboarding.Step)
    assert AuditRow.objects.get(action="roster.handed-over").subject == gone.identifier
    for wrong in ("keys", "everything"):  # done already; no such line
        with pytest.raises(offboarding.LeavingStepError):
            leave(office, gone, wrong)
    assert check_docket(office.node).faults == ()


def test_why_a_shift_ended_is_written_in_the_language_of_the_office(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, gone = in_hand(office)
    add("admin", "operator")
    (item,) = (one.id for one in shifts.on_duty())
    monkeypatch.setattr(reader_language, "language_of", lambda _tags: "vi")
    monkeypatch.setattr(reassign_work, "gettext", lambda text: f"{get_language()} {text}")
    leave(office, gone, "watch", watch=office.people["approver"])
    said = shifts.shift_named(item).said("shift.ended")["reasons"]
    assert (said["lang"], said["text"]) == ("vi", "vi The officer left this office.")


def rooted(gone: Officer, *others: Officer) -> None:
    """Let somebody have every way in, a compartment, and a number."""
    WebAuthn.add(gone.user, "laptop", {})
    RecoveryCodes.activate(gone.user)
    SocialAccount.objects.create(user=gone.user, provider="https://login.example", uid="gone")
    case_access.set_members("Child protection", [gone, *others], at=T0, by="x")
    Reached.objects.create(officer=gone.identifier, email="gone@vn.example", phone="+8412345")


def test_nothing_of_a_closed_account_comes_back_with_it(office: DeskOffice) -> None:
    gone, other = add("gone", "case"), add("other", "case")
    add("admin", "operator")
    rooted(gone, other)
    assert remains(office, gone)["account"] == 6
    leave(office, gone, "account")
    assert remains(office, staff.named(gone.identifier))["account"] == 0
    staff.enable(gone, at=T0, by="x")
    assert factors.factors_of(gone.user) == []
    assert factors.linked("https://login.example", "gone") is None
    assert list(gone.compartments.all()) == []
    assert list(other.compartments.all()) != []
    assert not Reached.objects.exists()
    done = AuditRow.objects.filter(subject=gone.identifier).values_list("action", flat=True)
    assert {"factor.reset", "sign-in.unlinked", "duty.contact-set"} <= set(done)


def test_an_account_closed_before_is_cleared_all_the_same(office: DeskOffice) -> None:
    gone, other = add("gone", "case"), add("other", "case")
    add("admin", "operator")
    rooted(gone, other)
    staff.disable(gone, at=T0, by="x")
    leave(office, staff.named(gone.identifier), "account")
    assert factors.factors_of(gone.user) == []


def test_the_only_member_of_a_compartment_with_cases_stays_until_there_is_another(
    office: DeskOffice,
) -> None:
    (case, _), gone = in_hand(office), add("gone", "case")
    add("admin", "operator")
    rooted(gone)
    case_access.set_compartment(case, "Child protection", at=T0, by="x")
    with pytest.raises(case_access.CompartmentError):
        leave(office, gone, "account")
    found = staff.named(gone.identifier)
    assert found.user.is_active, "all of it, or nothing"
    assert len(factors.factors_of(found.user)) == 2


def test_who_stands_in_the_crew_already_moves_up(office: DeskOffice) -> None:
    _, gone = in_hand(office)
    add("admin", "operator")
    leave(office, gone, "watch", watch=office.people["approver"])
    row = WeeklyShift.objects.get()
    assert (row.officer, row.second, row.deputy) == (office.people["approver"].identifier, "", "")


def test_jobs_go_to_another_translator_who_takes_them_anew(office: DeskOffice) -> None:
    case, _ = in_hand(office)
    gone, heir, admin = (
        office.people["translator"],
        add("heir", "translator"),
        add("admin", "operator"),
    )
    waiting, taken, delivered = (job(office, case) for _ in range(3))
    for one in (taken, delivered):
        office.do("translation.taken", {"translator": "T. Diop"}, who="translator", item=one)
    said = {
        "text": "The text.",
        "original": None,
        "made_by": "T. Diop",
        "checked_by_a_person": True,
        "attestation": text("True and whole.", "en"),
        "sworn": False,
        "cost": None,
    }
    office.do("translation.delivered", said, who="translator", item=delivered)
    assert remains(office, gone)["jobs"] == 2  # what is delivered waits for who reads it
    for nobody in ({}, {"jobs": gone}, {"jobs": office.people["case"]}):
        with pytest.raises(HeirUnfitError):
            leave(office, gone, "jobs", **nobody)
    offboarding.hand_over(
        office.node,
        office.committer,
        gone,
        at=office.at,
        by=admin,
        heirs=Heirs(jobs=heir),
    )
    for item in (waiting, taken):
        now = docket_store.item_named(item)
        assert (now.state, now.told["assigned"]) == ("asked", heir.identifier)
        assert now.entries[-1].entry.by == admin.identifier
    assert docket_store.item_named(delivered).told["assigned"] == gone.identifier
    assert {one.id for one in translation_jobs.jobs_of(heir)[0]} == {waiting, taken}
    with pytest.raises(DocketHandError):  # it is somebody else's now
        office.do("translation.taken", {"translator": "T. Diop"}, who="translator", item=waiting)
    with pytest.raises(offboarding.LeavingStepError):  # all three lines are done
        offboarding.hand_over(
            office.node, office.committer, gone, at=office.at, by=admin, heirs=Heirs()
        )
    assert check_docket(office.node).faults == ()


def test_an_officer_gives_a_job_to_another_translator_in_office_and_to_nobody_else(
    office: DeskOffice,
) -> None:
    case, _ = in_hand(office)
    item, heir = job(office, case), add("heir", "translator")
    closed = add("closed", "translator")
    staff.disable(closed, at=T0, by="x")
    for wrong in (office.people["translator"], office.people["case"], closed):
        with pytest.raises(DocketRuleError):
            office.do("translation.reassigned", {"assigned": wrong.identifier}, item=item)
    wanted = {"assigned": heir.identifier}
    with pytest.raises(DocketHandError):
        office.do("translation.reassigned", wanted, item=item, who="translator")
    office.do("translation.reassigned", wanted, item=item)
    assert docket_store.item_named(item).told["assigned"] == heir.identifier


def test_an_account_is_due_a_year_after_it_was_confirmed_by_somebody_else() -> None:
    admin, one = add("admin", "operator"), add("one", "case")
    add("second", "approver")
    assert yearly_review.due(T0 + yearly_review.YEAR - timedelta(seconds=1)) == []
    at = T0 + yearly_review.YEAR
    assert {row.identifier for row in yearly_review.due(at)} >= {admin.identifier, one.identifier}
    yearly_review.confirm(one, by=admin, at=at)
    assert one.identifier not in {row.identifier for row in yearly_review.due(at)}
    with pytest.raises(yearly_review.OwnAccountError):
        yearly_review.confirm(admin, by=admin, at=at)


def test_an_administrator_who_is_alone_confirms_the_own_account() -> None:
    admin = add("admin", "operator")
    yearly_review.confirm(admin, by=admin, at=T0 + yearly_review.YEAR)
    assert yearly_review.due(T0 + yearly_review.YEAR) == []
