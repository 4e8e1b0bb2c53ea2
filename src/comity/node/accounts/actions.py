"""What may be done about people, and about who may see what: the rows of the table of actions."""

from typing import Annotated, Any, Final

from django.http import Http404
from pydantic import Field

from comity.canonical.members import MemberError
from comity.directory.errors import KeyExpiredError, KeyNotYetError, KeyRevokedError, KeyUseError
from comity.exchange.errors import CertificateError
from comity.keys.jws import JwsError, TypeMismatchError, UnknownKeyError
from comity.node.accounts import offboarding, reassign_work
from comity.node.accounts import schemas as shapes
from comity.node.accounts.answers import (
    certificate_value,
    circle_value,
    compartment_value,
    person_value,
)
from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.actions.perform import Unchanged
from comity.node.messages import draft_changes as messages
from comity.node.models import BrokenGlass, Compartment, Officer
from comity.node.people import accounts, departures
from comity.node.people.access import case_access, emergency_access, staff, yearly_review
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.web.schemas import CertificateOut

_IDENTIFIER: Final = Annotated[str, Field(max_length=64)]


def _change_access(call: ActionCall) -> dict[str, Any] | Unchanged:
    """Say who works on a case, and who may see the case. All that is said is done, or nothing."""
    case, wanted, at, by = call.place["case"], call.input, call.at, call.by
    if not circle_of(call.officer, at=at).has_case(case):
        raise Http404
    before = circle_value(case)
    if wanted.assign:
        case_access.assign(case, case_access.officer_named(wanted.assign), at=at, by=by)
    if wanted.unassign:
        case_access.unassign(case, staff.named(wanted.unassign), at=at, by=by)
    if wanted.openness:
        case_access.set_openness(case, wanted.openness, officer=call.officer, at=at, by=by)
    if wanted.compartment is not None:
        case_access.set_compartment(case, wanted.compartment, at=at, by=by)
    after = circle_value(case)
    return Unchanged(after) if after == before else after


def _break_glass(call: ActionCall) -> BrokenGlass:
    """Open a case to yourself for some hours, in need; those concerned are told."""
    said = call.input
    return emergency_access.break_glass(said.case, said.reason, officer=call.officer, at=call.at)


def _confirm_notice(call: ActionCall) -> None:
    """Confirm that you know of an emergency access."""
    try:
        emergency_access.acknowledge(call.place["notice"], officer=call.officer, at=call.at)
    except emergency_access.NoticeUnknownError as fault:
        raise Http404 from fault


def _add_person(call: ActionCall) -> tuple[Officer, str]:
    """Add a user. The first password is shown once."""
    return staff.add(name=call.input.name, role=call.input.role, at=call.at, by=call.by)


def _change_person(call: ActionCall) -> Officer:
    """Give a person another role, close or confirm the account, or do what remains of a leaver."""
    found, wanted = _person(call), call.input
    match wanted.do:
        case "role":
            staff.change_role(found, wanted.role, at=call.at, by=call.by)
        case "disable":
            staff.disable(found, at=call.at, by=call.by)
        case "confirm":
            yearly_review.confirm(found, by=call.officer, at=call.at)
        case _:
            _leave(call, found)
    return _person(call)


def _person(call: ActionCall) -> Officer:
    try:
        return staff.named(call.place["identifier"])
    except accounts.AccountUnknownError as fault:
        raise Http404 from fault


def _leave(call: ActionCall, found: Officer) -> None:
    service, wanted, at, by = call.service, call.input, call.at, call.officer
    node, committer = service.node, service.committer
    if wanted.do == "step":
        heir = wanted.successor
        heirs = reassign_work.heirs_named(cases=heir, jobs=heir, watch=heir)
        offboarding.do(node, committer, found, [wanted.step], at=at, by=by, heirs=heirs)
    else:
        heirs = reassign_work.heirs_named(
            cases=wanted.cases_to, jobs=wanted.jobs_to, watch=wanted.watch_to
        )
        offboarding.hand_over(node, committer, found, at=at, by=by, heirs=heirs)


def _set_compartment(call: ActionCall) -> Compartment:
    """Make a compartment, or say anew who is in it: these officers, and nobody else."""
    members = [case_access.officer_named(one) for one in call.input.members]
    return case_access.set_members(call.input.name, members, at=call.at, by=call.by)


def _store_certificate(call: ActionCall) -> Officer | Unchanged:
    """Keep a certificate that this party's officer-ca signed; it is logged before its first use."""
    identifier = call.place["identifier"]
    before = Officer.objects.get(identifier=identifier).certificate
    messages.store_certificate(call.service, identifier, call.input.root, by=call.by)
    found = Officer.objects.get(identifier=identifier)
    return Unchanged(found) if found.certificate == before else found


