"""What a piece of work costs, counted and not timed: statements of SQL and calls of functions.

A count is the same on every machine, so it can fail a test where a time cannot. What each piece may
cost stands in ``budget.json``; ``COMITY_BUDGET=write`` before the tests writes it anew.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident
from typing import Final

from django.db import connection
from django.test.utils import CaptureQueriesContext

BUDGET: Final = Path(__file__).with_name("budget.json")
SLACK: Final = 1.25
"""Calls differ with digests and salts, which are new each time; statements do not."""
_TOOL: Final = sys.monitoring.PROFILER_ID
_NOT_WORK: Final = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass
class Cost:
    """What was counted.

    Attributes:
        statements: of SQL, those that only begin or end a transaction left out.
        calls: of Python functions, the test's own few included.
    """

    statements: int = 0
    calls: int = 0


@contextmanager
def counted() -> Iterator[Cost]:
    """Count until the end of the block."""
    cost, ours = Cost(), get_ident()

    def call(*_: object) -> None:
        if get_ident() == ours:  # other tests of this process left threads of theirs
            cost.calls += 1

    events = sys.monitoring.events
    with CaptureQueriesContext(connection) as seen:
        sys.monitoring.use_tool_id(_TOOL, "comity-budget")
        sys.monitoring.register_callback(_TOOL, events.PY_START, call)
        sys.monitoring.set_events(_TOOL, events.PY_START)
        try:
            yield cost
        finally:
            sys.monitoring.set_events(_TOOL, 0)
            sys.monitoring.register_callback(_TOOL, events.PY_START, None)
            sys.monitoring.free_tool_id(_TOOL)
    texts = [str(one["sql"]).strip() for one in seen.captured_queries]
    cost.statements = sum(not text.startswith(_NOT_WORK) for text in texts)


def over_budget(kind: str, costs: Mapping[str, Cost]) -> list[str]:
    """Return what costs another number of statements than it may, or far more calls.

    Args:
        kind: a part of the budget.
        costs: by the name of each piece of work.
    """
    budget = json.loads(BUDGET.read_text("utf-8")) if BUDGET.exists() else {}
    if os.environ.get("COMITY_BUDGET") == "write":
        budget[kind] = {name: [cost.statements, cost.calls] for name, cost in sorted(costs.items())}
        BUDGET.write_text(json.dumps(budget, indent=1, sort_keys=True) + "\n", "utf-8")
    allowed = budget.get(kind, {})
    found = [f"{kind} {name}: no longer measured" for name in sorted(set(allowed) - set(costs))]
    for name, cost in sorted(costs.items()):
        statements, calls = allowed.get(name, (0, 0))
        if cost.statements != statements:
            found.append(f"{kind} {name}: {cost.statements} statements, budget {statements}")
        if cost.calls > calls * SLACK:
            found.append(f"{kind} {name}: {cost.calls} calls, budget {calls} and a quarter")
    return found
