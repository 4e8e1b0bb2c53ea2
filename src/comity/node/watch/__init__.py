"""The watch: what needs a person now, telephone calls, and shifts with their hand-over.

Reading order: `alert`, `labels`, `rules`, `schemas`, `alarm_matches`, `calls`, `new_messages`,
`alert_list`, `first_step`, `alert_rows`, `screen`, `shifts`, `actions`, `api`. Packages: `pages`.
"""

from comity.node.cases.severity import Kind, Severity
from comity.node.watch.alert import Alert

__all__ = ["Alert", "Kind", "Severity"]