CHANGE_ACCESS: Final = Action(
    name="case-access.change",
    right=Right.ASSIGN,
    path="/cases/{case}/access",
    place={"case": Annotated[str, Field(max_length=shapes.MOST_CASE)]},
    input=shapes.CircleIn,
    output=shapes.CircleOut,
    errors=(
        accounts.AccountUnknownError,
        case_access.CaseUnknownError,
        case_access.CompartmentError,
        case_access.OfficerUnfitError,
        case_access.OutsideCompartmentError,
    ),
    audit=("case.assigned", "case.unassigned", "case.openness", "case.compartment"),
    command="case assign CASE OFFICER",
    example="case assign 2026-000012 officer-3f2a",
    apply=_change_access,
)
BREAK_GLASS: Final = Action(
    name="glass.break",
    right=Right.BREAK_GLASS,
    path="/break-glass",
    input=shapes.GlassIn,
    output=shapes.GlassOut,
    status=201,
    errors=(
        case_access.CaseUnknownError,
        emergency_access.GlassNeedlessError,
        emergency_access.GlassReasonError,
    ),
    audit=("glass.broken",),
    command="case open CASE",
    example="case open 2026-000012 --in-need 'An urgent call came about it'",
    apply=_break_glass,
    answer=lambda _call, made: {"case": made.case, "until": made.until},
)
CONFIRM_NOTICE: Final = Action(
    name="notice.confirm",
    right=Right.NOTICES,
    path="/notices/{notice}",
    place={"notice": Annotated[int, Field(ge=1, le=2**53 - 1)]},
    status=204,
    audit=("glass.acknowledged",),
    command="notice confirm NOTICE",
    example="notice confirm 4",
    apply=_confirm_notice,
)
ADD_PERSON: Final = Action(
    name="person.add",
    right=Right.PEOPLE,
    path="/people",
    input=shapes.PersonIn,
    output=shapes.PersonMade,
    status=201,
    errors=(
        accounts.AccountNameEmptyError,
        accounts.AccountNameError,
        accounts.AccountNameLongError,
        accounts.AccountNameUnfitError,
        staff.RoleUnknownError,
    ),
    audit=("account.added",),
    command="people add NAME",
    example="people add minh --role case",
    apply=_add_person,
    answer=lambda _call, made: {"identifier": made[0].identifier, "password": made[1]},
    shown_once=True,
)
CHANGE_PERSON: Final = Action(
    name="person.change",
    right=Right.PEOPLE,
    path="/people/{identifier}",
    place={"identifier": _IDENTIFIER},
    input=shapes.PersonDo,
    output=shapes.PersonOut,
    errors=(
        accounts.LastAdministratorError,
        case_access.CompartmentError,
        case_access.OutsideCompartmentError,
        offboarding.LeavingStepError,
        reassign_work.HeirUnfitError,
        staff.RoleUnknownError,
        yearly_review.OwnAccountError,
    ),
    audit=(
        "account.role",
        "account.disabled",
        "account.confirmed",
        "certificate.removed",
        "draft.approval-departed",
        "leaving.step",
    ),
    command="people role OFFICER ROLE",
    example="people role officer-3f2a duty",
    apply=_change_person,
    answer=lambda _call, found: person_value(found, case_access.cases_of(found)),
    writes=Writes.STEPS,
    why="leaving goes into the log; an account is closed even while the log may not grow",
)
SET_COMPARTMENT: Final = Action(
    name="compartment.set",
    right=Right.PEOPLE,
    path="/compartments",
    input=shapes.CompartmentIn,
    output=shapes.CompartmentOut,
    errors=(case_access.CompartmentError, case_access.OfficerUnfitError),
    audit=("compartment.set",),
    command="compartment set NAME",
    example="compartment set North --member officer-3f2a",
    apply=_set_compartment,
    answer=lambda _call, made: compartment_value(made),
)
STORE_CERTIFICATE: Final = Action(
    name="officer-certificate.store",
    right=Right.CERTIFICATES,
    path="/officers/{identifier}/certificate",
    place={"identifier": _IDENTIFIER},
    input=shapes.CertificateIn,
    output=CertificateOut,
    status=201,
    errors=(
        CertificateError,
        departures.CertificateRemovedError,
        JwsError,
        KeyExpiredError,
        KeyNotYetError,
        KeyRevokedError,
        KeyUseError,
        MemberError,
        TypeMismatchError,
        UnknownKeyError,
    ),
    audit=("officer.certified",),
    command="people certificate OFFICER FILE",
    example="people certificate officer-3f2a minh.certificate.json",
    apply=_store_certificate,
    answer=lambda _call, officer: certificate_value(officer),
    writes=Writes.LOG,
)
OFFICE: Final = (
    CHANGE_ACCESS,
    BREAK_GLASS,
    CONFIRM_NOTICE,
    ADD_PERSON,
    CHANGE_PERSON,
    SET_COMPARTMENT,
)
"""Those that the API of this package has; certificates stand beside the caller's own."""
ACTIONS: Final = (*OFFICE, STORE_CERTIFICATE)
