"""What may be allowed, and which role has it: deny by default.

Whatever a page or an API call does has one `Right`, and a role has the rights listed for it here
and no other.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from comity.node.models import Officer


class Right(StrEnum):
    """One thing that can be allowed. Every page and every API call names exactly one."""

    SELF = "self"
    READ_CASES = "read-cases"
    DRAFT = "draft"
    APPROVE = "approve"
    OVERRIDE = "override"
    SEND = "send"
    EVIDENCE = "evidence"
    CERTIFICATES = "certificates"
    READ_OUTBOX = "read-outbox"
    RETRY = "retry"
    READ_HEALTH = "read-health"
    READ_AUDIT = "read-audit"
    READ_DIRECTORY = "read-directory"
    STATISTICS = "statistics"
    SETTINGS = "settings"
    READ_DOCKET = "read-docket"
    DOCKET = "docket"
    TRANSLATE = "translate"
    READ_DUTY = "read-duty"
    ACKNOWLEDGE = "acknowledge"
    ROSTER = "roster"
    CALL_OUT = "call-out"
    TEST_NOTICES = "test-notices"
    MARK = "mark"
    SHOW_MARKED = "show-marked"
    CONFIRM_DESTRUCTION = "confirm-destruction"
    EXPORT = "export"
    ABUSE_MATERIAL = "abuse-material"


_EVERYBODY: Final = frozenset(
    {
        Right.SELF,
        Right.READ_CASES,
        Right.READ_DIRECTORY,
        Right.READ_DOCKET,
        Right.READ_HEALTH,
        Right.READ_OUTBOX,
    }
)
_ASKING: Final = _EVERYBODY | {
    Right.DRAFT,
    Right.APPROVE,  # the author signs one too (spec 9)
    Right.SEND,
    Right.CERTIFICATES,
    Right.RETRY,
    Right.DOCKET,
    Right.STATISTICS,
}
        Right.READ_DOCKET,
        Right.READ_DUTY,
        Right.READ_HEALTH,
        Right.READ_OUTBOX,
    }
)
_ON_CALL: Final = frozenset({Right.ACKNOWLEDGE, Right.CALL_OUT, Right.ROSTER, Right.TEST_NOTICES})
"""Whoever can be woken: numbers of colleagues are for these alone."""
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
    }
)
_SENSITIVE: Final = frozenset({Right.MARK, Right.SHOW_MARKED})
_CUSTODY: Final = _SENSITIVE | {Right.CONFIRM_DESTRUCTION}
RIGHTS: Final[Mapping[str, frozenset[Right]]] = {
    Officer.Role.DUTY: _ASKING | _SENSITIVE,
    Officer.Role.CASE: _ASKING | _CUSTODY | {Right.EVIDENCE, Right.EXPORT},
    Officer.Role.APPROVER: _EVERYBODY
    | {
        Right.APPROVE,
        Right.OVERRIDE,
        Right.CERTIFICATES,
        Right.DOCKET,
        Right.STATISTICS,
        Right.SETTINGS,
    },
    | _ON_CALL
    | {Right.APPROVE, Right.OVERRIDE, Right.CERTIFICATES, Right.DOCKET},
    Officer.Role.EXAMINER: _EVERYBODY | {Right.EVIDENCE},
    Officer.Role.AUDITOR: _EVERYBODY | {Right.READ_AUDIT, Right.STATISTICS},
    | _CUSTODY
    | {Right.APPROVE, Right.OVERRIDE, Right.CERTIFICATES, Right.DOCKET, Right.EXPORT},
    Officer.Role.EXAMINER: _EVERYBODY | _CUSTODY | {Right.EVIDENCE, Right.ABUSE_MATERIAL},
    Officer.Role.AUDITOR: _EVERYBODY | {Right.READ_AUDIT},
    # need to know: jobs that name this person, and no case
    Officer.Role.TRANSLATOR: frozenset({Right.SELF, Right.TRANSLATE}),
    # the machine and its queue, and no content
    Officer.Role.OPERATOR: frozenset(
        {
            Right.SELF,
            Right.READ_DIRECTORY,
            Right.READ_HEALTH,
            Right.READ_OUTBOX,
            Right.RETRY,
            Right.SETTINGS,
            Right.READ_DUTY,
            Right.READ_HEALTH,
            Right.READ_OUTBOX,
            Right.RETRY,
            Right.TEST_NOTICES,
        }
    ),
    Officer.Role.TRAINER: frozenset({Right.SELF}),
}


def may(officer: Officer | None, right: Right) -> bool:
    """Tell whether an officer has a right."""
    return officer is not None and right in RIGHTS.get(officer.role, frozenset())
