"""Court bundles: everything of a case in one folder, and its judgement by a stranger, offline.

Reading order: `errors`, `layout`, `reader`, `layout`, `statement`, `known` (the
directory under a trust file), `contents` (parsed things), `verdict`, the steps in their order
(`steps_files`, `steps_time`, `steps_messages`, `steps_receipts`, `stamps`, `steps_log`,
`steps_time`, `steps_custody`, `steps_evidence`, `steps_files`), `verify`; then `write`,
`readme`. `folder` alone touches the disk.
"""

from comity.bundle.reader import MemoryReader, Reader
from comity.bundle.statement import Statement, Withheld, parse_statement
from comity.bundle.verdict import Finding, Outcome, Report
from comity.bundle.verify import STEPS, verify

__all__ = [
    "STEPS",
    "Finding",
    "MemoryReader",
    "Outcome",
    "Reader",
    "Report",
    "Statement",
    "Withheld",
    "parse_statement",
    "verify",
]
