"""The watch: what needs a person now, telephone calls, and shifts with their hand-over.

Reading order: `alert` (what a line is), `due`, `waiting`, `machine`, `fresh` (where lines come
from), `looking` (all of them); `numbers`, `calls`; `shifts`; `rules` (what acts have to hold to).
Who is told of an alert, and how loudly, is not decided here: `looking.alerts` is what both ask.
"""

from comity.node.watch.alert import Alert, Kind, Severity

__all__ = ["Alert", "Kind", "Severity"]
