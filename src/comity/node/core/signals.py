"""What happens in the register, told to packages above that whoever does it does not know.

`comity.node.site.wiring` says who is told. What is told inside a transaction is part of it: a
receiver that raises undoes the act.
"""

from typing import Final

from django.dispatch import Signal

acted: Final = Signal()
"""An officer's act is committed. Gives ``node``."""
conversations_changed: Final = Signal()
"""Inside the transaction: conversations of a case stand otherwise. Gives ``threads`` (all of one
case) and ``new`` (whether the case is)."""
replayed: Final = Signal()
"""Inside the transaction: the messages of a conversation stand as they do now. Gives
``conversation`` and ``at``."""
cases_changed: Final = Signal()
"""Inside the transaction: what is due in these cases, or their subject, has changed. Gives
``cases`` (numbers)."""
message_recorded: Final = Signal()
"""Inside the transaction: a message of ours or to us is recorded. Gives ``conversation`` (as it
stands now), ``message`` (its row) and ``at``."""
deadline_told: Final = Signal()
"""Inside the transaction: people were told of a deadline. Gives ``subject``, ``clock``, ``due_at``,
``passed`` and ``at``."""
work_changed: Final = Signal()
"""Inside the transaction: facts that make work items have changed. Gives names of any of
``conversations``, ``cases``, ``items``, ``drafts``, ``exhibits`` and ``incidents``."""
item_changed: Final = Signal()
"""Inside the transaction: an item of the docket has one entry more. Gives ``item``."""
