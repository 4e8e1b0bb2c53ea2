"""The law as data: instruments in folders, one interpreter over all of them.

Reading order: `conditions` (whether one holds), `predicates` (how it is written), `facts`, `model`,
`toml` and `parse` (the files), `words`, `library`, `judge`, `reviews` (who confirmed a rule),
`lint` (facts that breach it), `lint`.

Source: docs/reference/instruments.md.
"""

from comity.instruments.conditions import Condition
from comity.instruments.errors import FactsError, InstrumentError
from comity.instruments.facts import Fact, FactsFile, check_facts, read_facts
from comity.instruments.judge import (
    OUTCOMES,
    Finding,
    Judgement,
    Override,
    judge,
)
from comity.instruments.library import Library
from comity.instruments.lint import Problem, lint
from comity.instruments.model import (
    CONFIDENCES,
    GROUPS,
    LANGUAGES,
    MEASURES,
    STEPS,
    Ground,
    Instrument,
    Measure,
    Rule,
    rule_digest,
)
from comity.instruments.words import Wording

__all__ = [
    "CONFIDENCES",
    "GROUPS",
    "LANGUAGES",
    "MEASURES",
    "OUTCOMES",
    "STEPS",
    "Condition",
    "Fact",
    "FactsError",
    "FactsFile",
    "Finding",
    "Ground",
    "Instrument",
    "InstrumentError",
    "Judgement",
    "Library",
    "Measure",
    "Override",
    "Problem",
    "Rule",
    "Wording",
    "check_facts",
    "judge",
    "lint",
    "read_facts",
    "rule_digest",
]
