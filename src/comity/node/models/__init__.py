"""What a node keeps, one model a file.

Reading order: `logentry`, `loghead`, `lognode` (the ledger); `conversation`, `message`, `section`,
`receipt`; `draft`, `outbox`; `package`, `upload`, `stray`, `custody`, `inspection`; `officer`,
`token`, `signin`, `access`; `partner`, `checkpoint`, `timestamp`; `docket`, `original`; `audit`.
"""

from comity.node.models.access import (
    BrokenGlass,
    CaseAccess,
    CaseOfficer,
    Compartment,
    GlassNotice,
    LeavingStep,
)
from comity.node.models.audit import AuditRow
from comity.node.models.checkpoint import OwnCheckpoint, WitnessedTree
from comity.node.models.conversation import Conversation
from comity.node.models.custody import CustodyEvent, Exhibit
from comity.node.models.docket import DocketEntry, DocketItem
from comity.node.models.draft import DraftRow
from comity.node.models.inspection import InspectionRow
from comity.node.models.logentry import LogEntry
from comity.node.models.loghead import LogHead
from comity.node.models.lognode import LogNode
from comity.node.models.message import MessageRow
from comity.node.models.officer import Officer
from comity.node.models.original import Original
from comity.node.models.outbox import OutboxRow
from comity.node.models.package import Package
from comity.node.models.partner import PartnerCheckpoint, PartnerCursor
from comity.node.models.receipt import ReceiptRow
from comity.node.models.section import SectionRow
from comity.node.models.signin import SignInFailure
from comity.node.models.stray import StrayPackage
from comity.node.models.timestamp import Timestamp, TimestampAuthority
from comity.node.models.token import ApiToken
from comity.node.models.upload import Upload

__all__ = [
    "ApiToken",
    "AuditRow",
    "BrokenGlass",
    "CaseAccess",
    "CaseOfficer",
    "Compartment",
    "Conversation",
    "CustodyEvent",
    "DocketEntry",
    "DocketItem",
    "DraftRow",
    "Exhibit",
    "GlassNotice",
    "InspectionRow",
    "LeavingStep",
    "LogEntry",
    "LogHead",
    "LogNode",
    "MessageRow",
    "Officer",
    "Original",
    "OutboxRow",
    "OwnCheckpoint",
    "Package",
    "PartnerCheckpoint",
    "PartnerCursor",
    "ReceiptRow",
    "SectionRow",
    "SignInFailure",
    "StrayPackage",
    "Timestamp",
    "TimestampAuthority",
    "Upload",
    "WitnessedTree",
]
