"""What may be allowed, and which role has it: deny by default.

Whatever a page or an API call does has one `Right`, and a role has the rights listed for it here
and no other. `RIGHTS` is the preset of a small office, where few people do everything; the preset
of a ministry takes away from it what `MINISTRY_WITHOUT` says. What a person may sign is another
matter: the certificate says it (spec 9).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.conf import settings

from comity.node.core.config import MINISTRY, SMALL_OFFICE
from comity.node.models import Officer


class Right(StrEnum):
    """One thing that can be allowed. Every page and every API call names exactly one."""

    SELF = "self"
    READ_CASES = "read-cases"
    READ_CONTENT = "read-content"
    DRAFT = "draft"
    APPROVE = "approve"
    OVERRIDE = "override"
    SEND = "send"
    EVIDENCE = "evidence"
    MARK = "mark"
    SHOW_MARKED = "show-marked"
    CONFIRM_DESTRUCTION = "confirm-destruction"
    EXPORT = "export"
    ABUSE_MATERIAL = "abuse-material"
    CERTIFICATES = "certificates"
    READ_OUTBOX = "read-outbox"
    RETRY = "retry"
    READ_HEALTH = "read-health"
    READ_AUDIT = "read-audit"
    READ_DIRECTORY = "read-directory"
    STATISTICS = "statistics"
    SETTINGS = "settings"
    READ_DOCKET = "read-docket"
    SEARCH = "search"
    DOCKET = "docket"
    TRANSLATE = "translate"
    READ_DUTY = "read-duty"
    ACKNOWLEDGE = "acknowledge"
    ROSTER = "roster"
    CALL_OUT = "call-out"
    TEST_NOTICES = "test-notices"
    ASSIGN = "assign"
    UNASSIGNED = "unassigned"
    BREAK_GLASS = "break-glass"
    EVERY_CASE = "every-case"
    NOTICES = "notices"
    PEOPLE = "people"
    WATCH = "watch"
    CALL = "call"
    TOKENS = "tokens"
    HOOKS = "hooks"
    PRIVACY = "privacy"
    HOLDINGS = "holdings"
    BACKUP = "backup"
    ASSISTANCE = "assistance"
    SOLUTIONS = "solutions"
    TRAIN = "train"
    PLAY = "play"


_READING: Final = frozenset(
    {
        Right.SELF,
        Right.READ_CASES,
        Right.READ_DIRECTORY,
        Right.READ_DOCKET,
        Right.READ_DUTY,
        Right.READ_HEALTH,
        Right.READ_OUTBOX,
        Right.SEARCH,
    }
)
_EVERYBODY: Final = _READING | {
    Right.READ_CONTENT,
    Right.ASSISTANCE,
    Right.NOTICES,
    Right.BREAK_GLASS,
    Right.TOKENS,
}
_ON_CALL: Final = frozenset(
    {
        Right.ACKNOWLEDGE,
        Right.CALL,
        Right.CALL_OUT,
        Right.ROSTER,
        Right.TEST_NOTICES,
        Right.WATCH,
    }
)
"""Whoever can be woken: numbers of colleagues are for these alone."""
_SENSITIVE: Final = frozenset({Right.MARK, Right.SHOW_MARKED})
_CUSTODY: Final = _SENSITIVE | {Right.CONFIRM_DESTRUCTION}
_PRIVACY: Final = frozenset({Right.PRIVACY, Right.HOLDINGS})
"""The data-protection desk: what is due and who waits; and what is held on a person."""
_ASKING: Final = (
    _EVERYBODY
    | _ON_CALL
    | {
        Right.DRAFT,
        Right.APPROVE,  # the author signs one too (spec 9)
        Right.SEND,
        Right.CERTIFICATES,
        Right.RETRY,
        Right.DOCKET,
        Right.STATISTICS,
        Right.ASSIGN,
        Right.HOOKS,
        Right.SOLUTIONS,
    }
)
RIGHTS: Final[Mapping[str, frozenset[Right]]] = {
    Officer.Role.DUTY: _ASKING | _SENSITIVE | {Right.UNASSIGNED, Right.EVIDENCE},
    Officer.Role.CASE: _ASKING | _CUSTODY | _PRIVACY | {Right.EVIDENCE, Right.EXPORT},
    Officer.Role.APPROVER: _EVERYBODY
    | _ON_CALL
    | _CUSTODY
    | _PRIVACY
    | {
        Right.APPROVE,
        Right.HOOKS,
        Right.OVERRIDE,
        Right.CERTIFICATES,
        Right.DOCKET,
        Right.EXPORT,
        Right.STATISTICS,
        Right.SETTINGS,
        Right.ASSIGN,
        Right.UNASSIGNED,
        Right.PEOPLE,
    },
    Officer.Role.EXAMINER: _EVERYBODY
    | _CUSTODY
    | {Right.EVIDENCE, Right.ABUSE_MATERIAL, Right.SOLUTIONS},
    # that things happened, when and by whom, in every case; not what was said
    Officer.Role.AUDITOR: _READING
    | {
        Right.READ_AUDIT,
        Right.EVERY_CASE,
        Right.NOTICES,
        Right.PRIVACY,
        Right.STATISTICS,
        Right.TOKENS,
    },
    # need to know: jobs that name this person, and no case
    Officer.Role.TRANSLATOR: frozenset({Right.SELF, Right.TRANSLATE}),
    # the machine, its queue and its people, and no content
    Officer.Role.OPERATOR: frozenset(
        {
            Right.SELF,
            Right.READ_DIRECTORY,
            Right.READ_DUTY,
            Right.READ_HEALTH,
            Right.READ_OUTBOX,
            Right.RETRY,
            Right.SETTINGS,
            Right.TEST_NOTICES,
            Right.PEOPLE,
            Right.TOKENS,
            Right.BACKUP,
        }
    ),
    Officer.Role.TRAINER: frozenset({Right.SELF, Right.TRAIN, Right.TOKENS}),
    # joined a team by its code: the exercise's own page, and nothing of the office
    Officer.Role.TRAINEE: frozenset({Right.SELF, Right.PLAY}),
}
MINISTRY_WITHOUT: Final[Mapping[str, frozenset[Right]]] = {
    Officer.Role.DUTY: frozenset({Right.EVIDENCE}),  # the case officer's and the examiner's
    Officer.Role.APPROVER: frozenset({Right.PEOPLE}),  # the operator's
}
PRESETS: Final[Mapping[str, Mapping[str, frozenset[Right]]]] = {
    SMALL_OFFICE: RIGHTS,
    MINISTRY: {role: had - MINISTRY_WITHOUT.get(role, frozenset()) for role, had in RIGHTS.items()},
}


def preset() -> str:
    """Return how this node's office divides its rights."""
    return settings.CONFIG.roles if settings.CONFIG else SMALL_OFFICE


def may(officer: Officer | None, right: Right) -> bool:
    """Tell whether an officer has a right; a program's token must name it too."""
    return officer is not None and right in rights_of(officer)


def rights_of(officer: Officer) -> frozenset[Right]:
    """Return what an officer may do now; if a program came in for them, what its token may."""
    had = PRESETS[preset()].get(officer.role, frozenset())
    return had if officer.token is None else had & frozenset(officer.token.scopes)


def roles_with(right: Right) -> tuple[str, ...]:
    """Return the roles that have a right here."""
    return tuple(role for role, had in PRESETS[preset()].items() if right in had)
