"""What a node keeps, one model a file.

Reading order: `logentry`, `loghead`, `lognode` (the ledger); `conversation`, `case_subject`,
`message`, `section`, `receipt`; `draft`, `outbox`; `package`, `upload`, `stray`, `custody`,
`inspection`, `mark`, `destruction_order`, `court_export`; `officer`, `access`, `token`, `repeat`,
`hook`, `signin`, `session`, `office`; `partner`, `refusal`, `checkpoint`, `timestamp`; `docket`,
`register_row`, `original`, `search`, `ended`, `deadline`; `board`, `solution`; `exercise`;
`roster`, `reached`, `alarm`, `ladder`, `notice`; `work_item`; `audit`.
"""

from comity.node.models.access import (
    BrokenGlass,
    CaseAccess,
    CaseOfficer,
    Compartment,
    GlassNotice,
    LeavingStep,
)
from comity.node.models.alarm import Alarm, AlarmStep
from comity.node.models.audit import AuditCheck, AuditRow
from comity.node.models.board import BoardFacet, BoardLine
from comity.node.models.case_subject import CaseSubject
from comity.node.models.checkpoint import OwnCheckpoint, WitnessedTree
from comity.node.models.conversation import Conversation
from comity.node.models.court_export import CourtExport
from comity.node.models.custody import CustodyEvent, Exhibit
from comity.node.models.deadline import DeadlineNotice
from comity.node.models.destruction_order import DestructionOrder
from comity.node.models.docket import DocketEntry, DocketItem
from comity.node.models.draft import DepartedApproval, DraftApproval, DraftEdit, DraftRow
from comity.node.models.ended import EndedCase
from comity.node.models.erasure import Erasure
from comity.node.models.exercise import (
    Exercise,
    Lesson,
    LessonWording,
    QuizPaper,
    ScenarioEdition,
    Team,
    TeamEvent,
    TeamMember,
)
from comity.node.models.given import GivenBytes
from comity.node.models.hook import Hook, HookDelivery, HookEvent
from comity.node.models.inspection import InspectionRow
from comity.node.models.ladder import LadderRow
from comity.node.models.log_token import LogToken
from comity.node.models.logentry import LogEntry
from comity.node.models.loghead import LogHead
from comity.node.models.lognode import LogNode
from comity.node.models.mark import Mark, Viewing
from comity.node.models.message import MessageRow
from comity.node.models.notice import Notice
from comity.node.models.office import OfficeSetting, OperatorSetting
from comity.node.models.officer import Officer, RemovedCertificate
from comity.node.models.original import Original
from comity.node.models.outbox import OutboxRow
from comity.node.models.outside_contact import OutsideContact
from comity.node.models.package import Package
from comity.node.models.partner import (
    EpochExplanation,
    PartnerCheckpoint,
    PartnerCursor,
    PartnerTestFailure,
)
from comity.node.models.reached import Reached
from comity.node.models.receipt import ReceiptRow
from comity.node.models.refusal import Refusal
from comity.node.models.register_row import ImportedRow
from comity.node.models.repeat import RepeatedCall
from comity.node.models.roster import RosterChange, WeeklyShift
from comity.node.models.search import SearchClock, SearchDocument, SearchState
from comity.node.models.section import SectionRow
from comity.node.models.session import DeskSession
from comity.node.models.signin import SignInFailure
from comity.node.models.solution import SolutionFile, SolutionRow
from comity.node.models.stray import StrayPackage
from comity.node.models.timestamp import Timestamp, TimestampAuthority
from comity.node.models.token import ApiToken
from comity.node.models.unfinished import UnfinishedForm
from comity.node.models.upload import Upload
from comity.node.models.work_item import WorkCheck, WorkFilter, WorkItem, WorkOwner

__all__ = [
    "Alarm",
    "AlarmStep",
    "ApiToken",
    "AuditCheck",
    "AuditRow",
    "BoardFacet",
    "BoardLine",
    "BrokenGlass",
    "CaseAccess",
    "CaseOfficer",
    "CaseSubject",
    "Compartment",
    "Conversation",
    "CourtExport",
    "CustodyEvent",
    "DeadlineNotice",
    "DepartedApproval",
    "DeskSession",
    "DestructionOrder",
    "DocketEntry",
    "DocketItem",
    "DraftApproval",
    "DraftEdit",
    "DraftRow",
    "EndedCase",
    "EpochExplanation",
    "Erasure",
    "Exercise",
    "Exhibit",
    "GivenBytes",
    "GlassNotice",
    "Hook",
    "HookDelivery",
    "HookEvent",
    "ImportedRow",
    "InspectionRow",
    "LadderRow",
    "LeavingStep",
    "Lesson",
    "LessonWording",
    "LogEntry",
    "LogHead",
    "LogNode",
    "LogToken",
    "Mark",
    "MessageRow",
    "Notice",
    "OfficeSetting",
    "Officer",
    "OperatorSetting",
    "Original",
    "OutboxRow",
    "OutsideContact",
    "OwnCheckpoint",
    "Package",
    "PartnerCheckpoint",
    "PartnerCursor",
    "PartnerTestFailure",
    "QuizPaper",
    "Reached",
    "ReceiptRow",
    "Refusal",
    "RemovedCertificate",
    "RepeatedCall",
    "RosterChange",
    "ScenarioEdition",
    "SearchClock",
    "SearchDocument",
    "SearchState",
    "SectionRow",
    "SignInFailure",
    "SolutionFile",
    "SolutionRow",
    "StrayPackage",
    "Team",
    "TeamEvent",
    "TeamMember",
    "Timestamp",
    "TimestampAuthority",
    "UnfinishedForm",
    "Upload",
    "Viewing",
    "WeeklyShift",
    "WitnessedTree",
    "WorkCheck",
    "WorkFilter",
    "WorkItem",
    "WorkOwner",
]
