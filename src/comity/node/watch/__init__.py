"""The watch: what needs a person now, telephone calls, and shifts with their hand-over.

Reading order: `severity` (how much a thing presses: the one function), `alert` (what a line is),
`due`, `waiting`, `machine`, `fresh` (where lines come from), `alarmed` (whose they are), `looking`
(all of them); `numbers`, `calls`; `shifts`; `rules` (what acts have to hold to). Who is told of an
alert is `duty`'s; it asks `looking.raising`.
"""

from comity.node.cases.severity import Kind, Severity
from comity.node.watch.alert import Alert

__all__ = ["Alert", "Kind", "Severity"]
